"""Benchmarks in the real window, each for as short a time as possible."""

import io
import json
import math
import subprocess
import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel, QWidget

from studio.bench.drawing_benchmark import drawing_results
from studio.bench.workers.protocol import wait_for_request
from studio.bench.workload import Workload
from studio.callbacks import ignore_progress, never_stop
from studio.errors import StudioError
from studio.ui.bench import (
    drawing,
    driver,
    over_time,
    plot,
    sample_map,
    stroke,
    thumbnails,
    watched,
)
from studio.ui.bench.driver import find_child, measure_paint_ms, wait_until
from studio.ui.bench.runner import find_window_benchmark, read_request
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.prediction_bars import PredictionBars
from studio.ui.widgets.scatter_view import ScatterView
from tests.fixed_engine import FIXED_ENGINE

SETTINGS = FIXED_ENGINE | {"engine.log_every": 2, "optim.epochs": 1000}


@pytest.fixture
def workload(tmp_path):
    """A training on the digits, which need no download."""
    return Workload("digits-quickstart", tmp_path / "data", tmp_path / "runs", 0.0, SETTINGS)


def measure(name, window, workload):
    benchmark = find_window_benchmark(name)(window, workload)
    return benchmark, benchmark.measure()


@pytest.mark.numeric
def test_training_runs_only_while_it_is_measured(window, workload, qtbot):
    benchmark, measured = measure("window", window, workload)
    assert measured["images_per_second"] > 0
    assert measured["lateness"]
    assert benchmark.conditions["precision"] == "float32"
    curves = find_child(window, CurvePlot, "loss_plot").curves
    points = len(curves()["training"][0])
    assert points >= 2
    qtbot.wait(300)
    assert len(curves()["training"][0]) == points
    benchmark.measure()
    assert len(curves()["training"][0]) > points


@pytest.mark.numeric
def test_segments_of_one_training_are_watched_and_alone(window, workload, monkeypatch):
    monkeypatch.setattr(watched, "PAIRS", 2)
    monkeypatch.setattr(watched, "SETTLING_MS", 50)
    benchmark, measured = measure("watched", window, workload)
    assert {name: len(measured[name]) for name in ("watched", "alone")} == {
        "watched": 2,
        "alone": 2,
    }
    assert min(measured["watched"] + measured["alone"]) > 0
    assert benchmark.conditions["steps"] == 2
    assert math.isfinite(measured["percent"])
    assert find_child(window, DigitCanvas, "digit_canvas").image().any()
    assert find_child(window, PredictionBars, "prediction_bars").values()


def test_a_failed_training_raises_its_error(window, workload):
    settings = {**SETTINGS, "data.source": "mnist"}
    missing = Workload(workload.recipe, workload.data_dir, workload.runs_dir, 0.0, settings)
    with pytest.raises(StudioError, match="MNIST"):
        find_window_benchmark("window")(window, missing)


def test_strokes_are_predicted_idle_and_while_training(window, workload, monkeypatch):
    monkeypatch.setattr(stroke, "MOVES", 3)
    monkeypatch.setattr(stroke, "WARM_UP_MS", 50)
    _, times = measure("stroke", window, workload)
    assert [len(times[name]) for name in ("idle", "training")] == [3, 3]
    assert min(times["idle"] + times["training"]) > 0
    assert find_child(window, DigitCanvas, "digit_canvas").image().any()


def test_replayed_digits_are_predicted_and_shapes_are_unfamiliar(window, workload, monkeypatch):
    monkeypatch.setattr(drawing, "COUNT", 4)
    monkeypatch.setattr(drawing, "PENS", ((0.8, 0.06), (0.2, 0.03)))
    benchmark, measured = measure("drawing", window, workload)
    conditions = benchmark.conditions | {"platform": "offscreen"}
    rows = {row.label: row for row in drawing_results(conditions, [measured])}
    digits = [reading for pen in measured["formed"] for reading in pen]
    assert len(digits) == 8
    assert sum(is_correct for is_correct, _ in digits) >= 7
    assert rows["Digits that are familiar"].value >= 75
    assert rows["Letters that are familiar"].value <= 50
    assert rows["Shapes and scribbles that are familiar"].value <= 25


def test_activation_maps_follow_a_stroke(window, workload, monkeypatch):
    monkeypatch.setattr(stroke, "MOVES", 2)
    monkeypatch.setattr(stroke, "WARM_UP_MS", 50)
    _, times = measure("inside", window, workload)
    assert [len(times[name]) for name in ("idle", "training")] == [2, 2]
    assert min(times["idle"] + times["training"]) > 0


def test_a_long_loss_curve_is_redrawn(window, workload, monkeypatch):
    monkeypatch.setattr(plot, "POINTS", 5_000)
    monkeypatch.setattr(plot, "REDRAWS", 2)
    _, times = measure("plot", window, workload)
    assert len(times["redraws"]) == 2
    x, _ = find_child(window, CurvePlot, "loss_plot").curves()["training"]
    assert len(x) == 5_002
    assert (x[1:] >= x[:-1]).all()


def test_thumbnails_are_scrolled_from_top_to_bottom(window, workload, monkeypatch):
    monkeypatch.setattr(thumbnails, "COUNT", 3_000)
    monkeypatch.setattr(thumbnails, "FRAMES", 4)
    monkeypatch.setattr(thumbnails, "FILTER_CHANGES", 5)
    _, times = measure("thumbnails", window, workload)
    assert {name: len(values) for name, values in times.items()} == {
        "frames": 4,
        "large_frames": 4,
        "filters": 5,
    }
    grid = window.mistakes_page.samples_view.grid
    assert grid.samples.rowCount() == 3_000
    assert grid.verticalScrollBar().value() == grid.verticalScrollBar().maximum()


def test_the_map_is_panned_whole_and_enlarged(window, workload, monkeypatch):
    monkeypatch.setattr(thumbnails, "COUNT", 2_000)
    monkeypatch.setattr(sample_map, "COUNT", 2_000)
    monkeypatch.setattr(sample_map, "FRAMES", 4)
    _, times = measure("map", window, workload)
    assert len(times["frames"]) == 4
    scatter = window.mistakes_page.findChild(ScatterView)
    assert len(scatter.positions()) == 2_000
    assert scatter.zoom() > 1


def test_the_slider_over_kept_epochs_is_moved(window, workload, monkeypatch):
    monkeypatch.setattr(over_time, "EPOCHS", 3)
    _, times = measure("over-time", window, workload)
    assert {name: len(values) for name, values in times.items()} == {"ticks": 3, "drawing": 1}


def test_startup_reports_a_painted_and_a_complete_window_and_torch(tmp_path):
    workload = Workload("digits-quickstart", tmp_path / "data", tmp_path / "runs")
    command = [sys.executable, "-m", "studio.ui.bench", "start", workload.to_json()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    assert messages == [{"platform": "offscreen"}, {}, {}]
    assert list((tmp_path / "runs").rglob("*.ini"))


class Updater(QObject):
    updated = Signal()


def test_only_painting_after_the_signal_counts(qtbot):
    label, updater, painted = QLabel("before"), Updater(), []
    qtbot.addWidget(label)
    with qtbot.waitExposed(label):
        label.show()

    def act():
        label.setText("not yet")
        label.repaint()
        painted.append("early")
        updater.updated.emit()
        label.setText("after")

    assert measure_paint_ms(label, act, updater.updated) > 0
    assert painted == ["early"]


def test_waiting_ends_with_a_timeout(qtbot, monkeypatch):
    monkeypatch.setattr(driver, "TIMEOUT_MS", 20)
    with pytest.raises(StudioError, match="the model is loading"):
        wait_until(lambda: False, "the model is loading")


def test_a_missing_child_is_named(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    with pytest.raises(LookupError, match="QLabel missing"):
        find_child(widget, QLabel, "missing")


def test_the_end_of_input_ends_the_measurements(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("measure\n"))
    assert read_request(ignore_progress, never_stop)
    assert not read_request(ignore_progress, never_stop)
    with pytest.raises(SystemExit):
        wait_for_request()
