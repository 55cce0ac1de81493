"""The canvas under real mouse and key events."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.ui.widgets.canvas_drawing import IMAGE_SIDE
from studio.ui.widgets.digit_canvas import (
    DEFAULT_PEN_WIDTH,
    MAX_PEN_WIDTH,
    MIN_PEN_WIDTH,
    DigitCanvas,
)
from studio.ui.widgets.fading_hint import FadingHint

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
ACROSS = [(0.2, 0.5), (0.5, 0.5), (0.8, 0.5)]
DOWN = [(0.5, 0.2), (0.5, 0.5), (0.5, 0.8)]


@pytest.fixture
def canvas(qtbot):
    widget = DigitCanvas()
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def to_widget(canvas, x, y):
    """Convert fractions of the canvas to widget coordinates."""
    side = min(canvas.width(), canvas.height())
    left, top = (canvas.width() - side) / 2, (canvas.height() - side) / 2
    return QPointF(left + x * side, top + y * side)


def move(canvas, x, y, button=LEFT):
    """Drag with a button pressed, which QTest.mouseMove cannot."""
    position = to_widget(canvas, x, y)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        position,
        QPointF(canvas.mapToGlobal(position)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(canvas, event)


def press(canvas, x, y, button=LEFT):
    QTest.mousePress(canvas, button, pos=to_widget(canvas, x, y).toPoint())


def release(canvas, x, y, button=LEFT):
    QTest.mouseRelease(canvas, button, pos=to_widget(canvas, x, y).toPoint())


def draw(canvas, points, button=LEFT):
    press(canvas, *points[0], button)
    for x, y in points[1:]:
        move(canvas, x, y, button)
    release(canvas, *points[-1], button)


def pixel_at(canvas, x, y):
    return canvas.image()[int(y * IMAGE_SIDE), int(x * IMAGE_SIDE)]


def test_a_new_canvas_is_blank(canvas):
    assert canvas.image().shape == (IMAGE_SIDE, IMAGE_SIDE)
    assert canvas.image().dtype == np.uint8
    assert not canvas.image().any()
    assert canvas.is_blank()
    assert not canvas.can_undo


def test_a_stroke_follows_the_mouse(canvas):
    draw(canvas, ACROSS)
    assert pixel_at(canvas, 0.3, 0.5) == 255
    assert pixel_at(canvas, 0.2, 0.5) == 255
    assert pixel_at(canvas, 0.79, 0.5) == 255
    assert pixel_at(canvas, 0.5, 0.3) == 0
    assert not canvas.is_blank()


def test_a_click_leaves_a_dot(canvas):
    draw(canvas, [(0.5, 0.5)])
    rows = np.flatnonzero(canvas.image().any(axis=1))
    assert rows[-1] - rows[0] + 1 == pytest.approx(DEFAULT_PEN_WIDTH * IMAGE_SIDE, abs=3)


def test_the_image_follows_the_pen_before_it_is_lifted(canvas):
    press(canvas, 0.2, 0.5)
    move(canvas, 0.5, 0.5)
    move(canvas, 0.8, 0.5)
    assert pixel_at(canvas, 0.79, 0.5) == 255
    release(canvas, 0.8, 0.5)


def test_a_fast_move_leaves_no_gap(canvas):
    draw(canvas, [(0.1, 0.1), (0.9, 0.9)])
    assert np.diagonal(canvas.image())[30:250].min() == 255


def test_lifting_the_pen_does_not_change_the_image(canvas):
    press(canvas, 0.2, 0.3)
    for x in (0.3, 0.5, 0.7):
        move(canvas, x, 0.6)
    before = canvas.image()
    release(canvas, 0.7, 0.6)
    assert np.array_equal(before, canvas.image())


def test_a_model_that_loads_meanwhile_does_not_end_the_stroke(canvas):
    press(canvas, *ACROSS[0])
    canvas.show_photos(False, "Draw a digit")
    move(canvas, *ACROSS[-1])
    assert pixel_at(canvas, *ACROSS[1]) == 255


def test_signals_of_a_stroke(canvas, qtbot):
    changes = []
    canvas.changed.connect(lambda: changes.append(canvas.image().sum()))
    with qtbot.waitSignals([canvas.stroke_started, canvas.stroke_finished]):
        draw(canvas, ACROSS)
    assert len(changes) == 4
    assert changes == sorted(changes)


def test_moving_without_a_button_draws_nothing(canvas):
    move(canvas, 0.5, 0.5, Qt.MouseButton.NoButton)
    assert canvas.is_blank()


def test_a_stroke_may_leave_the_canvas_and_return(canvas):
    draw(canvas, [(0.5, 0.5), (1.4, 0.5), (0.5, 0.8)])
    assert pixel_at(canvas, 0.55, 0.5) == 255
    assert pixel_at(canvas, 0.55, 0.78) > 0


def test_the_eraser_removes_strokes(canvas):
    draw(canvas, ACROSS)
    canvas.set_tool("eraser")
    draw(canvas, DOWN)
    assert pixel_at(canvas, 0.5, 0.5) == 0
    assert pixel_at(canvas, 0.3, 0.5) == 255


def test_the_right_button_erases(canvas):
    draw(canvas, ACROSS)
    draw(canvas, DOWN, RIGHT)
    assert pixel_at(canvas, 0.5, 0.5) == 0
    assert canvas.tool == "pen"


def test_undo_and_redo(canvas):
    draw(canvas, ACROSS)
    first = canvas.image()
    draw(canvas, DOWN)
    second = canvas.image()
    canvas.undo()
    assert np.abs(canvas.image().astype(int) - first).mean() < 0.2
    canvas.redo()
    assert np.abs(canvas.image().astype(int) - second).mean() < 0.2
    assert not canvas.can_redo


def test_undoing_everything_gives_a_blank_canvas(canvas):
    draw(canvas, ACROSS)
    canvas.undo()
    assert canvas.is_blank()
    assert not canvas.image().any()
    assert canvas.can_redo


def test_clear_can_be_undone(canvas):
    draw(canvas, ACROSS)
    before = canvas.image()
    canvas.clear()
    assert canvas.is_blank()
    assert not canvas.image().any()
    canvas.undo()
    assert np.abs(canvas.image().astype(int) - before).mean() < 0.2


def test_clearing_a_blank_canvas_cannot_be_undone(canvas):
    canvas.clear()
    assert not canvas.can_undo


def test_clear_in_the_middle_of_a_stroke_ends_it(canvas):
    press(canvas, 0.5, 0.5)
    canvas.clear()
    move(canvas, 0.8, 0.8)
    assert canvas.is_blank()
    release(canvas, 0.8, 0.8)


def test_the_width_changes_by_steps_within_bounds(canvas, qtbot):
    with qtbot.waitSignal(canvas.pen_width_changed):
        canvas.widen_pen()
    assert canvas.pen_width > DEFAULT_PEN_WIDTH
    for _ in range(30):
        canvas.narrow_pen()
    assert canvas.pen_width == MIN_PEN_WIDTH
    canvas.set_pen_width(5)
    assert canvas.pen_width == MAX_PEN_WIDTH


@pytest.mark.parametrize("size", [(200, 200), (333, 500), (900, 640)])
def test_the_image_does_not_depend_on_the_size_of_the_widget(canvas, size):
    draw(canvas, [(0.25, 0.25), (0.5, 0.75), (0.75, 0.25)])
    before = canvas.image()
    canvas.resize(*size)
    assert np.array_equal(before, canvas.image())
    canvas.clear()
    draw(canvas, [(0.25, 0.25), (0.5, 0.75), (0.75, 0.25)])
    assert np.abs(canvas.image().astype(int) - before).mean() < 2


def test_the_widget_shows_what_image_returns(canvas):
    draw(canvas, ACROSS)
    seen = canvas.grab().toImage()
    stroke, blank = seen.pixelColor(200, 200), seen.pixelColor(200, 80)
    assert abs(stroke.lightness() - blank.lightness()) > 150


def test_an_image_can_be_set_drawn_on_and_undone(canvas):
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 12:16] = 255
    canvas.set_image(image)
    assert pixel_at(canvas, 0.5, 0.5) == 255
    assert pixel_at(canvas, 0.1, 0.5) == 0
    draw(canvas, ACROSS)
    assert pixel_at(canvas, 0.25, 0.5) == 255
    canvas.undo()
    canvas.undo()
    assert canvas.is_blank()


def test_a_wide_image_is_scaled_to_fit(canvas):
    canvas.set_image(np.full((10, 20), 255, np.uint8))
    assert pixel_at(canvas, 0.5, 0.5) == 255
    assert pixel_at(canvas, 0.5, 0.2) == 0


def test_the_hint_to_draw_is_gone_after_the_first_stroke(canvas, qtbot):
    hint = canvas.findChild(FadingHint)
    assert hint.opacity == 1
    draw(canvas, ACROSS)
    qtbot.waitUntil(lambda: hint.opacity == 0)
    canvas.clear()
    assert hint.opacity == 0
    canvas.show_photos(True, "Try an image")  # says what else can be done here
    assert hint.opacity == 1
    canvas.undo()
    assert hint.opacity == 0


class WatchedCanvas(DigitCanvas):
    """Records the rectangles it paints."""

    def __init__(self):
        super().__init__()
        self.painted = []

    def paintEvent(self, event):
        self.painted.append(event.rect())
        super().paintEvent(event)


def test_only_the_changed_part_is_repainted(qtbot):
    canvas = WatchedCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show()
    qtbot.waitExposed(canvas)
    draw(canvas, [(0.1, 0.1), (0.12, 0.1)])
    qtbot.waitUntil(lambda: canvas.findChild(FadingHint).opacity == 0)
    QApplication.processEvents()
    canvas.painted.clear()
    press(canvas, 0.5, 0.5)
    move(canvas, 0.52, 0.5)
    qtbot.waitUntil(lambda: bool(canvas.painted))
    assert all(rect.width() < 80 and rect.height() < 80 for rect in canvas.painted)
    release(canvas, 0.52, 0.5)


def test_the_focus_ring_is_for_the_keyboard(canvas):
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    by_key = canvas.grab().toImage()
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert by_key != canvas.grab().toImage()
