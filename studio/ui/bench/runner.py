"""Opens the real window as the program does, and runs a benchmark in it."""

import sys
from importlib import import_module
from typing import Any, Protocol

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio.bench.workers.protocol import Send
from studio.bench.workload import Workload
from studio.callbacks import OnProgress, ShouldStop
from studio.ui.app import create_first_page
from studio.ui.bench.driver import wait_for_signal, wait_until_idle
from studio.ui.bench.startup import isolate_settings
from studio.ui.frame.garbage_collector import GarbageCollector
from studio.ui.frame.window_geometry import START_SIZE
from studio.ui.main_window import MainWindow


class WindowBenchmark(Protocol):
    """A benchmark in an open window; `conditions` are sent before the first measurement."""

    def __init__(self, window: MainWindow, workload: Workload) -> None: ...

    conditions: dict[str, Any]

    def measure(self) -> dict[str, Any]: ...


# Module and class by name; only the module of the benchmark that runs is imported.
_BENCHMARKS = {
    "window": ("training", "TrainingBenchmark"),
    "plot": ("plot", "PlotBenchmark"),
    "watched": ("watched", "WatchedBenchmark"),
    "stroke": ("stroke", "StrokeBenchmark"),
    "inside": ("inside", "InsideBenchmark"),
    "drawing": ("drawing", "DrawingBenchmark"),
    "thumbnails": ("thumbnails", "ThumbnailsBenchmark"),
    "map": ("sample_map", "SampleMapBenchmark"),
    "over-time": ("over_time", "OverTimeBenchmark"),
    "soak": ("soak", "SoakBenchmark"),
}


def find_window_benchmark(name: str) -> type[WindowBenchmark]:
    """Return the class of a benchmark."""
    module, class_name = _BENCHMARKS[name]
    found: type[WindowBenchmark] = getattr(import_module(f"studio.ui.bench.{module}"), class_name)
    return found


def run_window_benchmark(name: str, workload: Workload, send: Send) -> None:
    """Open the window and measure on request. Raises StudioError."""
    isolate_settings(workload.runs_dir)
    app = QApplication(["vgg-studio"])
    collector = GarbageCollector(app)
    # It neither shows nor overwrites the drawing and the pages of the user's last session.
    window = create_first_page(workload.runs_dir, workload.data_dir, restore_state=False)
    window.complete()
    window.resize(START_SIZE)  # the same size on every screen
    window.show()
    wait_for_signal(window.context.torch_loaded, "torch is loading")
    wait_until_idle()
    benchmark = find_window_benchmark(name)(window, workload)
    benchmark.measure()  # warms up
    send({"platform": QGuiApplication.platformName(), **benchmark.conditions})
    while _wait_for_request(window):
        send(benchmark.measure())
    collector.stop()


def _wait_for_request(window: MainWindow) -> bool:
    """Process events until the next measurement is requested; return False at the end of input."""
    answers: list[bool] = []
    task = window.context.tasks.start(read_request)
    task.succeeded.connect(answers.append)
    loop = QEventLoop()  # without a timeout: other workers are measured meanwhile
    task.finished.connect(loop.quit)
    loop.exec()
    return answers[0]


def read_request(_on_progress: OnProgress, _should_stop: ShouldStop) -> bool:
    """Block until a line arrives on stdin; return False at the end of input."""
    return bool(sys.stdin.readline())
