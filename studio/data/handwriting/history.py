"""Undo and redo of what was done to the stored drawings."""

from collections.abc import Callable
from dataclasses import dataclass

from studio.data.handwriting.store import HandwritingStore


@dataclass(frozen=True)
class Change:
    """What was done to some samples, how to undo and redo it, and its description."""

    text: str
    undo: Callable[[], None]
    redo: Callable[[], None]


class HandwritingHistory:
    """Changes a store, and takes the changes back, newest first.

    A change that fails leaves the history as it was. Methods raise DatasetError.
    """

    def __init__(self, store: HandwritingStore) -> None:
        self._store = store
        self._done: list[Change] = []
        self._undone: list[Change] = []

    @property
    def undo_text(self) -> str:
        """What `undo` takes back; empty if nothing."""
        return self._done[-1].text if self._done else ""

    @property
    def redo_text(self) -> str:
        """What `redo` does again; empty if nothing."""
        return self._undone[-1].text if self._undone else ""

    def record_added(self, sample_id: str, label: str) -> None:
        """Record that a drawing was added to the store; undoing it deletes the drawing."""
        store = self._store
        self._push(
            Change(
                f"saving a drawing of {label}",
                lambda: store.delete(sample_id),
                lambda: store.restore(sample_id),
            )
        )

    def relabel(self, sample_id: str, label: str) -> None:
        """Change the label of a sample."""
        store = self._store
        before = store.relabel(sample_id, label)
        self._push(
            Change(
                f"relabeling {before} as {label}",
                lambda: _ignore(store.relabel(sample_id, before)),
                lambda: _ignore(store.relabel(sample_id, label)),
            )
        )

    def delete(self, sample_id: str, label: str = "") -> None:
        """Delete a sample."""
        store = self._store
        store.delete(sample_id)
        self._push(
            Change(
                f"deleting a drawing of {label}" if label else "deleting a drawing",
                lambda: store.restore(sample_id),
                lambda: store.delete(sample_id),
            )
        )

    def undo(self) -> str:
        """Take the last change back, and return its text; empty if there is none."""
        if not self._done:
            return ""
        self._done[-1].undo()
        self._undone.append(self._done.pop())
        return self._undone[-1].text

    def redo(self) -> str:
        """Do the last change again that was taken back, and return its text."""
        if not self._undone:
            return ""
        self._undone[-1].redo()
        self._done.append(self._undone.pop())
        return self._done[-1].text

    def _push(self, change: Change) -> None:
        self._done.append(change)
        self._undone.clear()


def _ignore(_before: str) -> None:
    """Drop the result of a call."""
