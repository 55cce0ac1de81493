"""Ctrl-C as a request to stop."""

import signal
from types import FrameType
from typing import Self

from studio.cli.output import err


class Interrupt:
    """Turns the first Ctrl-C into a request to stop; a second one ends the process.

    `message` is printed at the first one. With `handle_sigterm` SIGTERM, which torchrun sends to
    its processes, is a request to stop too.
    """

    def __init__(self, message: str, handle_sigterm: bool = False) -> None:
        self._message = message
        self._signals = [signal.SIGINT, signal.SIGTERM] if handle_sigterm else [signal.SIGINT]

    def __enter__(self) -> Self:
        self._is_requested = False
        self._previous = {
            number: signal.signal(number, self._on_signal) for number in self._signals
        }
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._is_requested = True
        signal.signal(number, self._previous[signal.Signals(number)])
        hint = "; press Ctrl-C again to end at once" if number == signal.SIGINT else ""
        err.print(f"{self._message}{hint}")

    def is_requested(self) -> bool:
        """Whether Ctrl-C was pressed; a `ShouldStop`."""
        return self._is_requested
