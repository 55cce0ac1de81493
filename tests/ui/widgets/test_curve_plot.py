"""Live curves: what is appended is what is told and what is drawn."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QImage

from studio.ui.widgets import theme_colors
from studio.ui.widgets.curve_plot import EMPTY_TEXT, CurvePlot
from studio.ui.widgets.redraw_timer import redraw_timer


@pytest.fixture
def plot(qtbot) -> CurvePlot:
    plot = CurvePlot("Loss", "step", "nats")
    qtbot.addWidget(plot)
    plot.resize(640, 360)
    with qtbot.waitExposed(plot):
        plot.show()
    qtbot.waitUntil(lambda: plot._surface is not None)
    return plot


def ink(plot: CurvePlot, color: str) -> int:
    """Number of pixels near `color`: a thin line is blended with what lies behind it."""
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    wanted = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
    colored = np.ptp(pixels, axis=1) > 60
    return int((colored & (np.abs(pixels - wanted).max(axis=1) < 140)).sum())


def test_curves_tell_every_appended_point_at_once(plot) -> None:
    for i in range(500):
        plot.append("training", i, 1 / (i + 1))
    x, y = plot.curves()["training"]
    assert np.array_equal(x, np.arange(500))
    assert np.array_equal(y, 1 / (np.arange(500) + 1))


def test_an_appended_line_is_seen_after_the_redraw(plot) -> None:
    series = theme_colors.current().series[0]
    before = ink(plot, series)
    plot.set_curve("training", [0, 1, 2], [1, 1, 1])
    redraw_timer().flush()
    assert ink(plot, series) > before + 100


def test_a_validation_curve_keeps_its_style_when_points_are_appended(plot) -> None:
    plot.set_curve("validation", [], [], style="dashed")
    plot.append("validation", 1, 0.5)
    plot.append("validation", 2, 0.4)
    redraw_timer().flush()
    assert plot._surface._lines._items["validation"].opts["pen"].style() == Qt.PenStyle.DashLine


def test_the_empty_plot_says_when_it_fills(plot) -> None:
    redraw_timer().flush()
    assert plot._empty.isVisible()
    assert plot._empty.text() == EMPTY_TEXT
    plot.append("training", 1, 1)
    redraw_timer().flush()
    assert not plot._empty.isVisible()


def test_clear_forgets_curves_references_and_mark(plot) -> None:
    plot.append("training", 1, 1)
    plot.set_reference("book", 0.5)
    plot.mark_best(1, "best")
    redraw_timer().flush()
    plot.clear()
    redraw_timer().flush()
    assert plot.curves() == {}
    assert plot.references() == {}
    assert plot._surface._lines._items == {}


def test_a_reference_lies_inside_the_range(plot) -> None:
    plot.set_curve("training", [1, 2], [0.1, 0.2])
    plot.set_reference("book", 0.9)
    redraw_timer().flush()
    low, high = plot._surface.getViewBox().viewRange()[1]
    assert low <= 0.1
    assert high >= 0.9


def test_hover_reads_the_values_under_the_mouse(plot) -> None:
    plot.set_curve("training", [0, 1, 2], [1, 5, 3])
    redraw_timer().flush()
    plot.grab()
    box = plot._surface.getViewBox()
    plot._surface.scene().sigMouseMoved.emit(box.mapViewToScene(QPointF(1.0, 4)))
    assert plot._surface._overlay._hover.rows[0][0] == "training 5.000"


def bottom_ticks(plot: CurvePlot) -> list[str]:
    axis = plot._surface.getAxis("bottom")
    low, high = plot._surface.getViewBox().viewRange()[0]
    levels = axis.tickValues(low, high, axis.size().width())
    return [text for spacing, values in levels for text in axis.tickStrings(values, 1, spacing)]


@pytest.mark.parametrize("done", [0.3, 0.9, 1.6])
def test_the_first_epoch_has_ticks(plot, done: float) -> None:
    steps = np.arange(0.02, done, 0.02)
    plot.set_curve("training", steps, steps)
    plot.set_curve("validation", [], [], "dashed")
    redraw_timer().flush()
    plot.grab()
    assert len(set(bottom_ticks(plot))) >= 2


def test_whole_epochs_have_whole_ticks(plot) -> None:
    for epochs in (1, 2, 3):
        plot.set_curve("validation", np.arange(1, epochs + 1), np.ones(epochs))
        redraw_timer().flush()
        plot.grab()
        ticks = bottom_ticks(plot)
        assert ticks
        assert all(float(tick).is_integer() for tick in ticks)


def test_keys_read_values_where_the_mouse_would(plot, qtbot) -> None:
    plot.set_curve("training", np.arange(0, 3, 0.01), np.arange(0, 3, 0.01))
    plot.set_curve("validation", [1, 2], [0.5, 0.25], "dashed")
    redraw_timer().flush()
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert "validation 0.250" in plot.accessibleDescription()
    for key, value in (
        (Qt.Key.Key_Right, "step 1, training 1.000, validation 0.500"),
        (Qt.Key.Key_Right, "step 2, training 2.000, validation 0.250"),
        (Qt.Key.Key_Right, "step 2, training 2.000, validation 0.250"),
        (Qt.Key.Key_Home, "step 1, training 1.000, validation 0.500"),
        (Qt.Key.Key_End, "step 2, training 2.000, validation 0.250"),
        (Qt.Key.Key_Left, "step 1, training 1.000, validation 0.500"),
    ):
        qtbot.keyClick(plot, key)
        assert value in plot.accessibleDescription()
        assert plot._surface._overlay._hover is not None
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert plot._surface._overlay._hover is None


def test_an_empty_plot_has_nothing_to_read(plot, qtbot) -> None:
    redraw_timer().flush()
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert EMPTY_TEXT in plot.accessibleDescription()


def test_in_a_narrow_plot_the_labels_leave_the_width_to_the_lines(plot, qtbot) -> None:
    plot.set_curve("training", [0, 1], [0, 1])
    plot.set_curve("validation", [0, 1], [1, 0])
    redraw_timer().flush()
    qtbot.waitUntil(lambda: 0 < plot._surface._overlay._marks.rect.width() < 520)
    plot.resize(380, 240)
    plot.redraw()
    qtbot.waitUntil(lambda: plot._surface._overlay._marks.legend_above)
    qtbot.waitUntil(lambda: plot._surface._overlay._marks.rect.width() > 280)


def test_a_hidden_plot_leaves_the_clock_at_rest(plot) -> None:
    plot.append("training", 1, 1)
    plot.hide()
    plot.append("training", 2, 1)
    assert not any(timer.isActive() for timer in redraw_timer().findChildren(QTimer))
    plot.show()
    redraw_timer().flush()
    assert len(plot._surface._lines._items["training"].getData()[0]) == 2


def test_zooming_stays_until_a_double_click(plot, qtbot) -> None:
    plot.set_curve("training", np.arange(100), np.arange(100))
    redraw_timer().flush()
    box = plot._surface.getViewBox()
    box.setXRange(20, 40, padding=0)
    box.sigRangeChangedManually.emit([True, False])
    plot.append("training", 100, 100)
    redraw_timer().flush()
    assert box.viewRange()[0] == pytest.approx([20, 40])
    qtbot.mouseDClick(plot._surface.viewport(), Qt.MouseButton.LeftButton)
    assert box.viewRange()[0] == pytest.approx([0, 100])


def test_not_a_number_leaves_a_gap_and_no_warning(plot) -> None:
    plot.set_curve("training", [1, 2, 3, 4], [1, float("nan"), 2, float("inf")])
    redraw_timer().flush()
    plot.grab()
    assert np.isnan(plot.curves()["training"][1][1])


@pytest.mark.parametrize("view", [(0, 1e6), (400_000, 600_000), (499_990, 500_010)])
def test_of_a_million_points_one_peak_is_seen_at_every_zoom(plot, view) -> None:
    y = np.random.default_rng(0).random(1_000_000)
    y[500_000] = 9
    plot.set_curve("training", np.arange(1e6), y)
    redraw_timer().flush()
    box = plot._surface.getViewBox()
    box.setXRange(*view, padding=0)
    box.sigRangeChangedManually.emit([True, False])
    x, y = plot._surface._lines.drawn("training")
    assert len(x) < 4 * plot.width()
    assert abs(x[np.argmax(y)] - 500_000) <= (view[1] - view[0]) / 300
    assert y.max() == 9
    assert box.viewRange()[1][1] > 9


def test_a_line_that_did_not_change_is_not_drawn_anew(plot) -> None:
    plot.set_curve("run a", [0, 1, 2], [1, 2, 1])
    plot.set_curve("run b", [0, 1, 2], [2, 1, 2])
    redraw_timer().flush()
    before = {name: plot._surface._lines.drawn(name) for name in ("run a", "run b")}
    plot.append("run b", 2, 1.5)
    redraw_timer().flush()
    assert plot._surface._lines.drawn("run a") is before["run a"]
    assert plot._surface._lines.drawn("run b")[1].tolist() == [2, 1, 2, 1.5]


def test_marks_lie_where_the_axes_say(plot) -> None:
    plot.set_curve("training", [0, 10], [0, 1])
    plot.set_reference("book", 0.5)
    plot.mark_best(5, "best")
    redraw_timer().flush()
    plot.grab()
    surface = plot._surface
    place = surface.getViewBox().mapViewToScene(QPointF(5, 0.5))
    wanted = surface.viewportTransform().map(place)
    marks = surface._overlay._marks
    assert marks.best.x == pytest.approx(wanted.x())
    assert marks.labels[-1].y == pytest.approx(wanted.y())


def test_a_theme_change_recolours_the_lines(plot, qapp) -> None:
    plot.set_curve("training", [0, 1], [1, 1])
    redraw_timer().flush()
    theme_colors.set_current(theme_colors.DARK)
    try:
        plot._surface.apply_palette()
        plot.redraw()
        assert ink(plot, theme_colors.DARK.series[0]) > 100
    finally:
        theme_colors.set_current(theme_colors.LIGHT)
