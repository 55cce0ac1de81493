"""Start-up of the program: reports when the window is painted, complete, and torch is loaded."""

import os
import runpy
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtGui import QGuiApplication

from studio.bench.workers.protocol import Send
from studio.bench.workload import Workload
from studio.ui import app
from studio.ui.bench.driver import PaintObserver
from studio.ui.main_window import MainWindow
from studio.ui.settings import Settings


class StartupReporter(QObject):
    """Sends a message at each stage of the start-up, then closes the window."""

    def __init__(self, window: MainWindow, send: Send) -> None:
        super().__init__(window)
        self._window, self._send = window, send
        self._observer = PaintObserver(window, self._on_painted)
        self._observer.arm()
        window.context.torch_loaded.connect(self._on_torch_loaded)

    def _on_painted(self) -> None:
        self._send({"platform": QGuiApplication.platformName()})
        QTimer.singleShot(0, self._on_complete)  # after the window's own work once painted

    def _on_complete(self) -> None:
        self._send({})

    def _on_torch_loaded(self) -> None:
        self._send({})
        self._window.close_and_save()


def isolate_settings(folder: Path) -> None:
    """Keep the settings of all windows opened from now on in a folder, apart from the user's."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))


def run_program(workload: Workload, send: Send) -> None:
    """Run `vgg-studio` as from the command line, with the folders of the workload."""
    isolate_settings(workload.runs_dir)
    folders = {"VGG_STUDIO_RUNS": workload.runs_dir, "VGG_STUDIO_DATA": workload.data_dir}
    os.environ |= {name: str(folder) for name, folder in folders.items()}
    create_window = app.create_first_page

    def create_observed_window(
        runs_dir: Path | None = None,
        data_dir: Path | None = None,
        settings: Settings | None = None,
        restore_state: bool = True,
    ) -> MainWindow:
        window = create_window(runs_dir, data_dir, settings, restore_state)
        StartupReporter(window, send)
        return window

    app.create_first_page = create_observed_window
    sys.argv = ["vgg-studio"]
    runpy.run_module("studio", run_name="__main__", alter_sys=True)
