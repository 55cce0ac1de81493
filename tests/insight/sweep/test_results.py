"""The table of a sweep: which runs count, intervals against scipy, and the best combination."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from studio.config import TrainConfig
from studio.insight.sweep.honest import honest_number
from studio.insight.sweep.plan import Axis, SweepPlan
from studio.insight.sweep.results import accuracy_interval, read_results, student_interval
from studio.insight.sweep.sweep_file import (
    RunTest,
    SkippedTrial,
    add_test,
    new_sweep,
    skip_trial,
)
from studio.insight.sweep.sweep_file import TestResult as Tested
from studio.insight.sweep.table import results_to_dict, sweep_csv
from studio.json_text import to_json
from studio.runs import Run, RunStatus, Status
from studio.runs.summary import RunSummary, summarize

PLAN = SweepPlan(TrainConfig(), (Axis("optim.lr", (0.1, 0.01, 0.001)),), seeds=(0, 1))
SWEEP = new_sweep(PLAN)


def summary(number, accuracy=None, status=RunStatus.FINISHED, **values) -> RunSummary:
    """A run of the sweep's trial of that number."""
    begun = Status(RunStatus.RUNNING, 1000.0, 1000.0, 1, "here", seconds=10.0, val_images=200)
    key = SWEEP.trial_key(number)
    found = summarize(Run(Path(f"run-{number}")), f"run-{number}", None, begun, status, 1000.0, key)
    return replace(found, val_accuracy=accuracy, **values)


def summaries(*accuracies):
    return [summary(number, accuracy) for number, accuracy in enumerate(accuracies)]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_the_interval_over_seeds_is_that_of_scipy(values):
    interval = student_interval(values)
    sem = stats.sem(values)
    assert interval.mean == pytest.approx(np.mean(values), abs=1e-12)
    low, high = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=max(sem, 1e-300))
    assert interval.low == pytest.approx(low, abs=1e-9)
    assert interval.high == pytest.approx(high, abs=1e-9)
    clipped = accuracy_interval(values, 100)
    assert 0 <= clipped.low <= clipped.high <= 1


@given(st.integers(0, 300))
def test_the_interval_of_a_single_seed_is_that_of_its_samples(correct):
    interval = accuracy_interval([correct / 300], 300)
    expected = stats.binomtest(correct, 300).proportion_ci(method="wilson")
    assert interval.is_of_samples
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert accuracy_interval([0.5], 0).high == 1  # nothing is known about it


def test_the_best_combination_has_the_highest_mean_and_differences_are_paired():
    results = read_results(SWEEP, summaries(0.7, 0.8, 0.85, 0.95, 0.94, 0.84))
    first, best, _ = results.combinations
    assert results.best == 1
    assert results.best_combination is best
    assert best.difference is None
    assert first.difference.mean == pytest.approx(-0.15)
    paired = results.combinations[2].difference
    interval = stats.ttest_rel([0.94, 0.84], [0.85, 0.95]).confidence_interval()
    assert (paired.low, paired.high) == pytest.approx((interval.low, interval.high))
    assert results.is_over


def test_of_equal_combinations_the_faster_one_is_best():
    runs = [replace(run, seconds=10.0 - n) for n, run in enumerate(summaries(*[0.9] * 6))]
    assert read_results(SWEEP, runs).best == 2
    assert read_results(SWEEP, summaries(*[0.9] * 6)).best == 0


def test_a_combination_that_is_not_complete_is_not_the_best():
    runs = [*summaries(0.7, 0.8), summary(2, 0.99)]
    results = read_results(SWEEP, runs)
    assert results.best == 0
    assert results.combinations[1].val_accuracy.is_of_samples
    assert results.combinations[1].difference is None
    assert [one.state for one in results.combinations] == ["finished", "waiting", "waiting"]
    assert read_results(SWEEP, []).best is None
    assert not results.is_over


@pytest.mark.parametrize(
    ("status", "state", "done"),
    [
        (RunStatus.RUNNING, "running", False),
        (RunStatus.PAUSED, "running", False),
        (RunStatus.STOPPED, "stopped", False),
        (RunStatus.INTERRUPTED, "stopped", False),
        (RunStatus.FAILED, "failed", True),
        (RunStatus.DIVERGED, "diverged", True),
    ],
)
def test_the_state_of_a_run_is_the_state_of_its_trial(status, state, done):
    results = read_results(SWEEP, [summary(1, 0.5, status, reason="Why."), summary(0, 0.9)])
    trial = results.trials[1]
    assert (trial.state, trial.reason, trial.is_done) == (state, "Why.", done)
    assert results.combinations[0].state == state
    assert results.combinations[0].val_accuracy.values == (0.9,)
    assert results.count(state) == 1


def test_of_several_runs_of_a_trial_the_newest_finished_one_counts():
    runs = [
        summary(0, 0.1, started=datetime(2026, 1, 1)),
        summary(0, 0.2, started=datetime(2026, 1, 3)),
        summary(0, 0.3, started=datetime(2026, 1, 2)),
        summary(0, 0.4, RunStatus.FAILED, started=datetime(2026, 1, 4)),
        replace(summary(0, 0.5), sweep="20200101-000000-abcd/0"),
        replace(summary(0, 0.6), sweep=f"{SWEEP.id}/x"),
        replace(summary(0, 0.7), sweep=""),
    ]
    assert read_results(SWEEP, runs).trials[0].val_accuracy == 0.2


def test_a_trial_without_a_run_says_why():
    skipped = skip_trial(SWEEP, SkippedTrial(3, "failed", "No data."))
    results = read_results(skipped, [])
    assert (results.trials[3].state, results.trials[3].reason) == ("failed", "No data.")
    assert results.combinations[1].reason == "No data."
    assert read_results(skipped, [summary(3, 0.5)]).trials[3].state == "finished"


def make_test(combination, correct, openings):
    runs = tuple(RunTest(f"r{n}", n, c, 100, openings) for n, c in enumerate(correct))
    return Tested(combination, datetime(2026, 1, 1), runs)


def test_the_honest_number_says_what_it_is_and_what_it_is_not():
    results = read_results(SWEEP, summaries(0.7, 0.8, 0.85, 0.95, 0.94, 0.84))
    assert honest_number(SWEEP, results) is None
    honest = honest_number(add_test(SWEEP, make_test(1, (80, 90), 1)), results)
    low, high = stats.t.interval(0.95, 1, loc=0.85, scale=0.05)
    assert honest.test_accuracy.values == (0.8, 0.9)
    assert high > honest.test_accuracy.high == 1
    assert honest.test_accuracy.low == pytest.approx(low)
    wilson = stats.binomtest(85, 100).proportion_ci(method="wilson")
    assert honest.sample_interval == pytest.approx((wilson.low, wilson.high))
    text = " ".join(honest.text)
    for part in ("85.00 %", "2 seeds", "100 test samples", "among 3 combinations", "opened once"):
        assert part in text
    assert "Epoch chosen by: lowest validation loss." in honest.text
    assert "not the choice of the test samples" in text


def test_the_honest_number_admits_what_makes_it_less_honest():
    results = read_results(SWEEP, summaries(0.7, 0.8, 0.85, 0.95, 0.94, 0.84))
    both = add_test(add_test(SWEEP, make_test(1, (80, 80), 3)), make_test(2, (70, 75), 1))
    text = " ".join(honest_number(both, results).text)
    assert "opened 3 times" in text
    assert "for 2 combinations of this sweep" in text
    assert "All seeds gave the same accuracy" in text
    other = honest_number(both, results, 2)
    assert "not the combination with the highest" in other.text[1]
    single = new_sweep(replace(PLAN, axes=(), seeds=(0,)))
    found = read_results(single, [replace(summary(0, 0.9), sweep=single.trial_key(0))])
    alone = honest_number(add_test(single, make_test(0, (90,), 1)), found)
    assert alone.test_accuracy.is_of_samples
    assert "Nothing was chosen" in alone.text[1]
    assert "does not cover the seed" in alone.text[-1]


def test_json_and_csv_hold_every_combination():
    runs = [*summaries(0.7, 0.8), summary(2, 0.9), summary(3, None, RunStatus.FAILED, reason="=1")]
    swept = add_test(SWEEP, make_test(0, (60, 70), 1))
    results = read_results(swept, runs)
    found = results_to_dict(swept, results, honest_number(swept, results))
    assert to_json(found)
    assert found["best"] == 0
    assert [one["values"] for one in found["combinations"]] == [
        {"optim.lr": rate} for rate in (0.1, 0.01, 0.001)
    ]
    assert found["combinations"][1]["trainings"][1]["reason"] == "=1"
    header, first, second, third = sweep_csv(swept, results).splitlines()
    assert header.startswith("combination,optim.lr,best,finished,seeds,val_accuracy,")
    assert first.startswith("1,0.1,1,2,2,0.75,")
    assert ",seeds,0.65,10,finished,," in first
    assert second.endswith(",failed,'=1,0.9,")
    assert third == "3,0.001,0,0,2,,,,,,,waiting,,,"
