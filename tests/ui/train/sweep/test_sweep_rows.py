"""The view of a sweep without a window: rows, plot, texts, the card with the number."""

from datetime import datetime
from math import isnan

import pytest

from studio.insight.sweep.plan import Axis
from studio.insight.sweep.sweep_file import RunTest, TestResult
from studio.runs import RunStatus
from studio.ui.train.sweep.sweep_csv import to_csv
from studio.ui.train.sweep.sweep_plot_data import PlotChoice, make_figure, plot_roles
from studio.ui.train.sweep.sweep_text import continue_text, progress_text
from tests.ui.train.sweep.made_sweeps import DROPOUT, OPTIMIZERS, RATES, finished, plan_of, state_of

SIX = (0.80, 0.82, 0.90, 0.94, 0.60, 0.62)


def figure_of(state, choice=None):
    choice = choice or PlotChoice()
    return make_figure(state.plan, state.rows, state.best, choice)


def test_a_row_has_the_mean_over_its_seeds_and_the_best_one_is_marked():
    state = state_of(plan_of(RATES), finished(SIX))
    assert [row.mean for row in state.rows] == pytest.approx([0.81, 0.92, 0.61])
    assert [row.state for row in state.rows] == ["Done", "Best", "Done"]
    best = state.row(state.best)
    assert best.low < 0.90
    assert best.high > 0.94
    assert best.runs == ("run-2", "run-3")
    assert [c.text(best) for c in state.columns][:2] == ["0.01", "92.0 %"]
    assert "paired by seed" in state.rows[0].tooltip
    assert progress_text(state.rows) == "6 trainings done"
    assert state.addable == ()


def test_waiting_running_failed_and_stopped_trainings_are_told_apart():
    runs = finished(SIX[:2]) | {
        2: (0.9, RunStatus.RUNNING),
        4: (None, RunStatus.DIVERGED),
        5: (None, RunStatus.STOPPED),
    }
    state = state_of(plan_of(RATES), runs, queued=[3])
    assert [row.state for row in state.rows] == ["Best", "Training", "1 diverged"]
    assert isnan(state.rows[1].mean)
    assert state.addable == (5,)
    assert continue_text(len(state.addable)) == "Train the remaining 1"
    expected = "2 of 6 trained · 1 diverged · 1 stopped · about 20 s left"
    assert progress_text(state.rows) == expected
    assert not state.honest.can_open


def test_the_plot_has_lines_for_the_second_setting_and_a_choice_of_the_third():
    plan = plan_of(RATES, OPTIMIZERS, DROPOUT, seeds=(0,))
    state = state_of(plan, finished([0.5 + n / 100 for n in range(12)]))
    roles = plot_roles(plan, "")
    assert (roles.x, roles.line, roles.fixed) == (
        "optim.lr",
        "optim.optimizer",
        "model.dropout",
    )
    figure = figure_of(state, PlotChoice("", 0.5))
    assert [one.name for one in figure.series] == ["SGD", "Adam"]
    assert all(one.is_connected for one in figure.series)
    assert figure.x_title == "Learning rate (at dropout 50 %)"
    assert [point.mean for point in figure.series[1].points] == pytest.approx([0.53, 0.57, 0.61])
    assert [point.x for point in figure.series[0].points] == pytest.approx([-3, -2, -1])
    assert [text for _, text in figure.ticks] == ["0.001", "0.01", "0.1"]
    assert plot_roles(plan, "optim.optimizer").line == "optim.lr"


def test_choices_are_at_equal_distances_without_a_line():
    state = state_of(plan_of(OPTIMIZERS), finished(SIX[:4]))
    (series,) = figure_of(state).series
    assert not series.is_connected
    assert [point.x for point in series.points] == [0, 1]
    assert series.points[1].values == (0.90, 0.94)


def test_a_logarithmic_setting_with_zero_is_at_equal_distances():
    decay = Axis("optim.weight_decay", (0.0, 1e-4, 1e-3))
    state = state_of(plan_of(decay, seeds=(0,)), finished(SIX[:3]))
    figure = figure_of(state)
    assert [place for place, _ in figure.ticks] == [0, 1, 2]
    assert figure.series[0].is_connected


def test_a_random_sweep_shows_points_over_round_numbers():
    drawn = Axis("optim.lr", low=1e-4, high=1e-1, is_log=True)
    plan = plan_of(drawn, seeds=(0,), kind="random", samples=20)
    figure = figure_of(state_of(plan, finished([0.9] * 20)))
    assert not figure.series[0].is_connected
    assert [text for _, text in figure.ticks] == ["0.001", "0.01"] or len(figure.ticks) == 4


def test_seeds_alone_are_points_beside_their_mean():
    state = state_of(plan_of(seeds=(3, 4, 5)), finished((0.9, 0.92, 0.94)))
    figure = figure_of(state)
    assert [text for _, text in figure.ticks] == ["3", "4", "5"]
    assert figure.band[1] == pytest.approx(0.92)
    assert state.columns[0].text(state.rows[0]) == "As in the form"


def test_the_card_says_what_is_missing_and_then_the_number():
    waiting = state_of(plan_of(RATES), finished(SIX[:4]), queued=[4, 5])
    assert "2 trainings to go" in waiting.honest.body
    assert not waiting.honest.can_open
    given_up = state_of(plan_of(RATES), finished(SIX[:4]))
    assert given_up.honest.can_open
    assert "2 trainings will be missing" in given_up.honest.body
    done = state_of(plan_of(RATES), finished(SIX))
    assert "Best of 3 by validation accuracy: Learning rate 0.01." in done.honest.body
    test = TestResult(
        1, datetime(2026, 1, 1), (RunTest("run-2", 0, 180, 200), RunTest("run-3", 1, 184, 200))
    )
    tested = state_of(plan_of(RATES), finished(SIX), tests=(test,))
    assert tested.honest.figure == "91.0 %"
    assert not tested.honest.action


def test_the_exported_table_has_a_line_for_each_training():
    lines = to_csv(state_of(plan_of(RATES), finished(SIX[:5]))).splitlines()
    assert lines[0] == "optim.lr,seed,state,val_accuracy,run"
    assert lines[1] == "0.001,0,finished,0.8,run-0"
    assert lines[6] == "0.1,1,waiting,,"
