"""The program itself, which says when it is painted, when complete, and when torch is there."""

import os
import runpy
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtGui import QGuiApplication

from studio.bench.workers.protocol import Say
from studio.bench.workload import Workload
from studio.ui import app
from studio.ui.bench.driver import PaintObserver
from studio.ui.main_window import MainWindow


class Witness(QObject):
    """Says when a window is first painted, when complete, when torch is loaded; then closes it."""

    def __init__(self, window: MainWindow, say: Say) -> None:
        super().__init__(window)
        self._window, self._say = window, say
        self._painted = PaintObserver(window, self._on_painted)
        self._painted.arm()
        window.context.torch_loaded.connect(self._on_loaded)

    def _on_painted(self) -> None:
        self._say({"platform": QGuiApplication.platformName()})
        QTimer.singleShot(0, self._on_complete)  # stands behind what the window does when painted

    def _on_complete(self) -> None:
        self._say({})

    def _on_loaded(self) -> None:
        self._say({})
        self._window.close_and_save()


def keep_settings_apart(folder: Path) -> None:
    """The settings of windows opened from here on go to a folder, not to the user's own."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))


def start(workload: Workload, say: Say) -> None:
    """Do what `vgg-studio` does when it is typed, with folders of the measurement's own."""
    keep_settings_apart(workload.runs_dir)
    os.environ |= {
        "VGG_STUDIO_RUNS": str(workload.runs_dir),
        "VGG_STUDIO_DATA": str(workload.data_dir),
    }
    create = app.create_first_page

    def create_watched(runs_dir: Path | None = None, data_dir: Path | None = None) -> MainWindow:
        window = create(runs_dir, data_dir)
        Witness(window, say)
        return window

    app.create_first_page = create_watched
    sys.argv = ["vgg-studio"]
    runpy.run_module("studio", run_name="__main__", alter_sys=True)
