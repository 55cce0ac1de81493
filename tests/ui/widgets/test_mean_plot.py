"""The plot of means: what it shows, and how mouse and keys move in it."""

from itertools import pairwise
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from studio.ui.widgets.mean_figure import (
    MeanFigure,
    MeanPoint,
    MeanSeries,
    spread_apart,
    visible_ticks,
)
from studio.ui.widgets.mean_plot import MeanPlot


def series(name, key, means, half=0.01):
    points = (
        MeanPoint(float(x), mean, mean - half, mean + half, (mean,), key + x, f"{name} {x}")
        for x, mean in enumerate(means)
    )
    return MeanSeries(name, tuple(points))


TWO = MeanFigure(
    "Accuracy",
    "Learning rate",
    (series("SGD", 0, (0.8, 0.9, 0.7)), series("Adam", 10, (0.85, 0.88, 0.6))),
    ((0.0, "0.001"), (1.0, "0.01"), (2.0, "0.1")),
)


@pytest.fixture
def plot(qtbot):
    made = MeanPlot("means", lambda value, digits: f"{100 * value:.{digits}f} %", "Nothing yet")
    qtbot.addWidget(made)
    made.resize(480, 260)
    made.set_figure(TWO)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_keys_move_along_a_series_and_to_another_one(qtbot, plot):
    chosen = []
    plot.point_selected.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        qtbot.keyClick(plot, key)
    assert chosen == [0, 1, 11, 10]
    assert plot.read_out() == "Adam 0"
    assert plot.accessibleDescription() == "Adam 0"
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert plot.current() == 10


def test_the_mouse_selects_the_nearest_point_and_reads_it(qtbot, plot):
    place = plot.point_position(11).toPoint()
    qtbot.mouseMove(plot, place)
    assert plot.read_out() == "Adam 1"
    with qtbot.waitSignal(plot.point_selected) as selected:
        qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=place)
    assert selected.args == [11]
    plot.set_figure(MeanFigure("Accuracy"))
    assert plot.current() is None
    assert plot.accessibleDescription() == "Nothing yet"
    plot.grab()


def test_intervals_outside_of_the_plot_and_a_band_are_painted(plot):
    wide = MeanPoint(0.0, 0.9, 0.0, 1.0, (0.89, 0.91), 0, is_best=True)
    lonely = MeanPoint(1.0, 0.92, nan, nan, (), 1)
    plot.set_figure(MeanFigure("A", "x", (MeanSeries("s", (wide, lonely)),), (), (0.8, 0.9, 1.0)))
    low, high = plot.figure.y_range
    assert 0.8 <= low < 0.89
    assert 0.92 < high <= 1.0
    plot.grab()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_the_range_contains_every_mean(means):
    low, high = MeanFigure("A", "", (series("s", 0, means),)).y_range
    assert 0 <= low <= min(means)
    assert max(means) <= high <= 1
    assert high > low


@given(st.lists(st.floats(0, 300), min_size=1, max_size=6))
def test_labels_do_not_overlap_and_keep_their_order(wanted):
    placed = spread_apart(wanted, 10, 320)
    ordered = sorted(placed)
    assert all(b - a >= 10 - 1e-6 for a, b in pairwise(ordered))
    assert sorted(range(len(wanted)), key=lambda i: (wanted[i], i)) == sorted(
        range(len(wanted)), key=lambda i: (placed[i], i)
    )


def test_ticks_that_touch_are_left_out():
    ticks = [(0.0, 20.0, "a"), (15.0, 20.0, "b"), (40.0, 20.0, "c")]
    assert [text for _, _, text in visible_ticks(ticks, 4)] == ["a", "c"]
