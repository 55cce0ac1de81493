"""Ctrl-C and SIGTERM as requests to stop."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final, NoReturn, Self

from studio.cli.output import err
from studio.crash_log import end_process
from studio.errors import Stopped

# Exit codes of a process that a signal ends: 128 and the number of the signal.
INTERRUPTED, TERMINATED = 130, 143

# How long work that loses nothing by it may go on after a request to stop.
GRACE_S = 1.0

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """Turns the first Ctrl-C or SIGTERM into a request to stop; a second one ends the process.

    `message` is printed at the first one, and can be changed while the work goes on.
    """

    def __init__(self, message: str) -> None:
        self.message = message
        self._ends_at_once = False
        self.exit_code = INTERRUPTED  # after a stop
        self._wake = threading.Event()  # of the thread that watches over the grace period

    def __enter__(self) -> Self:
        self._is_requested = False
        self._previous = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGTERM and not self._is_requested:
            self.exit_code = TERMINATED
        self._is_requested = True
        if self._ends_at_once:
            end_at_once(self.exit_code)  # an import, in which an exception could get lost
        self._wake.set()
        for caught, handler in self._previous.items():
            signal.signal(caught, handler)
        hint = "; press Ctrl-C again to end at once" if number == signal.SIGINT else ""
        err.print(f"{self.message}{hint}")

    @contextmanager
    def ending_at_once(self) -> Iterator[None]:
        """Let the first one end the process, while modules are loaded and nothing is written."""
        self._ends_at_once = True
        try:
            if self._is_requested:
                raise Stopped
            yield
        finally:
            self._ends_at_once = False

    @contextmanager
    def ending_soon(self, finish: Callable[[], object]) -> Iterator[Callable[[], None]]:
        """Let the body go on for at most `GRACE_S` after the first one, for as long as it prepares.

        Yields the function with which the body says that it has ended its preparation. If it says
        so too late, `finish` is called in another thread, and the process ends.
        """
        done, lock = threading.Event(), threading.Lock()
        self._wake = wake = threading.Event()
        if self._is_requested:
            wake.set()

        def end_preparation() -> None:
            with lock:  # which is never released once `finish` has begun
                done.set()
            wake.set()

        def watch() -> None:
            wake.wait()
            if done.wait(GRACE_S):
                return
            with lock:
                if not done.is_set():
                    finish()
                    end_at_once(self.exit_code)

        watcher = threading.Thread(target=watch, name="interrupt", daemon=True)
        watcher.start()
        try:
            yield end_preparation
        finally:
            end_preparation()
            watcher.join()

    def is_requested(self) -> bool:
        """Whether a stop is requested; a `ShouldStop`."""
        return self._is_requested


def end_at_once(code: int) -> NoReturn:
    """End the process, also while a progress bar is shown, which hides the cursor."""
    with suppress(OSError, ValueError):
        err.show_cursor()
    end_process(code)


@contextmanager
def interrupting_at_once() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt while a question waits for its answer."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
