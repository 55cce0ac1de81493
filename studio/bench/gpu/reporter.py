"""What a part's process says while it runs: each message is safe with its parent at once."""

from collections.abc import Callable
from typing import Any


class SkippedError(Exception):
    """Raised by a part that cannot run here; the message says why."""


class Reporter:
    """Sends values and figures as they are measured."""

    def __init__(self, say: Callable[[dict[str, Any]], None], rehearsal: bool = False) -> None:
        """In a rehearsal there are checks, but no goals: sizes and device are others."""
        self._say, self._rehearsal = say, rehearsal

    def values(self, **values: Any) -> None:
        """Plain values by name; a name said again replaces what was said before."""
        self._say({"values": values})

    def figure(self, what: str, figure: str, goal: str = "", met: bool | None = None) -> None:
        """A row of the table; with a goal, whether it was met."""
        if self._rehearsal:
            goal, met = "", None
        self._send_figure(what, figure, goal, met, check=False)

    def check(self, what: str, figure: str, goal: str, passed: bool) -> None:
        """A row whose goal must be met."""
        self._send_figure(what, figure, goal, passed, check=True)

    def end(self, status: str, reason: str = "") -> None:
        """How the part ended: done, skipped or failed."""
        self._say({"status": status, "reason": reason})

    def _send_figure(
        self, what: str, figure: str, goal: str, met: bool | None, check: bool
    ) -> None:
        met = None if met is None else bool(met)  # numpy's own truths are no JSON
        values = {"what": what, "figure": figure, "goal": goal, "met": met, "check": check}
        self._say({"figure": values})
