"""The saliency map is of the class chosen in the bars, and lies over the drawing if wanted."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QToolButton

from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.heatmap_legend import HeatmapLegend
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.selectable_prediction_bars import SelectablePredictionBars


@pytest.fixture
def saliency(page):
    return Saliency(page)


class Saliency:
    def __init__(self, page):
        self.bars = page.findChild(SelectablePredictionBars, "prediction_bars")
        self.canvas = page.findChild(DigitCanvas, "digit_canvas")
        self.view = page.findChild(PixelView, "saliency_view")
        self.label = page.findChild(QLabel, "saliency_class_label")
        self.legend = page.findChild(HeatmapLegend, "saliency_legend")
        self.button = page.findChild(QPushButton, "saliency_overlay_button")
        self.slider = page.findChild(QSlider, "saliency_opacity_slider")
        self.methods = page.findChild(QToolButton, "saliency_method_button").menu().actions()

    def click(self, digit):
        at = self.bars.row_rect(digit).center().toPoint()
        QTest.mouseClick(self.bars, Qt.MouseButton.LeftButton, pos=at)


def test_a_class_chosen_in_the_bars_is_explained(page, hand, saliency, qtbot):
    hand.draw_one()
    qtbot.waitUntil(lambda: saliency.view.heatmap() is not None)
    assert saliency.label.text() == "Saliency for 1 (predicted)"
    scale = saliency.legend.texts()[1]
    saliency.click(4)
    assert saliency.label.text() == "Saliency for 4 (chosen)"
    qtbot.waitUntil(lambda: saliency.legend.texts()[1] != scale)  # the map of the 4 has come
    hand.draw_zero()
    qtbot.waitUntil(lambda: dict(saliency.bars.values())["0"] > 0.9)
    assert saliency.label.text() == "Saliency for 4 (chosen)"  # kept while drawing
    QTest.keyClick(saliency.bars, Qt.Key.Key_Escape)
    assert saliency.label.text() == "Saliency for 0 (predicted)"
    for action in saliency.methods:
        action.trigger()
    saliency.methods[0].trigger()
    assert saliency.legend.texts()[0] == "no evidence"  # Grad-CAM has no sign


def test_the_map_lies_over_the_strokes(page, hand, saliency, qtbot):
    hand.draw_one()
    qtbot.waitUntil(lambda: saliency.view.heatmap() is not None)
    assert saliency.canvas.overlay.heat() is None
    assert not saliency.slider.isVisible()
    QTest.keyClick(page, Qt.Key.Key_W)
    assert saliency.button.isChecked()
    qtbot.waitUntil(lambda: saliency.canvas.overlay.heat() is not None)
    heat, drawing = saliency.canvas.overlay.heat(), saliency.canvas.image()
    assert heat.shape == drawing.shape
    assert np.abs(heat)[drawing > 0].mean() > 5 * np.abs(heat)[drawing == 0].mean()
    saliency.slider.setValue(30)
    assert saliency.canvas.overlay.opacity == pytest.approx(0.3)
    page.findChild(QPushButton, "clear_button").click()
    qtbot.waitUntil(lambda: saliency.canvas.overlay.heat() is None)
    hand.draw_one()
    qtbot.waitUntil(lambda: saliency.canvas.overlay.heat() is not None)
    QTest.mouseClick(saliency.button, Qt.MouseButton.LeftButton)
    assert saliency.canvas.overlay.heat() is None
