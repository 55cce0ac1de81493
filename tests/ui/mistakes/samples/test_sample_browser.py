"""What the Samples view shows when other views ask, columns arrive, or several are selected."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.data.overlay.sample_fix import SampleFix
from studio.insight.label_issues import LabelIssue
from studio.ui.mistakes.samples.column_loader import NOT_TRAINED
from studio.ui.mistakes.samples.sample_columns import NO_FORGETTING, NO_ISSUES
from studio.ui.mistakes.samples.sample_filter import FixState, Outcome, SampleFilter, SortKey
from studio.ui.mistakes.samples.samples_view import SamplesView
from studio.ui.widgets.image_grid import IMAGE_SIDES

WAIT = 30_000
SAMPLES = [(0, 0, 0.9), (0, 1, 0.6), (0, 1, 0.8), (1, 1, 0.5), (1, 2, 0.7), (2, 2, 0.99)]


@pytest.fixture
def view(qtbot, make_session, make_evaluation):
    view = SamplesView(make_session())
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    view.session.show(make_evaluation(SAMPLES))
    return view


def test_samples_chosen_elsewhere_are_a_removable_subset(qtbot, view):
    view.filter_model.show_classes(0)
    view.session.request_samples(np.array([0, 4, 5]), "Selected on the map")
    assert sorted(view.shown().tolist()) == [0, 4, 5]
    assert view.filter_bar.chips.texts() == ["Selected on the map · 3"]
    view.filter_bar.chips.removed.emit(0)
    assert view.filter_model.filter == SampleFilter(true=0)


def test_samples_requested_before_the_evaluation_are_shown_with_it(
    qtbot, make_session, make_evaluation
):
    view = SamplesView(make_session())
    qtbot.addWidget(view)
    view.session.show(make_evaluation(SAMPLES))
    view.session.request_samples(np.array([3]), "Threshold")
    assert view.evaluation is None
    view.show()
    assert view.shown().tolist() == [3]


def test_a_sample_requested_elsewhere_is_selected(view):
    view.session.request_sample(4)
    assert view.grid.selected_position() == 4
    assert view.filter_model.filter.outcome is Outcome.MISTAKES
    view.filter_model.show_classes(0)
    view.session.request_sample(5)
    assert view.grid.selected_position() == 5
    assert view.filter_model.filter == SampleFilter(outcome=Outcome.ALL)


def test_another_evaluation_forgets_the_subset(view, make_evaluation):
    view.session.request_samples(np.array([0]), "Selected on the map")
    view.session.show(make_evaluation(SAMPLES[1:]))
    assert view.filter_model.filter == SampleFilter()
    assert len(view.shown()) == 3


def test_a_filter_keeps_the_samples_selected(qtbot, view):
    view.grid.setFocus()
    qtbot.keyClick(view.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(view.grid.selected_positions()) == 3
    assert view.filter_bar.count_label.text() == "3 of 3 selected"
    view.filter_model.show_classes(0)
    assert view.grid.selected_positions().tolist() == [2, 1]
    view.filter_model.show_all_classes()
    assert view.grid.selected_positions().tolist() == [2, 1]
    view.grid.select_row(0)
    assert view.filter_bar.count_label.text() == "3 mistakes"


def test_a_sample_that_leaves_the_grid_makes_room_for_its_successor(view):
    view.filter_model.set_filter(SampleFilter(fix=FixState.UNCHANGED, sort=SortKey.INDEX))
    view.grid.select_position(2)
    view.browser.set_fixes({view.evaluation.sample_id(2): SampleFix(label="b")})
    assert view.shown().tolist() == [1, 4]
    assert view.grid.selected_position() == 4


def test_letters_of_the_search_do_not_move_through_the_grid(qtbot, view):
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    qtbot.keyClick(view.grid, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    edit = view.filter_bar.search_edit
    qtbot.waitUntil(edit.hasFocus)
    qtbot.keyClicks(edit, "n:4")
    assert view.grid.selected_position() is None
    edit.clear()
    qtbot.keyClicks(edit, "t:4")
    assert view.shown().tolist() == [4]
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.waitUntil(view.grid.hasFocus)


def test_the_size_of_the_images_is_remembered(qtbot, view, make_evaluation):
    view.grid.zoom(2)
    side = view.grid.image_side()
    assert view.filter_bar.size_slider.value() == IMAGE_SIDES.index(side)
    view.filter_bar.size_slider.setValue(0)
    assert view.grid.image_side() == IMAGE_SIDES[0]
    again = SamplesView(view.session)
    qtbot.addWidget(again)
    assert again.grid.image_side() == IMAGE_SIDES[0]
    assert again.filter_bar.size_slider.value() == 0


def test_tiles_show_the_value_that_orders_them(view):
    assert view.grid.samples.table.details(2)[0] == "loss 2.30"
    view.filter_model.sort_by(SortKey.CONFIDENCE)
    assert view.grid.samples.table.details(2)[0] == "80.0 % confident"


def test_orders_without_values_say_why(view):
    reasons = view.browser.columns.unavailable
    assert reasons == {SortKey.FORGETTING: NOT_TRAINED, SortKey.ISSUE: NO_ISSUES}


def build_issue(sample, score):
    return LabelIssue(sample, 0, "", "a", "b", score, "", "test")


def test_label_issue_scores_order_the_samples(view):
    found = {4: 0.9, 1: 0.2, 2: 0.1}
    issues = [build_issue(view.evaluation.sample_id(row), found[row]) for row in found]
    view.session.set_label_issues([*issues, build_issue("elsewhere:3", 0.5)])
    view.filter_model.sort_by(SortKey.ISSUE)
    assert view.shown().tolist() == [4, 1, 2]
    view.session.set_label_issues(())
    assert view.filter_model.filter.sort is SortKey.LOSS
    assert view.shown().tolist() == [2, 4, 1]


def test_columns_of_large_evaluations_are_computed_in_the_background(
    qtbot, monkeypatch, view, make_evaluation
):
    monkeypatch.setattr("studio.ui.mistakes.samples.sample_columns.SMALL_CELLS", 0)
    with qtbot.waitSignal(view.browser.shown_changed, timeout=WAIT):
        view.session.show(make_evaluation(SAMPLES[:5]))
    view.filter_model.set_filter(SampleFilter(text="t:4"))
    qtbot.waitUntil(lambda: view.shown().tolist() == [4], timeout=WAIT)
    assert view.browser.columns.is_prepared
    assert view.filter_bar.count_label.text() == "1 mistake"


def test_training_samples_are_ordered_by_forgetting(qtbot, make_session, trained):
    from studio.insight import evaluate
    from studio.insight.learning import history_values

    session = make_session(trained[0])
    evaluation = evaluate(trained[0] / trained[1], "train", session.context.data_dir)
    view = SamplesView(session)
    qtbot.addWidget(view)
    view.show()
    session.begin(trained[1], "train")
    session.show(evaluation)
    qtbot.waitUntil(
        lambda: SortKey.FORGETTING not in view.browser.columns.unavailable, timeout=WAIT
    )
    view.filter_model.set_filter(SampleFilter(outcome=Outcome.ALL, sort=SortKey.FORGETTING))
    statistics = history_values(evaluation, trained[0] / trained[1])
    never = np.flatnonzero(statistics.learned_epoch == -1)
    assert view.shown()[: len(never)].tolist() == never.tolist()
    assert view.grid.samples.table.details(int(never[0]))[0] == "never learned"


def test_the_bundled_model_has_no_history(qtbot, view, make_evaluation):
    view.session.begin("bundled", "train")
    view.session.show(make_evaluation(SAMPLES))
    assert view.browser.columns.unavailable[SortKey.FORGETTING] == NO_FORGETTING
