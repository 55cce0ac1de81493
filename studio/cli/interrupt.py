"""Ctrl-C, and under torchrun its signal to end, as a request to stop."""

import signal
from types import FrameType

from studio.cli.output import err


class Interrupt:
    """Turns the first Ctrl-C into a request to stop and says so; a second one ends at once."""

    def __init__(self, words: str, and_terminate: bool = False) -> None:
        """`and_terminate` takes SIGTERM the same way."""
        self._words = words
        self._signals = [signal.SIGINT, signal.SIGTERM] if and_terminate else [signal.SIGINT]

    def __enter__(self) -> "Interrupt":
        self._asked = False
        self._before = {number: signal.signal(number, self._on_signal) for number in self._signals}
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._asked = True
        signal.signal(number, self._before[signal.Signals(number)])
        more = "; Ctrl-C again ends at once" if number == signal.SIGINT else ""
        err.print(f"{self._words}{more}")

    def asked(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._asked
