"""The menu of a plot changes its axis and smoothing, and writes it to files and the clipboard."""

import csv
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from studio.formatting import percent
from studio.ui.shared.plot_menu import PlotMenu
from studio.ui.tasks import TaskHost
from studio.ui.widgets.curve_graphics_view import CurveGraphicsView
from studio.ui.widgets.curve_plot import CurvePlot, link_plots
from studio.ui.widgets.plot_image import render_image, render_svg
from studio.ui.widgets.redraw_timer import redraw_timer


@pytest.fixture
def tasks(qtbot):
    host = TaskHost()
    yield host
    host.request_stop()
    host.wait_all()


def create_plot(qtbot, title, **options):
    plot = CurvePlot(title, "epoch", "", **options)
    plot.setObjectName(f"{title.lower()}_plot")
    qtbot.addWidget(plot)
    plot.resize(640, 300)
    with qtbot.waitExposed(plot):
        plot.show()
    qtbot.waitUntil(lambda: plot.findChild(CurveGraphicsView) is not None)
    x = np.linspace(0, 4, 200)
    noise = np.random.default_rng(0).normal(0, 0.3, len(x))
    plot.set_curve("training", x, np.exp(-x + noise))
    plot.set_curve("validation", [1, 2, 3], [0.5, 0.0, 0.3], "dashed")
    redraw_timer().flush()
    return plot


@pytest.fixture
def plot(qtbot):
    return create_plot(qtbot, "Loss")


@pytest.fixture
def menu(plot, tasks):
    return PlotMenu(plot, tasks)


def action(menu, *titles):
    found = menu.menu
    for title in titles:
        one = next(one for one in found.actions() if one.text() == title)
        found = one.menu() or one
    return found


def lines(plot):
    """Return the points drawn of each line: those behind the others first."""
    items = plot.findChild(CurveGraphicsView).listDataItems()
    return [item.getData()[1] for item in sorted(items, key=lambda item: item.zValue())]


def test_smoothing_keeps_the_raw_line_behind(plot, menu) -> None:
    before = plot.curves()
    action(menu, "Smoothing", "Strong").trigger()
    raw, smooth = lines(plot)[0], lines(plot)[1]
    assert np.abs(np.diff(smooth)).max() < np.abs(np.diff(raw)).max() / 4
    np.testing.assert_array_equal(plot.curves()["training"][1], before["training"][1])
    action(menu, "Smoothing", "None").trigger()
    assert len(lines(plot)) == 2


def test_a_growing_curve_stays_smoothed(plot, menu) -> None:
    action(menu, "Smoothing", "Medium").trigger()
    for step in range(50):
        plot.append("training", 4 + step / 10, 1.0)
        redraw_timer().flush()
    assert len(lines(plot)) == 3
    assert lines(plot)[1][-1] == pytest.approx(1.0, abs=0.02)


def test_a_logarithmic_axis_shows_powers_of_ten(plot, menu) -> None:
    action(menu, "Logarithmic axis").trigger()
    assert plot.is_logarithmic()
    training = plot.curves()["training"][1]
    np.testing.assert_allclose(lines(plot)[0], np.log10(training), rtol=1e-6)
    validation = lines(plot)[1]
    assert np.isnan(validation[1])  # 0 has no logarithm
    axis = plot.findChild(CurveGraphicsView).getAxis("left")
    assert "1" in [text for level in axis._tickLevels for _, text in level]
    action(menu, "Logarithmic axis").trigger()
    np.testing.assert_allclose(lines(plot)[0], training)


def test_accuracies_have_no_logarithmic_axis(qtbot, tasks) -> None:
    menu = PlotMenu(create_plot(qtbot, "Accuracy", percent=percent), tasks)
    titles = {one.text() for one in menu.menu.actions()}
    assert "Logarithmic axis" not in titles
    assert "Save values…" in titles


def test_copy_puts_the_plot_on_the_clipboard(plot, menu) -> None:
    action(menu, "Copy image").trigger()
    image = QGuiApplication.clipboard().image()
    assert image.width() == 2 * plot.width()


@pytest.mark.parametrize("suffix", ["png", "svg", "csv"])
def test_saving(qtbot, plot, menu, tmp_path, suffix) -> None:
    action(menu, "Save values…" if suffix == "csv" else "Save image…").trigger()
    dialog = plot.findChild(QFileDialog)
    path = tmp_path / f"loss.{suffix}"
    with qtbot.waitSignal(menu.saved):
        dialog.fileSelected.emit(str(path))
    dialog.reject()
    if suffix == "png":
        assert QImage(str(path)).width() == 2 * plot.width()
    elif suffix == "svg":
        assert "training" in path.read_text()
    else:
        rows = list(csv.DictReader(path.read_text().splitlines()))
        assert float(rows[0]["training"]) == plot.curves()["training"][1][0]


def test_an_svg_file_consists_of_paths_and_texts(plot, menu) -> None:
    plot.mark_best(3, "best epoch 3")
    redraw_timer().flush()
    svg = render_svg(plot, "Loss")
    elements = list(ElementTree.fromstring(svg).iter())
    names = [element.tag.rpartition("}")[2] for element in elements]
    assert "image" not in names
    texts = {(element.text or "").strip() for element in elements if element.tag.endswith("text")}
    assert {"Loss", "epoch", "best epoch 3", "0", "1", "4"} <= texts  # title, labels and ticks
    assert any(text.startswith("training 0.0") for text in texts)
    assert len(svg) < 60_000
    # The axes are painted from their caches again.
    cached = [item.cacheMode() for item in plot.findChild(CurveGraphicsView).items()]
    assert any(mode != mode.NoCache for mode in cached)


def test_an_image_has_no_buttons(plot, menu) -> None:
    before = render_image(plot)
    menu.button.hide()
    assert render_image(plot) == before


def test_a_folder_that_cannot_be_written_is_reported(qtbot, plot, menu, tmp_path) -> None:
    action(menu, "Save image…").trigger()
    dialog = plot.findChild(QFileDialog)
    with qtbot.waitSignal(menu.failed) as failed:
        dialog.fileSelected.emit(str(tmp_path / "missing" / "loss.png"))
    dialog.reject()
    assert "could not be saved" in str(failed.args[0])


def test_linked_plots_zoom_and_read_together(qtbot, plot) -> None:
    other = create_plot(qtbot, "Accuracy", percent=percent)
    link_plots((plot, other))
    views = [one.findChild(CurveGraphicsView) for one in (plot, other)]
    views[0].getViewBox().scaleBy((0.5, 1))
    views[0].getViewBox().sigRangeChangedManually.emit([True, False])
    ranges = [view.getViewBox().viewRange()[0] for view in views]
    assert ranges[1] == pytest.approx(ranges[0])
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert [view.readout_text() for view in views] == [
        "epoch 3, training 0.069, validation 0.300",
        "epoch 3, training 6.9 %, validation 30.0 %",
    ]
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert views[1].readout_text() == ""
