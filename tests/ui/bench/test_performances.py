"""What is measured in the real window, for as short a time as it can be."""

import io
import json
import subprocess
import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel, QWidget

from studio.bench.workers.protocol import wait_for_turn
from studio.bench.workload import Workload
from studio.errors import StudioError
from studio.ui.bench import driver, thumbnails
from studio.ui.bench.driver import painted_ms, wait_until
from studio.ui.bench.finding import find
from studio.ui.bench.stage import find_part, read_line
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.digit_canvas import DigitCanvas
from tests.fixed_engine import FIXED_ENGINE

SHORT = FIXED_ENGINE | {"engine.log_every": 2, "optim.epochs": 1000}


@pytest.fixture
def workload(tmp_path):
    """A training on the digits that are always there."""
    return Workload("digits-quickstart", tmp_path / "data", tmp_path / "runs", 0.0, SHORT)


@pytest.fixture
def stage(qtbot, open_window):
    """The shown window with torch behind it."""
    window = open_window()
    qtbot.waitUntil(lambda: window.context.torch_ready, timeout=60_000)
    return window


def play(name, window, workload):
    part = find_part(name)(window, workload)
    return part, part.turn()


@pytest.mark.numeric
def test_training_goes_on_only_in_its_turns(stage, workload, qtbot):
    part, first = play("window", stage, workload)
    assert first["images_per_second"] > 0
    assert first["lateness"]
    assert part.facts["precision"] == "float32"
    losses = find(stage, CurvePlot, "loss_plot").curves
    seen = len(losses()["training"][0])
    assert seen >= 2
    qtbot.wait(300)
    assert len(losses()["training"][0]) == seen
    part.turn()
    assert len(losses()["training"][0]) > seen


def test_a_training_that_fails_is_told(stage, workload):
    wrong = Workload(
        workload.recipe,
        workload.data_dir,
        workload.runs_dir,
        0.0,
        {**SHORT, "data.source": "mnist"},
    )
    with pytest.raises(StudioError, match="MNIST"):
        find_part("window")(stage, wrong)


def test_strokes_are_answered_idle_and_beside_a_training(stage, workload, monkeypatch):
    monkeypatch.setattr("studio.ui.bench.stroke._MOVES", 3)
    monkeypatch.setattr("studio.ui.bench.stroke._WARM_MS", 50)
    _, times = play("stroke", stage, workload)
    assert [len(times[name]) for name in ("idle", "training")] == [3, 3]
    assert min(times["idle"] + times["training"]) > 0
    assert find(stage, DigitCanvas, "digit_canvas").image().any()


def test_a_long_loss_curve_is_redrawn(stage, workload, monkeypatch):
    monkeypatch.setattr("studio.ui.bench.plot.POINTS", 5_000)
    monkeypatch.setattr("studio.ui.bench.plot._REDRAWS", 2)
    _, times = play("plot", stage, workload)
    assert len(times["redraws"]) == 2
    x, _ = find(stage, CurvePlot, "loss_plot").curves()["training"]
    assert len(x) == 5_002
    assert (x[1:] >= x[:-1]).all()


def test_thumbnails_are_scrolled_from_end_to_end(stage, workload, monkeypatch):
    monkeypatch.setattr(thumbnails, "COUNT", 3_000)
    monkeypatch.setattr(thumbnails, "_FRAMES", 4)
    _, times = play("thumbnails", stage, workload)
    assert len(times["frames"]) == 4
    grid = stage.mistakes_page.evaluation_view.grid
    assert grid.samples.rowCount() == 3_000
    assert grid.verticalScrollBar().value() == grid.verticalScrollBar().maximum()


def test_the_program_tells_when_it_is_painted_and_complete_and_torch_is_there(tmp_path):
    workload = Workload("digits-quickstart", tmp_path / "data", tmp_path / "runs")
    command = [sys.executable, "-m", "studio.ui.bench", "start", workload.to_json()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"platform": "offscreen"},
        {},
        {},
    ]
    assert list((tmp_path / "runs").rglob("*.ini"))


class Answers(QObject):
    answered = Signal()


def test_with_an_answer_only_what_is_painted_after_it_counts(qtbot):
    label, answers, painted = QLabel("before"), Answers(), []
    qtbot.addWidget(label)
    with qtbot.waitExposed(label):
        label.show()

    def act():
        label.setText("not yet")
        label.repaint()
        painted.append("early")
        answers.answered.emit()
        label.setText("after")

    assert painted_ms(label, act, answers.answered) > 0
    assert painted == ["early"]


def test_what_never_comes_is_given_up_on(qtbot, monkeypatch):
    monkeypatch.setattr(driver, "PATIENCE_MS", 20)
    with pytest.raises(StudioError, match="the moon is rising"):
        wait_until(lambda: False, "the moon is rising")


def test_a_part_that_is_not_there_is_named(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    with pytest.raises(LookupError, match="QLabel moon"):
        find(widget, QLabel, "moon")


def test_nobody_asking_ends_the_turns(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("turn\n"))
    assert read_line(lambda share, text: None, lambda: False)
    assert not read_line(lambda share, text: None, lambda: False)
    with pytest.raises(SystemExit):
        wait_for_turn()
