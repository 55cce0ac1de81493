"""The canvas under a tablet pen, a finger and the arrow keys."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.ui.widgets.canvas_drawing import IMAGE_SIDE
from studio.ui.widgets.digit_canvas import DEFAULT_PEN_WIDTH, LARGE_NUDGE, NUDGE, DigitCanvas

SIDE = 400
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
Kind = QPointingDevice.PointerType
POSITION = QInputDevice.Capability.Position
PRESSURE = QInputDevice.Capability.Pressure
ACROSS = [(0.2, 0.5), (0.35, 0.5), (0.5, 0.5), (0.65, 0.5), (0.8, 0.5)]


@pytest.fixture
def canvas(qtbot):
    widget = DigitCanvas()
    qtbot.addWidget(widget)
    widget.resize(SIDE, SIDE)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def make_device(kind, capabilities):
    return QPointingDevice(
        "pen",
        1,
        QInputDevice.DeviceType.Stylus,
        kind,
        capabilities,
        1,
        3,
        "",
        QPointingDeviceUniqueId(),
    )


@pytest.fixture(scope="module")
def pens(qapp):
    return {
        "pen": make_device(Kind.Pen, POSITION | PRESSURE),
        "eraser": make_device(Kind.Eraser, POSITION | PRESSURE),
        "cheap": make_device(Kind.Pen, POSITION),
    }


class Tablet:
    """Sends what a tablet sends; `send_mouse` also sends what some systems add to it."""

    def __init__(self, canvas, pen, sends_mouse=False):
        self.canvas, self.pen, self.sends_mouse = canvas, pen, sends_mouse

    def draw(self, points, pressures):
        press, move, release = (
            (QEvent.Type.TabletPress, QEvent.Type.MouseButtonPress),
            (QEvent.Type.TabletMove, QEvent.Type.MouseMove),
            (QEvent.Type.TabletRelease, QEvent.Type.MouseButtonRelease),
        )
        self.send(press, points[0], pressures[0], LEFT, LEFT)
        for point, pressure in zip(points[1:], pressures[1:], strict=True):
            self.send(move, point, pressure, NONE, LEFT)
        self.send(release, points[-1], 0.0, LEFT, NONE)

    def send(self, types, point, pressure, button, buttons):
        at = QPointF(point[0] * SIDE, point[1] * SIDE)
        on_screen = QPointF(self.canvas.mapToGlobal(at))
        tilt = (0, 0, 0.0, 0.0, 0.0)
        event = QTabletEvent(
            types[0], self.pen, at, on_screen, pressure, *tilt, NO_KEYS, button, buttons
        )
        QApplication.sendEvent(self.canvas, event)
        if self.sends_mouse:
            shifted = at + QPointF(0, 40)
            mouse = QMouseEvent(types[1], shifted, on_screen, button, buttons, NO_KEYS)
            QApplication.sendEvent(self.canvas, mouse)


def thickness(canvas, x):
    """The height of the drawing in a column, in fractions of the side."""
    return (canvas.image()[:, int(x * IMAGE_SIDE)] > 127).sum() / IMAGE_SIDE


def test_the_width_follows_the_pressure(canvas, pens):
    Tablet(canvas, pens["pen"]).draw(ACROSS, [0.0, 0.25, 0.5, 0.75, 1.0])
    widths = [thickness(canvas, x) / DEFAULT_PEN_WIDTH for x in (0.21, 0.5, 0.79)]
    assert widths == pytest.approx([0.42, 0.8, 1.18], abs=0.09)
    column = canvas.image()[IMAGE_SIDE // 2, int(0.2 * IMAGE_SIDE) : int(0.8 * IMAGE_SIDE)]
    assert column.min() == 255  # no gaps or holes where segments meet


def test_even_pressure_draws_as_the_mouse_does(canvas, pens):
    Tablet(canvas, pens["pen"]).draw(ACROSS, [0.75] * 5)
    pressed = canvas.image()
    canvas.clear()
    Tablet(canvas, pens["cheap"]).draw(ACROSS, [0.1] * 5)  # which measures no pressure
    assert np.array_equal(canvas.image(), pressed)


def test_pressed_strokes_are_undone_redone_and_restored_exactly(canvas, pens, qtbot):
    Tablet(canvas, pens["pen"]).draw(ACROSS, [0.1, 0.9, 0.3, 1.0, 0.2])
    drawn, shown = canvas.image(), canvas.grab().toImage()
    canvas.undo()
    assert not canvas.image().any()
    canvas.redo()
    assert np.array_equal(canvas.image(), drawn)
    assert canvas.grab().toImage() == shown
    other = DigitCanvas()
    qtbot.addWidget(other)
    other.prepend(canvas.snapshot())
    assert np.array_equal(other.image(), drawn)


def test_lifting_the_pen_does_not_change_the_image(canvas, pens):
    images = []
    canvas.changed.connect(lambda: images.append(canvas.image()))
    Tablet(canvas, pens["pen"]).draw(ACROSS, [0.1, 0.9, 0.3, 1.0, 0.2])
    assert len(images) == 6
    assert np.array_equal(images[-1], images[-2])


def test_the_eraser_end_erases_whatever_the_tool(canvas, pens):
    Tablet(canvas, pens["pen"]).draw(ACROSS, [1.0] * 5)
    Tablet(canvas, pens["eraser"]).draw([(0.5, 0.4), (0.5, 0.6)], [1.0, 1.0])
    assert canvas.tool == "pen"
    assert thickness(canvas, 0.5) == 0
    assert thickness(canvas, 0.3) > 0
    assert canvas.accessibleDescription() == "1 stroke, partly erased"


def test_a_pen_that_also_reports_as_a_mouse_draws_once(canvas, pens):
    Tablet(canvas, pens["pen"]).draw(ACROSS, [0.5] * 5)
    once = canvas.image()
    canvas.clear()
    finished = []
    canvas.stroke_finished.connect(lambda: finished.append(1))
    Tablet(canvas, pens["pen"], sends_mouse=True).draw(ACROSS, [0.5] * 5)
    assert np.array_equal(canvas.image(), once)
    assert len(finished) == 1


def test_a_pen_above_the_tablet_draws_nothing(canvas, pens):
    hover = (QEvent.Type.TabletMove, QEvent.Type.MouseMove)
    Tablet(canvas, pens["pen"], sends_mouse=True).send(hover, (0.5, 0.5), 0.0, NONE, NONE)
    assert canvas.is_blank()


def test_a_finger_draws(canvas, qtbot):
    screen = QTest.createTouchDevice()
    touch = QTest.touchEvent(canvas, screen, False)
    points = [canvas.rect().center() * x * 2 for x in (0.3, 0.5, 0.7)]
    touch.press(0, points[0], canvas).commit()
    for point in points[1:]:
        touch.move(0, point, canvas).commit()
    touch.release(0, points[-1], canvas).commit()
    qtbot.waitUntil(lambda: canvas.accessibleDescription() == "1 stroke")
    assert np.diagonal(canvas.image())[90:190].min() == 255


def box(canvas):
    rows, columns = (np.flatnonzero(canvas.image().any(axis=axis)) for axis in (1, 0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / IMAGE_SIDE


def test_the_arrow_keys_move_the_drawing(canvas, pens):
    Tablet(canvas, pens["cheap"]).draw(ACROSS, [1.0] * 5)
    before, image = box(canvas), canvas.image()
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert box(canvas) - before == pytest.approx([0, NUDGE, 0, NUDGE], abs=0.004)
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert box(canvas)[0] - before[0] == pytest.approx(LARGE_NUDGE, abs=0.004)
    canvas.undo()
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert np.array_equal(canvas.image(), image)


def test_a_held_arrow_key_is_undone_at_once(canvas, pens):
    Tablet(canvas, pens["cheap"]).draw(ACROSS, [1.0] * 5)
    before = canvas.image()
    for is_repeated in (False, True, True, True):
        pressed = QEvent.Type.KeyPress
        key = QKeyEvent(pressed, Qt.Key.Key_Left, NO_KEYS, "", is_repeated)
        QApplication.sendEvent(canvas, key)
    assert box(canvas)[0] == pytest.approx(0.17 - 4 * NUDGE, abs=0.005)
    canvas.undo()
    assert np.array_equal(canvas.image(), before)


def test_the_drawing_cannot_be_moved_off_the_canvas(canvas, pens):
    Tablet(canvas, pens["cheap"]).draw(ACROSS, [1.0] * 5)
    for _ in range(30):
        QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.image().any()
    canvas.center()
    assert box(canvas) == pytest.approx([0.17, 0.47, 0.83, 0.53], abs=0.005)


def test_zoom_and_rotation_there_and_back(canvas, pens):
    Tablet(canvas, pens["cheap"]).draw(ACROSS, [1.0] * 5)
    before = box(canvas)
    for _ in range(3):
        canvas.zoom_in()
    larger = box(canvas)
    assert larger[2] - larger[0] == pytest.approx(0.66 * 1.1**3, abs=0.01)
    assert larger[3] - larger[1] == pytest.approx(0.06 * 1.1**3, abs=0.01)
    for _ in range(3):
        canvas.zoom_out()
    for _ in range(18):
        canvas.rotate_right()
    turned = box(canvas)
    assert turned == pytest.approx([0.47, 0.17, 0.53, 0.83], abs=0.006)
    for _ in range(18):
        canvas.rotate_left()
    assert box(canvas) == pytest.approx(before, abs=0.004)


def test_an_image_moves_with_what_is_drawn_on_it(canvas, pens):
    image = np.zeros((28, 28), np.uint8)
    image[8:20, 12:16] = 255
    canvas.set_image(image)
    assert canvas.accessibleDescription() == "An image"
    canvas.nudge(0.25, 0)
    assert box(canvas) == pytest.approx([0.68, 0.28, 0.82, 0.72], abs=0.03)
    Tablet(canvas, pens["cheap"]).draw([(0.75, 0.9)], [1.0])
    canvas.nudge(-0.25, 0)
    assert box(canvas)[2] == pytest.approx(0.57, abs=0.03)
    assert canvas.accessibleDescription() == "An image and 1 stroke"
    canvas.undo()
    canvas.undo()
    canvas.undo()
    assert canvas.accessibleDescription() == "An image"
    assert canvas.origin is None


def test_an_empty_canvas_has_nothing_to_move(canvas):
    for change in (canvas.zoom_in, canvas.rotate_left, canvas.center):
        change()
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert not canvas.can_undo
    assert canvas.accessibleDescription() == "Empty"


def test_strokes_are_as_sharp_as_the_screen(canvas, monkeypatch, pens):
    monkeypatch.setattr(DigitCanvas, "devicePixelRatioF", lambda _canvas: 2.0)
    Tablet(canvas, pens["pen"]).draw(ACROSS, [0.2, 0.4, 0.9, 0.4, 0.2])
    canvas.grab()
    assert canvas._drawing.screen.side == 2 * SIDE


def test_what_is_copied_is_black_on_white(canvas, pens):
    Tablet(canvas, pens["pen"]).draw(ACROSS, [0.5] * 5)
    image = canvas.render_image()
    assert image.width() == image.height() >= 560
    half = image.width() // 2
    assert image.pixelColor(half, half).lightness() == 0
    assert image.pixelColor(half, half // 2).lightness() == 255
