"""Undo and redo of the settings in the form. No Qt here."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from studio.config import setting_label

MERGE_S = 1.5  # edits of one setting that follow each other faster are one step
MAX_STEPS = 200
_MAX_NAMED = 2


class Settings(Protocol):
    """A state of the form, as far as the history compares it."""

    @property
    def values(self) -> Mapping[str, Any]: ...
    @property
    def title(self) -> str: ...


S = TypeVar("S", bound=Settings)


class SettingsHistory(Generic[S]):
    """The states of the form before and after the present one."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._undo: list[S] = []
        self._redo: list[S] = []
        self._current: S | None = None
        self._last_edit, self._last_time = "", 0.0

    def record(self, state: S, edit: str = "") -> None:
        """Make `state` the present one, after an edit of the setting `edit`, empty for others."""
        if state == self._current:
            return
        now = self._clock()
        is_same_edit = bool(edit) and edit == self._last_edit and now - self._last_time < MERGE_S
        if self._current is not None and not (is_same_edit and self._undo):
            self._undo.append(self._current)
            del self._undo[:-MAX_STEPS]
        self._redo.clear()
        self._current, self._last_edit, self._last_time = state, edit, now
        if self._undo and self._undo[-1] == state:  # typed back
            self._undo.pop()
            self._last_edit = ""

    def amend(self, state: S) -> None:
        """Replace the present state by what followed from it, such as the shape of a dataset."""
        self._current = state

    def clear(self, state: S) -> None:
        """Forget all states but `state`."""
        self._undo, self._redo, self._current, self._last_edit = [], [], state, ""

    def undo(self) -> S | None:
        """Go back one step and return that state; None if there is none."""
        return self._go(self._undo, self._redo)

    def redo(self) -> S | None:
        """Go forward again one step and return that state; None if there is none."""
        return self._go(self._redo, self._undo)

    @property
    def undo_text(self) -> str:
        """What an undo changes: "Learning rate"; empty if there is nothing to undo."""
        return self._text(self._undo)

    @property
    def redo_text(self) -> str:
        """What a redo changes; empty if there is nothing to redo."""
        return self._text(self._redo)

    def _go(self, source: list[S], target: list[S]) -> S | None:
        if not source or self._current is None:
            return None
        target.append(self._current)
        self._current, self._last_edit = source.pop(), ""
        return self._current

    def _text(self, states: list[S]) -> str:
        if not states or self._current is None:
            return ""
        return difference_text(states[-1], self._current)


def difference_text(state: Settings, other: Settings) -> str:
    """Return the labels of the settings that differ: "Epochs, Learning rate and 2 more"."""
    if state.title != other.title:
        return "Recipe"
    names = [n for n in state.values if state.values[n] != other.values.get(n)]
    labels = list(dict.fromkeys(map(setting_label, names))) or ["Settings"]
    more = len(labels) - _MAX_NAMED
    return ", ".join(labels[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
