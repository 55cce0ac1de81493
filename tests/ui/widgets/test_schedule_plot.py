"""The curve of a schedule with its figures, a marker, and a read-out."""

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.ui.widgets.schedule_plot import SchedulePlot


@pytest.fixture
def plot(qtbot) -> SchedulePlot:
    plot = SchedulePlot("schedule", "Learning rate")
    qtbot.addWidget(plot)
    plot.resize(308, plot.sizeHint().height())
    texts = "Start 1", "Peak 4 at 10", "End 0"
    plot.set_curve([0, 10, 20], [1, 4, 0], texts, "From 1 to 4 to 0.", "at {:.0f}".format)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def test_figures_are_replaced_by_a_readout(plot, qtbot) -> None:
    assert plot.text() == "Start 1 · Peak 4 at 10 · End 0"
    assert plot.accessibleDescription() == plot.toolTip() == "From 1 to 4 to 0."
    qtbot.mouseMove(plot, QPoint(154, 20))
    qtbot.waitUntil(lambda: plot.text() == "at 10")
    assert plot.accessibleDescription() == "at 10"
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert plot.text() == "at 20"
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.text() == "at 20"
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.text() == "at 20"  # 19.5
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.text().startswith("Start 1")


def test_the_marker_is_painted_where_the_training_is(plot) -> None:
    before = plot.grab().toImage()
    plot.set_marker(15, 2.0)
    assert plot.marker() == 15
    assert plot.grab().toImage() != before
    plot.set_marker(None)
    assert plot.grab().toImage() == before


def test_without_points_it_says_why(plot, qtbot) -> None:
    plot.set_curve([], [], ("", "", ""), "Not known yet.", str)
    assert plot.text() == "Not known yet."
    plot.set_marker(3)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.text() == "Not known yet."
    assert not plot.grab().isNull()
