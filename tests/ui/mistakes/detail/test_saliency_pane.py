"""Saliency maps of a sample: for the true and the predicted class, with legend and progress."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.errors import CheckpointError, Stopped
from studio.insight.saliency import GRAD_CAM, INTEGRATED_GRADIENTS, METHODS, SaliencyMaps
from studio.ui.mistakes.detail.saliency_pane import SaliencyPane
from studio.ui.shared.live_predictor import LivePredictor


class FakePredictor:
    """Its map of a class is the class index everywhere; it can be held."""

    def __init__(self):
        self.asked = []
        self.is_held = False
        self.begun = threading.Event()

    def saliency(self, image, classes, method, on_progress, should_stop):
        self.asked.append((classes, method))
        on_progress(0.25, "")
        self.begun.set()
        while self.is_held and not should_stop():
            pass
        if should_stop():  # also when the test has just released it
            raise Stopped
        return SaliencyMaps(np.stack([np.full(image.shape[1:], i, np.float32) for i in classes]))


@pytest.fixture
def predictor(monkeypatch):
    fake = FakePredictor()
    monkeypatch.setattr(LivePredictor, "load", classmethod(lambda cls, run, store: fake))
    return fake


@pytest.fixture
def pane(qtbot, make_session, make_evaluation, predictor):
    session = make_session()
    session.begin("bundled", "test")
    session.show(make_evaluation([(2, 1, 0.6), (2, 2, 0.9)]))
    pane = SaliencyPane(session.context)
    pane.session = session
    qtbot.addWidget(pane)
    pane.resize(700, 220)
    pane.show()
    yield pane
    pane.shutdown()


def show(qtbot, pane, position):
    with qtbot.waitSignal(pane._worker.completed):
        pane.show_sample(pane.session, position)


def test_a_mistake_has_a_map_for_each_of_its_classes(qtbot, pane, predictor):
    show(qtbot, pane, 0)
    assert predictor.asked == [((2, 1), GRAD_CAM)]
    assert pane.true_view.caption() == "True: c"
    assert pane.predicted_view.caption() == "Predicted: b"
    assert (pane.true_view.heatmap() == 1).all()
    assert (pane.predicted_view.heatmap() == 0.5).all()  # on the same scale
    assert pane.progress.isHidden()


def test_a_correct_sample_has_one_map(qtbot, pane, predictor):
    show(qtbot, pane, 1)
    assert predictor.asked[0][0] == (2,)
    assert pane.true_view.isHidden()
    assert pane.predicted_view.caption() == "Predicted correctly: c"


def test_another_method_is_computed_and_explained(qtbot, pane, predictor):
    show(qtbot, pane, 0)
    with qtbot.waitSignal(pane._worker.completed):
        pane.method_combo.setFocus()
        qtbot.keyClick(pane.method_combo, Qt.Key.Key_Down)
    assert predictor.asked[1] == ((2, 1), INTEGRATED_GRADIENTS)
    assert pane.shows.text() == INTEGRATED_GRADIENTS.shows
    assert INTEGRATED_GRADIENTS.limits in pane.predicted_view.toolTip()
    low, high = pane.legend.texts()
    assert low == "\N{MINUS SIGN}2 against"
    assert high == "for +2"


def test_a_long_computation_shows_progress_and_can_be_cancelled(qtbot, pane, predictor):
    predictor.is_held = True
    pane.show_sample(pane.session, 0)
    qtbot.waitUntil(lambda: pane.cancel_button.isVisible() and pane.progress.value() == 25)
    qtbot.mouseClick(pane.cancel_button, Qt.MouseButton.LeftButton)
    assert pane.progress.isHidden()
    assert pane.true_view.heatmap() is None
    predictor.is_held = False
    with qtbot.waitSignal(pane._worker.completed):
        qtbot.mouseClick(pane.again_button, Qt.MouseButton.LeftButton)
    assert pane.true_view.heatmap() is not None


def test_the_next_sample_stops_the_computation_for_the_last_one(qtbot, pane, predictor):
    predictor.is_held = True
    pane.show_sample(pane.session, 0)
    assert predictor.begun.wait(5)
    with qtbot.waitSignal(pane._worker.completed) as completed:
        pane.show_sample(pane.session, 1)
        predictor.is_held = False
    assert completed.args[0].sample == 1
    assert (pane.predicted_view.heatmap() == 1).all()


def test_a_model_that_cannot_be_loaded_is_a_failure(qtbot, pane, monkeypatch):
    def fail(cls, run, store):
        raise CheckpointError("The weights are gone.")

    monkeypatch.setattr(LivePredictor, "load", classmethod(fail))
    with qtbot.waitSignal(pane.failed) as failed:
        pane.show_sample(pane.session, 0)
    assert "gone" in str(failed.args[0])
    assert pane.again_button.isVisible()


def test_every_method_says_what_it_can_and_cannot_tell():
    assert len({method.key for method in METHODS}) == len(METHODS) == 4
    for method in METHODS:
        assert method.shows.count(".") == 1
        assert method.limits.endswith(".")


def test_a_small_pane_leaves_the_sentences_to_the_tooltip(qtbot, pane):
    show(qtbot, pane, 0)
    assert pane.shows.isVisible()
    pane.resize(440, 120)
    qtbot.waitUntil(lambda: not pane.shows.isVisible())
    assert pane.true_view.isVisible()
