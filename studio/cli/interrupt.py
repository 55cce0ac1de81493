"""Ctrl-C as a request to stop."""

import signal
from types import FrameType

from studio.cli.output import err


class Interrupt:
    """Turns the first Ctrl-C into a request to stop and says so; a second one ends at once."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __enter__(self) -> "Interrupt":
        self._asked = False
        self._before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
        signal.signal(signal.SIGINT, self._before)
        err.print(f"{self._words}; Ctrl-C again ends at once")

    def asked(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._asked
