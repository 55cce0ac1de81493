import pytest
from PySide6.QtCore import Qt

from studio.ui.widgets.interval_plot import IntervalPlot, IntervalSeries


@pytest.fixture
def plot(qtbot):
    plot = IntervalPlot("Rotation", lambda x: f"{x:g}°", lambda y: f"{100 * y:.0f} %")
    qtbot.addWidget(plot)
    plot.resize(240, 140)
    plot.set_series(
        [
            IntervalSeries("a", [-10, 0, 10], [0.5, 1.0, 0.75], [0.4, 0.9, 0.6], [0.6, 1, 0.9]),
            IntervalSeries("b", [-10, 0, 10], [0.2, 0.9, 0.1], [0, 0.8, 0], [0.3, 1, 0.2], True),
        ]
    )
    plot.show()
    return plot


def test_a_click_chooses_the_nearest_point(qtbot, plot):
    with qtbot.waitSignal(plot.point_selected) as chosen:
        spot = plot.point_position(2).toPoint()
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=spot)
    assert chosen.args == [2]
    assert plot.accessibleDescription().startswith("10°: 75 %")


def test_keys_move_the_point_and_stop_at_the_ends(qtbot, plot):
    chosen = []
    plot.point_selected.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(plot, key)
    assert chosen == [0, 1, 0]


def test_points_lie_by_their_values_and_series_have_their_colors(plot):
    left, middle, right = (plot.point_position(index) for index in range(3))
    assert left.x() < middle.x() < right.x()
    assert middle.y() < right.y() < left.y()
    image = plot.grab().toImage()
    assert len({image.pixel(x, y) for x in range(0, 240, 2) for y in range(0, 140, 2)}) > 4


def test_without_series_nothing_can_be_chosen(qtbot, plot):
    plot.set_series([])
    chosen = []
    plot.point_selected.connect(chosen.append)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton)
    assert chosen == []
    assert plot.accessibleDescription() == "Not measured yet"
