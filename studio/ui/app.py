"""Starts the window."""

import os
import sys
from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from studio import __version__, paths
from studio.errors import StudioError
from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.frame.error_hooks import ErrorHooks
from studio.ui.frame.garbage_collector import GarbageCollector
from studio.ui.frame.signal_handlers import SignalHandlers
from studio.ui.main_window import MainWindow


def create_main_window(runs_dir: Path | None = None, data_dir: Path | None = None) -> MainWindow:
    """The whole window, not yet shown, under the QApplication that is already there.

    The folders default to the user's own. Whoever makes it closes it: `close()` ends its threads
    and emits `closed` when none is left.
    """
    window = first_window(runs_dir, data_dir)
    window.complete()
    return window


def first_window(runs_dir: Path | None = None, data_dir: Path | None = None) -> MainWindow:
    """The window with the page it opens on, which makes the others once it is painted."""
    context = StudioContext(runs_dir, data_dir)
    app = theme.application()
    theme.apply(app, context.theme)
    with theme.style_afterwards(app):
        return MainWindow(context)


def run(argv: list[str] | None = None) -> int:
    """Open the window and stay until it is closed. Returns the exit code.

    Raises StudioError where no window can be shown.
    """
    check_display()
    app = QApplication(argv or sys.argv[:1])
    app.setApplicationName("VGG Studio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("vgg-studio")
    app.setWindowIcon(QIcon(str(paths.resource("icons", "app", "vgg-studio.svg"))))
    app.setQuitOnLastWindowClosed(False)  # the window goes first, the last thread a moment later
    collector = GarbageCollector(app)
    window = first_window()
    window.closed.connect(app.quit)
    hooks = ErrorHooks(window)
    hooks.install()
    interrupts = SignalHandlers(window)
    interrupts.caught.connect(window.close_and_save)
    window.show()
    code = app.exec()
    collector.stop()
    interrupts.remove()
    hooks.remove()
    return code


def check_display() -> None:
    """Raise StudioError where Qt would only abort: on Linux without a display."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise StudioError(
            "There is no display to open a window on.",
            "Train without a window: vgg-studio train digits-quickstart",
        )
