"""The two callbacks that long work accepts: one reports progress, the other asks to stop."""

from collections.abc import Callable

# Called with the fraction done, 0..1, and a message for the user. An empty message means that the
# previous one still holds. It is called in the thread that does the work.
OnProgress = Callable[[float, str], None]

# Asked at short intervals by the thread that does the work; once True, the work raises
# `studio.errors.Stopped` or returns what it has, as its docstring says.
ShouldStop = Callable[[], bool]


def ignore_progress(_fraction: float, _message: str) -> None:
    """An `OnProgress` that does nothing: the default."""


def never_stop() -> bool:
    """A `ShouldStop` that lets the work run to its end: the default."""
    return False
