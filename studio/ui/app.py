"""Creates the window and runs the program."""

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
    """Create the complete window, not yet shown, with the existing QApplication.

    The folders default to the user's own. The caller closes the window: `close()` ends its threads
    and emits `closed` when none is left.
    """
    window = create_first_page(runs_dir, data_dir)
    window.complete()
    return window


def create_first_page(runs_dir: Path | None = None, data_dir: Path | None = None) -> MainWindow:
    """Create the window with the page shown first; it creates the others once it is painted."""
    context = StudioContext(runs_dir, data_dir)
    app = theme.application()
    theme.apply(app, context.theme)
    with theme.style_once(app):
        return MainWindow(context)


def run(argv: list[str] | None = None) -> int:
    """Open the window, and return the exit code when it is closed.

    Raises StudioError if no window can be shown.
    """
    check_display()
    app = QApplication(argv or sys.argv[:1])
    app.setApplicationName("VGG Studio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("vgg-studio")
    app.setWindowIcon(QIcon(str(paths.resource("icons", "app", "vgg-studio.svg"))))
    app.setQuitOnLastWindowClosed(False)  # threads may end a moment after the window
    collector = GarbageCollector(app)
    window = create_first_page()
    window.closed.connect(app.quit)
    hooks = ErrorHooks(window)
    hooks.install()
    signal_handlers = SignalHandlers(window)
    signal_handlers.caught.connect(window.close_and_save)
    window.show()
    code = app.exec()
    collector.stop()
    signal_handlers.remove()
    hooks.remove()
    return code


def check_display() -> None:
    """Raise StudioError on Linux without a display, where Qt would abort the process."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise StudioError(
            "There is no display to open a window on.",
            "Train without a window: vgg-studio train digits-quickstart",
        )
