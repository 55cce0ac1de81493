"""A scatter plot: points drawn into an image, chosen, hovered and selected with mouse and keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor

from studio.ui.widgets.region_frame import Axis, RegionLabel
from studio.ui.widgets.region_scatter import RegionScatter
from studio.ui.widgets.scatter_image import ScatterPoints, ScatterRequest, render_scatter

COLORS = ("#2463DB", "#C4432B")


@pytest.fixture
def plot(qtbot):
    x_axis, y_axis = Axis("Variability", 0.0, 0.5, str), Axis("Confidence", 0.0, 1.0, str)
    plot = RegionScatter(x_axis, y_axis, lambda: COLORS, "scatter")
    qtbot.addWidget(plot)
    plot.render_wanted.connect(lambda request: plot.set_image(request, render_scatter(request)))
    plot.set_regions([(QPointF(0.25, 0), QPointF(0.25, 1))], [RegionLabel("Easy", 0.25, 0.9)])
    plot.resize(500, 400)
    plot.show()
    x = np.array([0.1, 0.2, 0.4, 0.45], np.float32)
    y = np.array([0.9, 0.8, 0.2, 0.3], np.float32)
    plot.set_points(x, y, np.array([0, 0, 1, 1], np.int8))
    return plot


def spot(plot, index):
    return plot.point_position(index).toPoint()


def test_points_are_drawn_in_the_color_of_their_group(plot):
    assert plot.has_image()
    image = plot.grab().toImage()
    for index, color in ((0, COLORS[0]), (3, COLORS[1])):
        painted = image.pixelColor(spot(plot, index))
        wanted = QColor(color)
        assert abs(painted.hue() - wanted.hue()) < 20


def test_a_click_chooses_the_nearest_point(qtbot, plot):
    with qtbot.waitSignal(plot.point_chosen) as chosen:
        near = spot(plot, 2) + QPoint(4, -3)
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=near)
    assert chosen.args == [2]
    assert plot.current() == 2
    with qtbot.assertNotEmitted(plot.point_chosen):
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(250, 200))


def test_the_mouse_hovers_over_points(qtbot, plot):
    hovered = []
    plot.hovered.connect(hovered.append)
    qtbot.mouseMove(plot, spot(plot, 1))
    qtbot.mouseMove(plot, QPoint(250, 200))
    assert hovered == [1, -1]


def test_dragging_selects_the_points_inside(qtbot, plot):
    with qtbot.waitSignal(plot.points_selected) as selected:
        start, end = spot(plot, 2) + QPoint(-20, 20), spot(plot, 3) + QPoint(10, -10)
        qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(plot, (start + end) / 2)
        qtbot.mouseMove(plot, end)
        qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=end)
    assert selected.args[0].tolist() == [2, 3]


def test_keys_move_along_the_axes_and_open_a_point(qtbot, plot):
    visited = []
    plot.point_chosen.connect(visited.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(plot, key)
    assert visited == [0, 1, 0, 0]
    with qtbot.waitSignal(plot.opened) as opened:
        qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert opened.args == [0]


def test_without_points_nothing_happens(qtbot, plot):
    plot.clear()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Escape):
        qtbot.keyClick(plot, key)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert plot.current() == -1
    assert not plot.has_image()


def test_points_on_top_of_each_other_are_darker_and_crosses_lie_on_top():
    x = np.array([0.2, 0.8, 0.8, 0.5, 0.5], np.float32)
    groups = np.array([0, 0, 0, 0, 1], np.int8)
    points = ScatterPoints(x, np.full(5, 0.5, np.float32), groups, crossed=(1,))
    pixels = render_scatter(ScatterRequest(points, COLORS, 101, 51))
    assert pixels.shape == (51, 101)
    alpha = pixels >> 24
    assert 0 < alpha[25, 20] < alpha[25, 80]
    assert alpha[0, 0] == 0
    red, blue = pixels[25, 50] >> 16 & 255, pixels[25, 50] & 255
    assert red > blue
