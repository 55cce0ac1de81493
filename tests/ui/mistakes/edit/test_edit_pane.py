"""The pane "Edit": the smallest change, found in the background, and the editor."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.errors import Stopped
from studio.ui.mistakes.edit.edit_pane import INVITATION, NO_FLIP, EditPane


@pytest.fixture
def pane(qtbot, session):
    pane = EditPane(session.context)
    qtbot.addWidget(pane)
    pane.resize(760, 230)
    pane.show()
    pane.show_sample(session, 0)
    yield pane
    pane.shutdown()


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def find(qtbot, pane):
    click(qtbot, pane.find_button)
    qtbot.waitUntil(lambda: not pane.is_searching, timeout=20_000)


def test_the_smallest_change_is_shown_before_and_after(qtbot, pane, subject):
    find(qtbot, pane)
    assert pane.sentence.text().endswith("it is predicted as b.")
    assert np.array_equal(pane.before_view.image(), subject.image[0])
    assert pane.before_view.caption() == "Original: a"
    assert pane.after_view.image().mean() >= 40
    assert pane.after_view.caption() == "b · 80 %"
    assert pane.flip_combo.count() >= 2


def test_another_change_can_be_chosen(qtbot, pane):
    find(qtbot, pane)
    first = pane.after_view.image()
    pane.flip_combo.setFocus()
    qtbot.keyClick(pane.flip_combo, Qt.Key.Key_Down)
    assert not np.array_equal(pane.after_view.image(), first)


def test_no_change_at_all_is_said(qtbot, pane, predictor):
    predictor.predict = lambda images: np.tile(np.float32([0.7, 0.2, 0.1]), (len(images), 1))
    find(qtbot, pane)
    assert pane.sentence.text() == NO_FLIP
    assert pane.after_view.image() is None
    assert pane.flip_combo.isHidden()


@pytest.fixture
def held(predictor):
    """A search that lasts until it is stopped."""
    begun = threading.Event()

    def predict_many(images, on_progress=None, should_stop=None):
        begun.set()
        while not should_stop():
            pass
        raise Stopped

    predictor.predict_many = predict_many
    return begun


def test_the_search_can_be_cancelled(qtbot, pane, held):
    click(qtbot, pane.find_button)
    qtbot.waitUntil(held.is_set)
    assert pane.progress.isVisible()
    click(qtbot, pane.cancel_button)
    assert not pane.is_searching
    assert pane.sentence.text() == INVITATION
    assert pane.find_button.isVisible()


def test_another_sample_ends_the_search(qtbot, pane, held, session):
    click(qtbot, pane.find_button)
    qtbot.waitUntil(held.is_set)
    pane.show_sample(session, 1)
    assert not pane.is_searching
    assert pane.sentence.text() == INVITATION


def test_a_failure_is_reported(qtbot, pane, predictor):
    def fail(images, on_progress=None, should_stop=None):
        raise RuntimeError("no")

    predictor.predict_many = fail
    with qtbot.waitSignal(pane.failed) as failed:
        click(qtbot, pane.find_button)
    assert "no" in str(failed.args[0])
    assert not pane.is_searching


def test_the_editor_begins_with_the_change_that_is_shown(qtbot, pane):
    find(qtbot, pane)
    click(qtbot, pane.edit_button)
    editor = pane.editor
    qtbot.waitUntil(lambda: editor.headline.text().startswith("b ·"))
    assert np.array_equal(editor.canvas.image()[0], pane.after_view.image())
    editor.close()
    qtbot.waitUntil(lambda: pane.editor is None)


def test_the_editor_closes_with_the_window(qtbot, pane):
    click(qtbot, pane.edit_button)
    assert pane.editor.isVisible()
    pane.shutdown()
    qtbot.waitUntil(lambda: pane.editor is None)


def test_edits_of_a_sample_are_kept_until_another_is_shown(qtbot, pane, session):
    click(qtbot, pane.edit_button)
    pane.editor.sliders["blur"].slider.setValue(10)
    pane.editor.close()
    pane.show_sample(session, 0)
    click(qtbot, pane.edit_button)
    assert pane.editor.sliders["blur"].slider.value() == 10
    pane.editor.close()
    pane.show_sample(session, 1)
    click(qtbot, pane.edit_button)
    assert pane.editor.sliders["blur"].slider.value() == 0
    pane.editor.close()
