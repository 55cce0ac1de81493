"""Uncaught errors of all threads: each distinct one is logged and reported once, then counted."""

import contextlib
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from studio.crash_log.error_record import (
    ErrorRecord,
    error_key,
    record_error,
    release_traceback,
)
from studio.crash_log.log_file import write_log

MAX_DISTINCT = 100  # more are counted, but not kept
_EXCEPTION, _THREAD, _UNRAISABLE = range(3)  # the order of the previous hooks
_LAST_ERROR = ("last_type", "last_value", "last_traceback", "last_exc")


class ErrorJournal:
    """Replaces Python's three hooks for uncaught errors between `install` and `remove`.

    An error that Qt catches, in a slot, a timer or an overridden method, reaches these hooks too.
    """

    def __init__(self) -> None:
        # Reentrant: a destructor may fail while an error is recorded.
        self._lock = threading.RLock()
        self._records: dict[str, ErrorRecord] = {}
        self._counts: dict[str, int] = {}
        self._listener: Callable[[ErrorRecord], object] | None = None
        self._previous: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        """Record uncaught errors from now on. The previous hooks print each distinct one once."""
        if self._previous is None:
            self._previous = (sys.excepthook, threading.excepthook, sys.unraisablehook)
            sys.excepthook = self._on_error
            threading.excepthook = self._on_thread_error
            sys.unraisablehook = self._on_unraisable

    def remove(self) -> None:
        """Restore the previous hooks, and log how often each error occurred."""
        if self._previous is not None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = self._previous
            self._previous = None
        for record in self.records():
            if (count := self.count(record)) > 1:
                write_log("error", f"{record.summary}: occurred {count:,} times")

    def listen(self, listener: Callable[[ErrorRecord], object] | None) -> None:
        """Call `listener` with each distinct error, in the thread of the error."""
        self._listener = listener

    def add(self, record: ErrorRecord) -> None:
        """Log and report an error, or count it if it is known."""
        with self._lock:
            is_new = record.key not in self._records and len(self._records) < MAX_DISTINCT
            if is_new:
                self._records[record.key] = record
                self._counts[record.key] = 1
        if not is_new:
            self._count_again(record.key)
            return
        write_log("error", record.text)
        if self._listener is not None:
            self._listener(record)

    def count(self, record: ErrorRecord) -> int:
        """Return how often an error occurred."""
        return self._counts.get(record.key, 0)

    def records(self) -> list[ErrorRecord]:
        """Return each distinct error, in the order of its first occurrence."""
        with self._lock:
            return list(self._records.values())

    def _count_again(self, key: str) -> None:
        with self._lock:
            if key not in self._records:
                return
            self._counts[key] = count = self._counts[key] + 1
        if str(count).rstrip("0") == "1":  # 10, 100, 1,000 …
            write_log("error", f"{self._records[key].summary}: occurred {count:,} times")

    def _on_error(
        self, error_type: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        found = (error_type, error, trace)
        if issubclass(error_type, KeyboardInterrupt):
            self._print(_EXCEPTION, *found)
        else:
            thread = threading.current_thread()
            is_main = thread is threading.main_thread()
            self._catch("" if is_main else _in_thread(thread), *found, _EXCEPTION, *found)
        _forget_last_error()

    def _on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        found = (args.exc_type, args.exc_value, args.exc_traceback)
        self._catch(_in_thread(args.thread), *found, _THREAD, args)

    def _on_unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        # The object itself must not be kept: it is being destroyed.
        name = getattr(args.object, "__qualname__", type(args.object).__qualname__)
        origin = f"{args.err_msg or 'Exception ignored in'}: {name}"
        found = (args.exc_type, args.exc_value, args.exc_traceback)
        self._catch(origin, *found, _UNRAISABLE, args)

    def _catch(
        self,
        origin: str,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        hook: int,
        *hook_args: Any,
    ) -> None:
        """Print and add a new error, count a known one; either way its frames are released."""
        key = error_key(error_type, trace)
        if key in self._records:
            self._count_again(key)
        else:
            self._print(hook, *hook_args)
            self.add(record_error(error_type, error, trace, origin))
        release_traceback(error, trace)

    def _print(self, hook: int, *hook_args: Any) -> None:
        if self._previous is not None:
            with contextlib.suppress(Exception):  # stderr may be closed, or missing
                self._previous[hook](*hook_args)


def _in_thread(thread: threading.Thread | None) -> str:
    if thread is None or isinstance(thread, threading._DummyThread):  # not started by Python
        return "In another thread:"
    return f"In the thread “{thread.name}”:"


def _forget_last_error() -> None:
    """Delete what Python keeps of the last error for a debugger."""
    for name in _LAST_ERROR:
        if hasattr(sys, name):
            delattr(sys, name)
