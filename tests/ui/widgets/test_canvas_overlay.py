"""A heatmap over the canvas is visible where it is strong, in a color of its sign."""

import numpy as np
import pytest

from studio.ui.widgets.digit_canvas import DigitCanvas


@pytest.fixture
def canvas(qtbot):
    widget = DigitCanvas()
    qtbot.addWidget(widget)
    widget.resize(280, 280)
    return widget


def color_at(canvas, row, column):
    return canvas.grab().toImage().pixelColor(column, row)


def test_the_overlay_has_the_color_of_its_sign_and_its_opacity(canvas):
    heat = np.zeros((280, 280), np.float32)
    heat[20:60, 20:60], heat[200:240, 20:60] = 1, -1
    paper = color_at(canvas, 40, 200)
    canvas.set_overlay(heat, 1.0)
    positive, negative = color_at(canvas, 40, 40), color_at(canvas, 220, 40)
    assert positive.red() > positive.blue() + 100
    assert negative.blue() > negative.red() + 100
    assert color_at(canvas, 40, 200) == paper
    canvas.set_overlay(heat, 0.5)
    assert positive.blue() < color_at(canvas, 40, 40).blue() < paper.blue()
    np.testing.assert_array_equal(canvas.overlay.heat(), heat)
    canvas.set_overlay(None)
    assert color_at(canvas, 40, 40) == paper
    assert canvas.overlay.heat() is None


def test_the_overlay_leaves_the_drawing_alone(canvas):
    canvas.set_overlay(np.full((280, 280), np.nan, np.float32), 1.0)
    canvas.grab()
    assert canvas.is_blank()
    assert not canvas.image().any()
