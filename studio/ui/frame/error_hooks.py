"""Shows uncaught errors of any thread in a dialog."""

import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.shared.error_dialog import ErrorDialog, show_error


class ErrorHooks(QObject):
    """Replaces Python's three hooks for uncaught errors between `install` and `remove`."""

    raised = Signal(object, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shown: ErrorDialog | None = None
        self._previous = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self.raised.connect(self._show)

    def install(self) -> None:
        """Show uncaught errors in the window from now on."""
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error
        sys.unraisablehook = self._on_unraisable

    def remove(self) -> None:
        """Restore the previous hooks."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._previous

    def _on_error(
        self, error_type: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._previous[0](error_type, error, trace)
        self._report(error, trace)

    def _on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        self._previous[1](args)
        self._report(args.exc_value, args.exc_traceback)

    def _on_unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        self._previous[2](args)
        self._report(args.exc_value, args.exc_traceback)

    def _report(self, error: BaseException | None, trace: TracebackType | None) -> None:
        self.raised.emit(error, "".join(traceback.format_exception(None, error, trace)))

    def _show(self, error: object, traceback_text: str) -> None:
        """Open one dialog at a time: an error may repeat each time something is painted."""
        if self._shown is None:
            self._shown = show_error(self._window, error, traceback_text)
            self._shown.finished.connect(self._on_finished)

    def _on_finished(self, _result: int) -> None:
        self._shown = None
