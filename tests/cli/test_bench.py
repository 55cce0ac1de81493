"""`bench`: short real measurements, the table, JSON and exit codes."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest

from studio.bench.results import BenchmarkResult
from studio.callbacks import ignore_progress
from studio.cli import bench

QUICK = ["--repeats", "1", "--seconds", "0", "--device", "cpu"]


def test_benchmarks_are_listed(cli):
    code, out, _ = cli("bench", "--list")
    assert code == 0
    assert "tiny-vgg-recipe" in out
    assert "only if named" in out


def test_an_unknown_benchmark_is_wrong_usage(cli):
    code, _, err = cli("bench", "speed")
    assert code == 2
    assert "thumbnails" in err


def test_a_real_measurement_as_json(ask, tmp_path):
    code, report = ask("bench", "mini-vgg", *QUICK)
    assert code == 0
    assert report["status"] == "done"
    assert {"cpu", "cores", "gpu", "os", "python", "torch", "pyside6"} <= report["machine"].keys()
    native, by_hand = report["rows"]
    assert native["ours"] > 0
    assert native["theirs"] == by_hand["theirs"] > 0
    assert native["ratio"] == pytest.approx(native["ours"] / native["theirs"])
    assert native["setting"].startswith("synthetic images in the shape of MNIST; VGG Studio: CPU")
    assert "float32, 1 thread" in native["setting"]
    assert not (tmp_path / "runs").exists()


@pytest.fixture
def measured(monkeypatch):
    """Replaces the measurements by known results."""

    def measure(*results):
        monkeypatch.setattr("studio.cli.bench.run_benchmarks", lambda *_: iter(results))

    return measure


def test_the_table_shows_values_baselines_and_the_machine(cli, measured):
    comparison = BenchmarkResult(
        "tiny-vgg", "Tiny VGG, batch 32", "images/s", "≥ 5 ×", conditions="Fashion-MNIST"
    )
    frames = BenchmarkResult("plot", "Loss plot redrawn", "ms", "≤ 16 ms")
    measured(
        comparison.with_baseline([1234.56, 1300.0, 1200.0], [200.0, 250.0, 240.0], "plain loop"),
        frames.with_values([8.123, 12.345]),
    )
    code, out, _ = cli("bench")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].split() == [
        word for title in bench.COLUMNS for word in title.strip("#").split()
    ]
    cells = " ".join(lines[1].split())
    assert "1,235 images/s plain loop 240 5.20 × 5.00 – 6.17 ≥ 5 ×" in cells
    assert "10.2  ms" in lines[2]
    assert "8.12 – 12.3" in lines[2]
    assert any("cores" in line for line in lines)
    assert any("Python" in line and "torch" in line for line in lines)
    assert "tiny-vgg: Fashion-MNIST" in lines


def test_a_failure_is_a_row_and_an_exit_code(cli, ask, measured):
    results = (
        BenchmarkResult("stroke", "Stroke", failure="No window."),
        BenchmarkResult("plot", "Plot", "ms").with_values([1.0]),
    )
    measured(*results)
    code, out, _ = cli("bench")
    assert code == 1
    assert "Stroke: No window." in out
    assert "1.00  ms" in out
    measured(*results)
    code, report = ask("bench")
    assert (code, report["status"]) == (1, "failed")
    assert report["rows"][0]["failure"] == "No window."


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5, "1,234"), (99.96, "100.0"), (12.34, "12.3"), (0.1234, "0.12")]
)
def test_values_have_significant_digits_only(value, text):
    assert bench.format_value(value) == text


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to the whole console")
def test_ctrl_c_ends_the_command_and_every_worker(tmp_path):
    command = [sys.executable, "-m", "studio", "bench", "tiny-vgg", "--device", "cpu", "--json"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as program:
        workers = wait_for_workers(program.pid)
        program.send_signal(signal.SIGINT)
        out, _ = program.communicate(timeout=60)
    assert program.returncode == 130
    assert json.loads(out.splitlines()[-1])["status"] == "stopped"
    assert not [worker for worker in workers if worker.is_running()]
    assert not list(tmp_path.glob("vgg-studio-bench-*"))


def test_a_dropped_interrupt_is_raised_at_the_next_report_of_progress():
    with bench.interruptible(ignore_progress) as on_progress:
        with suppress(KeyboardInterrupt):  # as Python does in a destructor
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            on_progress(0.0, "next")


def wait_for_workers(pid):
    """Returns the processes that a program started, once there are any."""
    program, deadline = psutil.Process(pid), time.monotonic() + 60
    while not (workers := program.children(recursive=True)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return workers
