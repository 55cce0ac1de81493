"""Live curves: appended points are reported at once and drawn after the redraw."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel

from studio.ui.widgets import theme_colors
from studio.ui.widgets.curve_data import CurveMark, OverlayCurve
from studio.ui.widgets.curve_graphics_view import CurveGraphicsView
from studio.ui.widgets.curve_overlay import CurveOverlay
from studio.ui.widgets.curve_plot import EMPTY_TEXT, CurvePlot
from studio.ui.widgets.redraw_timer import redraw_timer


@pytest.fixture
def plot(qtbot) -> CurvePlot:
    plot = CurvePlot("Loss", "step", "nats")
    qtbot.addWidget(plot)
    plot.resize(640, 360)
    with qtbot.waitExposed(plot):
        plot.show()
    qtbot.waitUntil(lambda: plot.findChild(CurveGraphicsView) is not None)
    return plot


@pytest.fixture
def view(plot) -> CurveGraphicsView:
    return plot.findChild(CurveGraphicsView)


@pytest.fixture
def overlay(plot) -> CurveOverlay:
    return plot.findChild(CurveOverlay)


def count_pixels(plot: CurvePlot, color: str) -> int:
    """Count the pixels near `color`: a thin line is blended with its background."""
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    wanted = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
    colored = np.ptp(pixels, axis=1) > 60
    return int((colored & (np.abs(pixels - wanted).max(axis=1) < 140)).sum())


def test_curves_returns_appended_points_at_once(plot) -> None:
    for i in range(500):
        plot.append("training", i, 1 / (i + 1))
    x, y = plot.curves()["training"]
    assert np.array_equal(x, np.arange(500))
    assert np.array_equal(y, 1 / (np.arange(500) + 1))


def test_a_line_is_visible_after_the_redraw(plot) -> None:
    series = theme_colors.current().series[0]
    before = count_pixels(plot, series)
    plot.set_curve("training", [0, 1, 2], [1, 1, 1])
    redraw_timer().flush()
    assert count_pixels(plot, series) > before + 100


def test_appending_keeps_the_line_style(plot, view) -> None:
    plot.set_curve("validation", [], [], style="dashed")
    plot.append("validation", 1, 0.5)
    plot.append("validation", 2, 0.4)
    redraw_timer().flush()
    assert view.listDataItems()[0].opts["pen"].style() == Qt.PenStyle.DashLine


def test_an_empty_plot_shows_a_placeholder(plot) -> None:
    redraw_timer().flush()
    placeholder = next(label for label in plot.findChildren(QLabel) if label.text() == EMPTY_TEXT)
    assert placeholder.isVisible()
    plot.append("training", 1, 1)
    redraw_timer().flush()
    assert not placeholder.isVisible()


def test_clear_removes_curves_references_and_marker(plot, view, overlay) -> None:
    plot.append("training", 1, 1)
    plot.set_reference("book", 0.5)
    plot.mark_best(1, "best")
    redraw_timer().flush()
    plot.clear()
    redraw_timer().flush()
    assert plot.curves() == {}
    assert plot.references() == {}
    assert view.listDataItems() == []
    assert overlay.annotations().best is None


def test_the_y_range_includes_references(plot, view) -> None:
    plot.set_curve("training", [1, 2], [0.1, 0.2])
    plot.set_reference("book", 0.9)
    redraw_timer().flush()
    low, high = view.getViewBox().viewRange()[1]
    assert low <= 0.1
    assert high >= 0.9


def test_hovering_shows_the_values_under_the_mouse(plot, view, overlay) -> None:
    plot.set_curve("training", [0, 1, 2], [1, 5, 3])
    redraw_timer().flush()
    plot.grab()
    box = view.getViewBox()
    view.scene().sigMouseMoved.emit(box.mapViewToScene(QPointF(1.0, 4)))
    assert overlay.readout().rows[0][0] == "training 5.000"


def bottom_ticks(view: CurveGraphicsView) -> list[str]:
    axis = view.getAxis("bottom")
    low, high = view.getViewBox().viewRange()[0]
    levels = axis.tickValues(low, high, axis.size().width())
    return [text for spacing, values in levels for text in axis.tickStrings(values, 1, spacing)]


@pytest.mark.parametrize("done", [0.3, 0.9, 1.6])
def test_the_first_epoch_has_ticks(plot, view, done: float) -> None:
    steps = np.arange(0.02, done, 0.02)
    plot.set_curve("training", steps, steps)
    plot.set_curve("validation", [], [], "dashed")
    redraw_timer().flush()
    plot.grab()
    assert len(set(bottom_ticks(view))) >= 2


def test_whole_epochs_have_whole_ticks(plot, view) -> None:
    for epochs in (1, 2, 3):
        plot.set_curve("validation", np.arange(1, epochs + 1), np.ones(epochs))
        redraw_timer().flush()
        plot.grab()
        ticks = bottom_ticks(view)
        assert ticks
        assert all(float(tick).is_integer() for tick in ticks)


def test_keys_move_the_readout(plot, overlay, qtbot) -> None:
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
        assert overlay.readout() is not None
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert overlay.readout() is None


def test_an_empty_plot_has_no_readout(plot, qtbot) -> None:
    redraw_timer().flush()
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert EMPTY_TEXT in plot.accessibleDescription()


def test_a_narrow_plot_puts_the_labels_above_the_lines(plot, overlay, qtbot) -> None:
    plot.set_curve("training", [0, 1], [0, 1])
    plot.set_curve("validation", [0, 1], [1, 0])
    redraw_timer().flush()
    qtbot.waitUntil(lambda: 0 < overlay.annotations().rect.width() < 520)
    plot.resize(380, 240)
    plot.redraw()
    qtbot.waitUntil(lambda: overlay.annotations().legend_above)
    qtbot.waitUntil(lambda: overlay.annotations().rect.width() > 280)


def test_a_hidden_plot_does_not_start_the_timer(plot, view) -> None:
    plot.append("training", 1, 1)
    plot.hide()
    plot.append("training", 2, 1)
    assert not any(timer.isActive() for timer in redraw_timer().findChildren(QTimer))
    plot.show()
    redraw_timer().flush()
    assert len(view.listDataItems()[0].getData()[0]) == 2


def test_the_zoom_stays_until_a_double_click(plot, view, qtbot) -> None:
    plot.set_curve("training", np.arange(100), np.arange(100))
    redraw_timer().flush()
    box = view.getViewBox()
    box.setXRange(20, 40, padding=0)
    box.sigRangeChangedManually.emit([True, False])
    plot.append("training", 100, 100)
    redraw_timer().flush()
    assert box.viewRange()[0] == pytest.approx([20, 40])
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton)
    assert box.viewRange()[0] == pytest.approx([0, 100])


def test_nan_leaves_a_gap_and_no_warning(plot) -> None:
    plot.set_curve("training", [1, 2, 3, 4], [1, float("nan"), 2, float("inf")])
    redraw_timer().flush()
    plot.grab()
    assert np.isnan(plot.curves()["training"][1][1])


@pytest.mark.parametrize("visible", [(0, 1e6), (400_000, 600_000), (499_990, 500_010)])
def test_one_peak_among_a_million_points_is_visible_at_every_zoom(plot, view, visible) -> None:
    y = np.random.default_rng(0).random(1_000_000)
    y[500_000] = 9
    plot.set_curve("training", np.arange(1e6), y)
    redraw_timer().flush()
    box = view.getViewBox()
    box.setXRange(*visible, padding=0)
    box.sigRangeChangedManually.emit([True, False])
    x, y = view.listDataItems()[0].getData()
    assert len(x) < 4 * plot.width()
    assert abs(x[np.argmax(y)] - 500_000) <= (visible[1] - visible[0]) / 300
    assert y.max() == 9
    assert box.viewRange()[1][1] > 9


def test_an_unchanged_line_is_not_redrawn(plot, view) -> None:
    plot.set_curve("run a", [0, 1, 2], [1, 2, 1])
    plot.set_curve("run b", [0, 1, 2], [2, 1, 2])
    redraw_timer().flush()
    run_a, run_b = view.listDataItems()
    changed = []
    run_a.sigPlotChanged.connect(changed.append)
    run_b.sigPlotChanged.connect(changed.append)
    plot.append("run b", 2, 1.5)
    redraw_timer().flush()
    assert changed == [run_b]
    assert run_b.getData()[1].tolist() == [2, 1, 2, 1.5]


def test_annotations_are_aligned_with_the_axes(plot, view, overlay) -> None:
    plot.set_curve("training", [0, 10], [0, 1])
    plot.set_reference("book", 0.5)
    plot.mark_best(5, "best")
    redraw_timer().flush()
    plot.grab()
    place = view.getViewBox().mapViewToScene(QPointF(5, 0.5))
    wanted = view.viewportTransform().map(place)
    shown = overlay.annotations()
    assert shown.best.x == pytest.approx(wanted.x())
    assert shown.labels[-1].y == pytest.approx(wanted.y())


def test_a_theme_change_recolors_the_lines(plot, qapp) -> None:
    plot.set_curve("training", [0, 1], [1, 1])
    redraw_timer().flush()
    theme_colors.set_current(theme_colors.DARK)
    try:
        qapp.sendEvent(plot, QEvent(QEvent.Type.PaletteChange))
        redraw_timer().flush()
        assert count_pixels(plot, theme_colors.DARK.series[0]) > 100
    finally:
        theme_colors.set_current(theme_colors.LIGHT)


def test_the_readout_near_a_mark_says_what_happened(plot, view, overlay) -> None:
    plot.set_curve("training", range(11), [1] * 11)
    text = "From step 5 on: learning rate 0.0005, weight decay 0.05, dropout 30 %"
    plot.set_marks([CurveMark(5, text)])
    redraw_timer().flush()
    ((x, _color),) = overlay.annotations().marks
    assert text in plot.accessibleDescription()
    view.show_readout(2.0)
    assert len(overlay.readout().rows) == 1
    view.show_readout(5.0)
    assert overlay.readout().point.x() == pytest.approx(x)
    lines = [line for line, _ in overlay.readout().rows[1:]]
    assert " ".join(lines) == text
    assert max(map(len, lines)) <= 44
    assert text in view.readout_text()
    plot.clear()
    assert plot.marks() == ()


def test_overlays_are_behind_the_curves_and_stay(plot, view, overlay, qtbot) -> None:
    x = np.linspace(1, 6, 100)
    plot.set_smoothing(0.9)
    plot.set_curve("training", np.linspace(1, 10, 100), np.ones(100))
    plot.set_overlays(
        [
            OverlayCurve("a training", x, np.sin(9 * x) + 2, series=2, group="a"),
            OverlayCurve("a validation", x[::20], x[::20], 2, "a", "dashed", group="a"),
        ]
    )
    redraw_timer().flush()
    # Its own curve has a line before smoothing, an overlay has none.
    levels = sorted(item.zValue() for item in view.listDataItems())
    assert levels == [0, 0, 1, 2]
    assert [label.text for label in overlay.annotations().labels] == ["training 1.000", "a 5.040"]
    assert overlay.annotations().dots == []
    color = theme_colors.current().series[2].lower()
    assert overlay.annotations().labels[1].pen.color().name() == color
    assert plot.to_csv().startswith("step,training,a training,a validation\n")
    # The read-out lists an overlay where it has values.
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert view.readout_text() == "step 1, training 1.000, a training 2.412, validation 1.000"
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert view.readout_text() == "step 10, training 1.000"
    plot.clear()
    assert {*plot.curves()} == {"a training", "a validation"}
    plot.set_overlays([])
    redraw_timer().flush()
    assert view.listDataItems() == []


def test_lines_end_at_the_edges_of_the_range(plot, view) -> None:
    plot.set_curve("validation", [1, 2, 3, 4], [1, 9, 5, 1], "dashed")
    redraw_timer().flush()
    plot.zoom_to((1.75, 3.5))
    x, y = view.listDataItems()[0].getData()
    np.testing.assert_allclose(x, [1.75, 2, 3, 3.5])
    np.testing.assert_allclose(y, [7, 9, 5, 3])
    plot.zoom_to((2, 3))
    x, y = view.listDataItems()[0].getData()
    assert (x[0], y[0], x[-1], y[-1]) == (2, 9, 3, 5)
