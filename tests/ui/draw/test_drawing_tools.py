"""The tools of the page by mouse, key and menu: moving, copying, saving, and a narrow toolbar."""

import itertools

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QImage, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton

from studio.ui import theme
from studio.ui.draw.drawing_toolbar import DrawingToolbar
from studio.ui.draw.page import DrawPage
from studio.ui.shared.shortcuts import DRAW, SHORTCUTS
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.canvas_drawing import IMAGE_SIDE
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.fading_hint import FadingHint

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ONE = "1 · 91 % confident"


def label(page):
    return page.findChild(QLabel, "prediction_label").text()


def box(canvas):
    rows, columns = (np.flatnonzero(canvas.image().any(axis=axis)) for axis in (1, 0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / IMAGE_SIDE


def test_the_drawing_is_moved_by_keys_and_each_key_is_undone_by_itself(page, hand, qtbot):
    page.window().activateWindow()
    hand.draw((0.4, 0.3), (0.4, 0.5), (0.4, 0.7))
    qtbot.waitUntil(lambda: label(page) == ONE)
    before, image = box(hand.canvas), hand.canvas.image()
    height = before[3] - before[1]
    for key, modifier, expected in (
        (Qt.Key.Key_Right, NONE, (0.01, 0, 0.01, 0)),
        (Qt.Key.Key_Up, SHIFT, (0, -0.05, 0, -0.05)),
        (Qt.Key.Key_Plus, CTRL, (-0.003, -0.05 * height, 0.003, 0.05 * height)),
        (Qt.Key.Key_Minus, CTRL, (0.003, 0.045 * height, -0.003, -0.045 * height)),
        (Qt.Key.Key_C, NONE, (0.1, 0, 0.1, 0)),
    ):
        QTest.keyClick(hand.canvas, key, modifier)
        assert box(hand.canvas) - before == pytest.approx(expected, abs=0.006), key
        assert not np.array_equal(hand.canvas.image(), image)
        QTest.keyClick(hand.canvas, Qt.Key.Key_Z, CTRL)
        assert np.array_equal(hand.canvas.image(), image)
    QTest.keyClick(hand.canvas, Qt.Key.Key_Period)
    slanted = hand.canvas.image()
    assert slanted[: IMAGE_SIDE // 2].any(0).nonzero()[0].max() > before[2] * IMAGE_SIDE
    QTest.keyClick(hand.canvas, Qt.Key.Key_Comma)
    assert box(hand.canvas) == pytest.approx(before, abs=0.004)
    qtbot.waitUntil(lambda: label(page) == ONE)


def test_a_copied_drawing_is_pasted_as_the_same_digit(page, hand, qtbot):
    page.window().activateWindow()
    hand.draw_one()
    drawn = box(hand.canvas)
    QTest.keyClick(hand.canvas, Qt.Key.Key_C, CTRL)
    copied = QGuiApplication.clipboard().image()
    assert copied.width() == copied.height() >= 560
    assert copied.pixelColor(2, 2).name() == "#ffffff"
    page.findChild(QPushButton, "clear_button").click()
    assert label(page) == "Nothing drawn yet"
    QTest.keyClick(hand.canvas, Qt.Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: label(page) == ONE)
    assert box(hand.canvas)[3] - box(hand.canvas)[1] >= drawn[3] - drawn[1] - 0.02


def test_a_copied_photo_is_the_photo_itself(page, hand):
    photo = np.random.default_rng(0).integers(0, 256, (30, 50, 3), np.uint8)
    hand.canvas.show_photos(True, "Try an image")
    hand.canvas.set_image(np.zeros((30, 50), np.uint8), photo)
    QTest.keyClick(hand.canvas, Qt.Key.Key_Plus, CTRL)  # photos stay as they are
    QTest.keyClick(hand.canvas, Qt.Key.Key_C, CTRL)
    copied = QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(copied.constBits(), np.uint8).reshape(30, copied.bytesPerLine())
    assert np.array_equal(rows[:, :150].reshape(30, 50, 3), photo)
    assert hand.canvas.accessibleDescription() == "A photo"


def choose_file(page, path):
    dialog = page.findChild(QFileDialog, "save_drawing_dialog")
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_a_drawing_is_saved_and_shown_in_its_folder(page, hand, qtbot, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    banner = page.findChild(Banner, "banner")
    for key in (Qt.Key.Key_S, Qt.Key.Key_C):
        QTest.keyClick(hand.canvas, key, CTRL)
        assert banner.text().startswith("The canvas is empty")
    hand.draw_one()
    QTest.keyClick(hand.canvas, Qt.Key.Key_S, CTRL)
    choose_file(page, tmp_path / "missing" / "one.png")
    qtbot.waitUntil(lambda: "could not be saved" in banner.text())
    page.findChild(QAction, "save_drawing_action").trigger()
    choose_file(page, tmp_path / "one.png")
    qtbot.waitUntil(lambda: banner.text() == "Saved one.png")
    saved = np.asarray(Image.open(tmp_path / "one.png").convert("L"))
    side = len(saved)
    assert side >= 560
    assert saved[side // 2, side // 2] == 0
    assert saved[side // 2, side // 4] == 255
    assert {path.name for path in tmp_path.glob("*.png*")} == {"one.png"}
    page.findChild(QPushButton, "banner_action").click()
    assert opened[0].toLocalFile() == str(tmp_path)


@pytest.fixture
def toolbar(qtbot, qapp):
    theme.apply(qapp, "light")
    canvas = DigitCanvas()
    made = DrawingToolbar(canvas)
    made.canvas = canvas
    qtbot.addWidget(made)
    qtbot.addWidget(canvas)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_every_tool_is_at_hand_at_any_width(toolbar):
    for width in (224, 256, 284, 322, 416, 440, 640):
        toolbar.resize(width, 32)
        QApplication.processEvents()
        tools = (*toolbar.findChildren(QPushButton), toolbar.width_slider)
        shown = [widget for widget in tools if widget.isVisible()]
        boxes = sorted((w.geometry() for w in shown), key=lambda box: box.left())
        assert boxes[-1].right() < toolbar.width() == width
        assert all(a.right() < b.left() for a, b in itertools.pairwise(boxes)), width
        actions = {a.objectName() for a in toolbar.menu.actions() if a.isVisible()}
        assert toolbar.open_button.isVisible() is ("open_image_action" not in actions)
        assert toolbar.width_slider.isVisible() is ("thinner_pen_action" not in actions)
        for widget in shown:
            assert widget.accessibleName()
            assert widget.toolTip()


def test_the_menu_offers_what_is_possible_and_names_the_keys(toolbar, qtbot):
    canvas, menu = toolbar.canvas, toolbar.menu
    actions = {action.objectName(): action for action in menu.actions() if action.text()}
    menu.aboutToShow.emit()
    assert not actions["copy_drawing_action"].isEnabled()
    assert not actions["enlarge_drawing_action"].isEnabled()
    canvas.set_image(np.eye(28, dtype=np.uint8) * 255)
    menu.aboutToShow.emit()
    before = box(canvas)
    for name in ("enlarge_drawing", "rotate_drawing_left", "shrink_drawing", "center_drawing"):
        assert actions[f"{name}_action"].isEnabled()
        actions[f"{name}_action"].trigger()
    assert not np.allclose(box(canvas), before, atol=0.002)
    width = canvas.pen_width
    actions["thicker_pen_action"].trigger()
    assert canvas.pen_width > width
    for name in ("open", "paste", "copy", "save"):
        action = next(a for key, a in actions.items() if key.startswith(name))
        with qtbot.waitSignal(getattr(toolbar, f"{name}_clicked")):
            action.trigger()
    assert actions["shrink_drawing_action"].text() == "Smaller\tCtrl+-"


def test_every_key_of_the_tools_is_listed(page):
    tools = {a.objectName().removesuffix("_action") for a in page.findChildren(QAction)} - {""}
    keys = {shortcut.objectName() for shortcut in page.findChildren(QShortcut)}
    listed = {name for name, shortcut in SHORTCUTS.items() if shortcut.group == DRAW}
    assert {"copy_drawing", "save_drawing", "center_drawing"} <= tools & keys & listed
    assert {"nudge_drawing", "nudge_drawing_far"} <= keys & listed


def test_the_hint_is_not_shown_again_once_someone_has_drawn(page, hand, context, qtbot):
    hint = hand.canvas.findChild(FadingHint)
    assert hint.text.startswith("Draw a digit")
    assert "\n" not in hint.text
    assert hint.opacity == 1
    hand.draw_one()
    hand.canvas.clear()
    assert hint.opacity == 0
    later = DrawPage(context)
    qtbot.addWidget(later)
    assert later.session.canvas.has_drawn
    assert later.session.canvas.findChild(FadingHint).opacity == 0
    later.shutdown()
