"""The editor of a sample: drawing, sliders, undo, and live probabilities."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from studio.ui.mistakes.edit.sample_editor import SampleEditor
from studio.ui.mistakes.edit.transform_slider import value_text


@pytest.fixture
def editor(qtbot, session, subject):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(1280, 800)
    parent.show()
    editor = SampleEditor(session.context, subject, parent)
    with qtbot.waitSignal(editor.controller.predicted):
        editor.open()
    yield editor
    if isValid(editor):  # a test may have closed it
        editor.close()


def drag(editor, points, button=Qt.MouseButton.LeftButton):
    canvas = editor.canvas
    spots = [canvas.widget_position(x, y).toPoint() for x, y in points]
    QTest.mousePress(canvas, button, pos=spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(canvas, spot)
    QTest.mouseRelease(canvas, button, pos=spots[-1])


def test_it_begins_with_the_original(editor, subject):
    assert np.array_equal(editor.canvas.image(), subject.image)
    assert editor.headline.text().startswith("a ·")
    assert editor.comparison.text() == "The original image."
    assert editor.bars.values()[0][0] == "a"
    assert not editor.tools.undo_button.isEnabled()


def test_drawing_changes_image_and_prediction(qtbot, editor):
    editor.tools.width_slider.setValue(16)
    with qtbot.waitSignal(
        editor.controller.predicted, check_params_cb=lambda edited: edited.probabilities[1] > 0.5
    ):
        drag(editor, [(1, 2), (15, 2), (1, 14), (15, 14)])
    assert editor.canvas.image()[0, 2, 3:13].min() > 200
    qtbot.waitUntil(lambda: editor.headline.text().startswith("b ·"))
    assert "now correct" in editor.comparison.text()


def test_the_right_button_erases(qtbot, editor):
    drag(editor, [(7.5, 3), (7.5, 13)], Qt.MouseButton.RightButton)
    assert editor.canvas.image()[0, 5:11, 7].max() == 0


def test_a_slider_is_undone_in_one_step_and_redone(qtbot, editor, subject):
    slider = editor.sliders["rotation"].slider
    slider.setFocus()
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: not np.array_equal(editor.canvas.image(), subject.image))
    assert editor.sliders["rotation"].value_label.text() == "3°"
    qtbot.mouseClick(editor.tools.undo_button, Qt.MouseButton.LeftButton)
    assert slider.value() == 0
    qtbot.waitUntil(lambda: np.array_equal(editor.canvas.image(), subject.image))
    qtbot.mouseClick(editor.tools.redo_button, Qt.MouseButton.LeftButton)
    assert slider.value() == 3
    qtbot.mouseClick(editor.tools.reset_button, Qt.MouseButton.LeftButton)
    assert slider.value() == 0
    assert not editor.tools.reset_button.isEnabled()


def test_drawing_continues_on_the_transformed_image(qtbot, editor):
    editor.sliders["shift_x"].slider.setValue(25)
    qtbot.waitUntil(lambda: editor.canvas.image()[0, 8, 6] == 0)
    drag(editor, [(1, 1), (3, 1)])
    assert editor.sliders["shift_x"].slider.value() == 0
    changes = editor.controller.history.current.changes()
    assert changes == ("Shifted right by 25 % of its side", "Drawn on")
    assert editor.canvas.image()[0, 8, 6] == 0


def test_edits_outlive_the_dialog(qtbot, session, editor, subject):
    editor.sliders["blur"].slider.setValue(10)
    editor.close()
    assert subject.history.current.value("blur") == 1


def test_keys_choose_the_tool(qtbot, editor):
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    qtbot.keyClick(editor, Qt.Key.Key_E)
    assert editor.tools.eraser_button.isChecked()
    qtbot.keyClick(editor, Qt.Key.Key_P)
    assert editor.tools.pen_button.isChecked()


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("rotation", -7, "\N{MINUS SIGN}7°"),
        ("shift_x", 0.1, "10 %"),
        ("blur", 1.25, "1.2 px"),
        ("contrast", 0.6, "× 0.60"),
        ("contrast", 1, "off"),
    ],
)
def test_values_have_units(editor, key, value, text):
    assert value_text(editor.sliders[key].transform, value) == text


def test_every_control_is_named(editor):
    for control in (editor.canvas, editor.save_button, editor.close_button, editor.bars):
        assert control.objectName()
        assert control.accessibleName()
    for slider in editor.sliders.values():
        assert slider.slider.accessibleName()
        assert slider.slider.toolTip()
