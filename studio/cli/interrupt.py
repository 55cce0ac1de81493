"""Ctrl-C and SIGTERM as requests to stop."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, Self

from studio.cli.output import err
from studio.errors import Stopped

# Exit codes of a process that a signal ends: 128 and the number of the signal.
INTERRUPTED, TERMINATED = 130, 143

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """Turns the first Ctrl-C or SIGTERM into a request to stop; a second one ends the process.

    `message` is printed at the first one, and can be changed while the work goes on.
    """

    def __init__(self, message: str) -> None:
        self.message = message
        self._ends_at_once = False
        self.exit_code = INTERRUPTED  # after a stop

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
            os._exit(self.exit_code)  # an import, in which an exception could get lost
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

    def is_requested(self) -> bool:
        """Whether a stop is requested; a `ShouldStop`."""
        return self._is_requested


@contextmanager
def interrupting_at_once() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt while a question waits for its answer."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
