"""The pop-up of further filters, and the comparison with another model behind it."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from studio.data.overlay.sample_fix import SampleFix
from studio.paths import BUNDLED
from studio.ui.mistakes.samples.sample_filter import FixState, Outcome, SampleFilter
from studio.ui.mistakes.samples.samples_view import SamplesView

WAIT = 30_000
SAMPLES = [(0, 0, 0.9), (0, 1, 0.6), (0, 1, 0.8), (1, 1, 0.5), (1, 2, 0.7), (2, 2, 0.99)]


def open_view(qtbot, session):
    view = SamplesView(session)
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    return view


@pytest.fixture
def view(qtbot, make_session, make_evaluation):
    view = open_view(qtbot, make_session())
    view.session.show(make_evaluation(SAMPLES))
    return view


@pytest.fixture
def popup(qtbot, view):
    qtbot.mouseClick(view.filter_bar.more_button, Qt.MouseButton.LeftButton)
    qtbot.waitSignal(view.more_filters.other_run.run_picker.refreshed, timeout=WAIT).wait()
    yield view.more_filters
    view.more_filters.close()


def choose(qtbot, combo, row):
    """Choose with keys in a closed combo box, as a user may."""
    combo.setFocus()
    for _ in range(row - combo.currentIndex()):
        qtbot.keyClick(combo, Qt.Key.Key_Down)


def test_the_pop_up_opens_below_its_button_and_closes_with_escape(qtbot, view, popup):
    assert popup.isVisible()
    button = view.filter_bar.more_button
    assert popup.y() >= button.mapToGlobal(button.rect().bottomLeft()).y()
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_every_filter_of_the_pop_up(qtbot, view, popup):
    choose(qtbot, popup.second_combo, 2)
    choose(qtbot, popup.top2_combo, 1)
    choose(qtbot, popup.fix_combo, 2)
    popup.low_spin.setValue(60)
    popup.high_spin.setValue(90)
    assert view.filter_model.filter == SampleFilter(
        second=1,
        true_in_top2=True,
        fix=FixState.UNCHANGED,
        min_confidence=0.6,
        max_confidence=0.9,
    )
    assert view.filter_bar.more_button.text() == "Filters (4)"
    qtbot.mouseClick(popup.clear_button, Qt.MouseButton.LeftButton)
    assert view.filter_model.filter == SampleFilter()
    assert popup.second_combo.currentText() == "Any"
    assert (popup.low_spin.value(), popup.high_spin.value()) == (0, 100)


def test_the_ends_of_the_range_push_each_other(view, popup):
    popup.low_spin.setValue(70)
    popup.high_spin.setValue(50)
    assert (popup.low_spin.value(), popup.high_spin.value()) == (50, 50)


def test_label_fixes_and_tags_narrow_the_grid(qtbot, view, popup):
    assert not popup.tag_combo.isEnabled()
    view.browser.set_fixes(
        {
            view.evaluation.sample_id(2): SampleFix(excluded=True),
            view.evaluation.sample_id(4): SampleFix(label="a", tags=("blurry", "odd")),
        }
    )
    choose(qtbot, popup.fix_combo, 3)
    assert view.shown().tolist() == [4]
    choose(qtbot, popup.tag_combo, 2)
    assert view.filter_model.filter.tag == "odd"
    assert view.shown().tolist() == [4]
    view.browser.set_fixes({})
    assert view.shown().tolist() == []
    assert view.browser.no_match.isVisible()


@pytest.fixture
def altered(qtbot, make_session, trained):
    """A view of the predictions of a real run, of which those of three samples were altered."""
    from studio.insight import evaluate

    session = make_session(trained[0])
    evaluation = evaluate(trained[0] / trained[1], "test", session.context.data_dir)
    probabilities = evaluation.probabilities.copy()
    probabilities[[3, 5, 8]] = np.roll(probabilities[[3, 5, 8]], 1, axis=1)
    view = open_view(qtbot, session)
    session.begin("altered", "test")
    session.show(dataclasses.replace(evaluation, probabilities=probabilities))
    return view


def compare(qtbot, view, row):
    panel = view.more_filters.other_run
    with qtbot.waitSignal(panel.run_picker.refreshed, timeout=WAIT):
        view.more_filters.open_below(view.filter_bar.more_button)
    panel.run_picker.setFocus()
    for _ in range(row + 1):
        qtbot.keyClick(panel.run_picker, Qt.Key.Key_Down)
    return panel


def test_samples_that_another_run_predicts_differently(qtbot, altered, trained):
    with qtbot.waitSignal(altered.more_filters.other_run.loader.loaded, timeout=WAIT):
        panel = compare(qtbot, altered, 0)
        assert panel.cancel_button.isVisible()
    assert sorted(altered.shown().tolist()) == [3, 5, 8]
    assert altered.filter_model.filter.outcome is Outcome.ALL
    (text,) = altered.filter_bar.chips.texts()
    assert text == f"Differs from {panel.run_picker.currentText()}"
    assert not panel.cancel_button.isVisible()
    altered.more_filters.close()
    altered.filter_model.remove(("differs_from",))
    assert panel.run_picker.key == ""
    # The second time the predictions are known.
    panel.run_picker.chosen.emit(trained[1])
    assert sorted(altered.shown().tolist()) == [3, 5, 8]


def test_a_comparison_can_be_cancelled(qtbot, altered):
    panel = altered.more_filters.other_run
    with qtbot.waitSignal(panel.loader.cancelled, timeout=WAIT):
        compare(qtbot, altered, 0)
        qtbot.mouseClick(panel.cancel_button, Qt.MouseButton.LeftButton)
    assert panel.status.text() == "Cancelled."
    assert panel.run_picker.key == ""
    assert altered.filter_model.filter == SampleFilter()
    altered.more_filters.close()


def test_a_model_of_other_data_is_refused_with_the_reason(qtbot, altered):
    panel = altered.more_filters.other_run
    with qtbot.waitSignal(panel.loader.failed, timeout=WAIT), qtbot.assertNotEmitted(panel.failed):
        panel.run_picker.chosen.emit(BUNDLED)
    assert panel.status.text()
    assert panel.status.property("tone") == "bad"
    assert altered.filter_model.filter == SampleFilter()


def test_a_run_does_not_differ_from_itself(altered):
    panel = altered.more_filters.other_run
    panel.run_picker.chosen.emit("altered")
    assert "Choose another one" in panel.status.text()
    assert not QApplication.instance().activePopupWidget()
