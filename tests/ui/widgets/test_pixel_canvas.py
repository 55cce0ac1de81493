"""The canvas reports pen positions in pixels of the image."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.ui.widgets.pixel_canvas import PixelCanvas


@pytest.fixture
def canvas(qtbot):
    canvas = PixelCanvas("canvas")
    qtbot.addWidget(canvas)
    canvas.resize(400, 200)
    canvas.set_image(np.zeros((3, 20, 20), np.uint8))
    canvas.show()
    return canvas


def test_a_stroke_is_reported_in_pixels_of_the_image(qtbot, canvas):
    heard = []
    canvas.stroke_started.connect(lambda *values: heard.append(values))
    canvas.stroke_moved.connect(lambda *values: heard.append(values))
    canvas.stroke_finished.connect(lambda: heard.append("finished"))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.widget_position(5, 5).toPoint())
    QTest.mouseMove(canvas, canvas.widget_position(15, 10).toPoint())
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    assert heard == [(5, 5, False), (15, 10), "finished"]


def test_the_right_button_is_the_eraser(qtbot, canvas):
    with qtbot.waitSignal(canvas.stroke_started) as started:
        QTest.mousePress(canvas, Qt.MouseButton.RightButton)
    assert started.args[2] is True
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton)


def test_the_image_is_centered_and_as_large_as_fits(canvas):
    assert canvas.widget_position(0, 0).toTuple() == (100, 0)
    assert canvas.widget_position(20, 20).toTuple() == (300, 200)
    assert canvas.image().shape == (3, 20, 20)
    canvas.set_pen_width(3)
    QTest.mouseMove(canvas, canvas.rect().center())
    assert not canvas.grab().isNull()
