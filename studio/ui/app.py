"""Creates the window and runs the program."""

import atexit
import os
import sys
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from studio import __version__, paths
from studio.crash_log import (
    WINDOW,
    Crash,
    ErrorJournal,
    count_early_crashes,
    end_process,
    forget_early_crashes,
    record_error,
    release_traceback,
    session,
    take_crashes,
)
from studio.errors import StudioError
from studio.ui import theme
from studio.ui.context import StudioContext
from studio.ui.frame.crash_notice import CrashNotice
from studio.ui.frame.crash_text import FAILED_RESTORE_TEXT, safe_start_text
from studio.ui.frame.error_hooks import ErrorHooks
from studio.ui.frame.garbage_collector import GarbageCollector
from studio.ui.frame.signal_handlers import SignalHandlers
from studio.ui.main_window import MainWindow
from studio.ui.settings import Settings

CLOSING_S = 0.7  # how long a closed window waits for what it may give up
MAX_EARLY_CRASHES = 2  # after this many in a row, the window restores nothing


def create_main_window(runs_dir: Path | None = None, data_dir: Path | None = None) -> MainWindow:
    """Create the complete window, not yet shown, with the existing QApplication.

    The folders default to the user's own. The caller closes the window: `close()` ends its threads
    and emits `closed` when none is left.
    """
    window = create_first_page(runs_dir, data_dir)
    window.complete()
    return window


def create_first_page(
    runs_dir: Path | None = None,
    data_dir: Path | None = None,
    settings: Settings | None = None,
    restore_state: bool = True,
) -> MainWindow:
    """Create the window with the page shown first; it creates the others once it is painted.

    Without `restore_state` it opens as at the first start, see `StudioContext`.
    """
    context = StudioContext(runs_dir, data_dir, settings, restore_state)
    app = theme.application()
    theme.apply(app, context.theme)
    with theme.style_once(app):
        return MainWindow(context)


def run(argv: list[str] | None = None, is_program: bool = False) -> int:
    """Open the window, and return the exit code when it is closed.

    With `is_program` the process ends then, within seconds, although a thread may still load what
    nobody waits for. Raises StudioError if no window can be shown.
    """
    check_display()
    app = _create_application(argv)
    collector = GarbageCollector(app)
    with session(WINDOW) as opened:
        crash = next(reversed(take_crashes(WINDOW)), None)
        window = _WindowLife(app, opened.journal, crash, count_early_crashes())
        if is_program:
            window.limit_closing()
        code = window.run()
        while window.wants_restart and code == 0:
            window = _WindowLife(app, opened.journal, crash)
            code = window.run()
        forget_early_crashes()
        if is_program:
            end_process(code)
    collector.stop()
    return code


class _WindowLife:
    """One window and what watches over it, from its opening until it is closed."""

    def __init__(
        self,
        app: QApplication,
        journal: ErrorJournal,
        crash: Crash | None,
        early_crashes: int = 0,
    ) -> None:
        """`crash` is the end of the last session; after enough early ones, nothing is restored."""
        self._app = app
        after_crashes = early_crashes >= MAX_EARLY_CRASHES
        self._window = _open_safely() if after_crashes else _open(journal)
        self._window.closed.connect(app.quit)
        self._hooks = ErrorHooks(self._window, journal)
        self._notice = CrashNotice(self._window, self._window, crash)
        self._notice.resume_wanted.connect(self._window.resume_run)
        self._notice.restart_wanted.connect(self._wait_for_threads)  # before it is closed
        self._notice.restart_wanted.connect(self._window.close_and_save)
        if after_crashes:
            self._notice.show(safe_start_text(early_crashes), can_restart=True)
        else:
            restored = self._window.context.restore_state
            self._notice.show("" if restored else FAILED_RESTORE_TEXT)

    def limit_closing(self) -> None:
        """Close within seconds, unless another window follows in the same process."""
        self._window.limit_closing(CLOSING_S)

    def _wait_for_threads(self) -> None:
        self._window.limit_closing(None)

    @property
    def wants_restart(self) -> bool:
        """Whether the window was closed to open one that restores everything."""
        return self._notice.wants_restart

    def run(self) -> int:
        """Show the window until it is closed, and return the exit code."""
        self._hooks.install()
        signal_handlers = SignalHandlers(self._window)
        signal_handlers.caught.connect(self._window.close_and_save)
        # `sys.exit` in a slot ends the process inside of Qt, without returning to this function.
        atexit.register(self._close_at_exit)
        self._notice.watch_start()
        self._window.show()
        code = self._app.exec()
        atexit.unregister(self._close_at_exit)
        signal_handlers.remove()
        self._hooks.remove()
        return signal_handlers.exit_code or code

    def _close_at_exit(self) -> None:
        """Save and close the window: Qt aborts the process if a thread still runs at its end."""
        loop = QEventLoop()
        self._window.closed.connect(loop.quit)
        QTimer.singleShot(0, self._window.close_and_save)
        loop.exec()
        self._hooks.remove()


def _open(journal: ErrorJournal) -> MainWindow:
    """Open a window that restores everything; if that fails, one that restores nothing."""
    try:
        return create_first_page()
    except StudioError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever was restored, the program must start
        journal.add(record_error(type(error), error, error.__traceback__))
        release_traceback(error)
    return _open_safely()


def _open_safely() -> MainWindow:
    """Open a window with default settings, which are not kept."""
    file = paths.log_dir() / "safe-start.conf"
    with suppress(OSError):
        file.unlink(missing_ok=True)
    return create_first_page(settings=Settings(file), restore_state=False)


def _create_application(argv: list[str] | None) -> QApplication:
    app = QApplication(argv or sys.argv[:1])
    app.setApplicationName("VGG Studio")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("vgg-studio")
    app.setWindowIcon(QIcon(str(paths.resource("icons", "app", "vgg-studio.svg"))))
    app.setQuitOnLastWindowClosed(False)  # threads may end a moment after the window
    return app


def check_display() -> None:
    """Raise StudioError on Linux without a display, where Qt would abort the process."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise StudioError(
            "There is no display to open a window on.",
            "Train without a window: vgg-studio train digits-quickstart",
        )
