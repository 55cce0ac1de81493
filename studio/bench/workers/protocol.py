"""The worker's end of the pipe: it measures when it is its turn, and waits when it is not."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from studio.bench.workers.throughput import ThroughputMeter
from studio.errors import StudioError

Say = Callable[[dict[str, Any]], None]


def open_pipe() -> Say:
    """What says one line of JSON to whoever started this process.

    All else that is printed goes to stderr, and Ctrl-C is left to the process that was started by
    a person: it ends this one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(values: dict[str, Any]) -> None:
        answers.write(json.dumps(values) + "\n")
        answers.flush()

    return say


def wait_for_turn() -> None:
    """Block until it is this process's turn; ends the process when there is none any more."""
    if not sys.stdin.readline():
        sys.exit()


@contextmanager
def report_errors(say: Say) -> Iterator[None]:
    """Errors that mean something to a person are said as an answer, not as a traceback."""
    try:
        yield
    except StudioError as error:
        say({"error": str(error)})
        sys.exit(1)


class Turns:
    """Reports of a training that runs only in its turns; the first turn is the warm-up."""

    def __init__(self, say: Say, seconds: float) -> None:
        self._say = say
        self._clock = ThroughputMeter(seconds)
        self._facts: dict[str, Any] | None = {}
        self._begun = False

    def tell_facts(self, **facts: Any) -> None:
        """With what is measured; said after the warm-up."""
        self._facts = facts

    def leave_out(self) -> None:
        """The time up to the next report is no training."""
        self._clock.leave_out()

    def report(self, images: int) -> None:
        """So many pictures were trained on since the last report; returns in the next turn."""
        if not self._begun:  # what came before the first report was getting ready
            self._begun = True
            self._clock.begin()
        elif self._clock.report(images):
            self._say(self._answer())
            wait_for_turn()
            self._clock.begin()

    def _answer(self) -> dict[str, Any]:
        facts, self._facts = self._facts, None
        rate = {"images_per_second": self._clock.images_per_second}
        return rate if facts is None else facts
