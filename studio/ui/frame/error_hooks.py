"""Leads every error that nobody caught to a dialog, from whatever thread it came."""

import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.shared.error_dialog import ErrorDialog, show_error


class ErrorHooks(QObject):
    """Takes the three hooks of Python for uncaught errors while the window lives."""

    raised = Signal(object, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shown: ErrorDialog | None = None
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self.raised.connect(self._show)

    def install(self) -> None:
        """From now on uncaught errors reach the person at the window."""
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error
        sys.unraisablehook = self._on_unraisable

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def _on_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._before[0](kind, error, trace)
        self._tell(error, trace)

    def _on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        self._before[1](args)
        self._tell(args.exc_value, args.exc_traceback)

    def _on_unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        self._before[2](args)
        self._tell(args.exc_value, args.exc_traceback)

    def _tell(self, error: BaseException | None, trace: TracebackType | None) -> None:
        self.raised.emit(error, "".join(traceback.format_exception(None, error, trace)))

    def _show(self, error: object, traceback_text: str) -> None:
        """One dialog at a time: an error that repeats while painting must not bury the window."""
        if self._shown is None:
            self._shown = show_error(self._window, error, traceback_text)
            self._shown.finished.connect(self._forget)

    def _forget(self, _result: int) -> None:
        self._shown = None
