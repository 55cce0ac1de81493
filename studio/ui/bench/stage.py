"""The real window as the program opens it, and the parts that are played in it."""

import sys
from importlib import import_module
from typing import Any, Protocol

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from studio.bench.workers.protocol import Say
from studio.bench.workload import Workload
from studio.callbacks import OnProgress, ShouldStop
from studio.ui.app import create_main_window
from studio.ui.bench.driver import settle, wait_for
from studio.ui.bench.start import keep_settings_apart
from studio.ui.frame.garbage_collector import GarbageCollector
from studio.ui.frame.window_geometry import START_SIZE
from studio.ui.main_window import MainWindow


class Performance(Protocol):
    """One part: made with an open window, it measures at every turn."""

    def __init__(self, window: MainWindow, workload: Workload) -> None: ...

    facts: dict[str, Any]

    def turn(self) -> dict[str, Any]: ...


# Module and class; only the one that is played is imported.
_PARTS = {
    "window": ("training", "WindowTraining"),
    "plot": ("plot", "MillionPoints"),
    "stroke": ("stroke", "Strokes"),
    "thumbnails": ("thumbnails", "Thumbnails"),
}


def find_part(name: str) -> type[Performance]:
    """The class of a part."""
    module, kind = _PARTS[name]
    found: type[Performance] = getattr(import_module(f"studio.ui.bench.{module}"), kind)
    return found


def perform(name: str, workload: Workload, say: Say) -> None:
    """Open the window and measure a part until nobody asks for another turn. Raises StudioError."""
    keep_settings_apart(workload.runs_dir)
    app = QApplication(["vgg-studio"])
    collector = GarbageCollector(app)
    window = create_main_window(workload.runs_dir, workload.data_dir)
    window.resize(START_SIZE)  # the same on every screen, whatever fits
    window.show()
    wait_for(window.context.torch_loaded, "torch is loading")
    settle()
    part = find_part(name)(window, workload)
    part.turn()
    say({"platform": QGuiApplication.platformName(), **part.facts})
    while _asked(window):
        say(part.turn())
    collector.stop()


def _asked(window: MainWindow) -> bool:
    """Wait for the next turn while the window lives; False when there is none any more."""
    asked: list[bool] = []
    task = window.context.tasks.start(read_line)
    task.succeeded.connect(asked.append)
    others_turns = QEventLoop()  # which may take as long as they like
    task.finished.connect(others_turns.quit)
    others_turns.exec()
    return asked[0]


def read_line(_on_progress: OnProgress, _should_stop: ShouldStop) -> bool:
    """Whether somebody asks for a turn; blocks until it is known."""
    return bool(sys.stdin.readline())
