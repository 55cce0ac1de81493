"""The trainings that wait their turn, in their order, with what became of those that had it."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from studio.config import TrainConfig
from studio.errors import QueueError

MAX_ENTRIES = 2000


class EntryState(StrEnum):
    """The states of an entry; the last four are those of its run at the end."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    DIVERGED = "diverged"
    STOPPED = "stopped"


@dataclass(frozen=True)
class QueueEntry:
    """One training of the queue.

    An empty `id` is replaced when the entry is added. `sweep` is "<sweep>/<trial>" of a trial of a
    sweep, `parent` the key of the run that is trained again, `resume` the id of the run to resume,
    whose own configuration counts then. `run` is the id of the run that was trained, "" before.
    `reason` says why the training failed, diverged or was stopped.
    """

    id: str
    config: TrainConfig
    title: str
    sweep: str = ""
    parent: str = ""
    resume: str = ""
    state: EntryState = EntryState.WAITING
    run: str = ""
    reason: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether the entry has its turn before it; a stopped one with a run to resume too."""
        return self.state is EntryState.WAITING or (
            self.state is EntryState.STOPPED and bool(self.resume)
        )

    @property
    def is_running(self) -> bool:
        """Whether the entry is trained now."""
        return self.state is EntryState.RUNNING

    @property
    def has_ended(self) -> bool:
        """Whether the entry had its turn."""
        return not self.is_waiting and not self.is_running


class TrainingQueue:
    """Entries in the order in which they are trained. No file here: see `queue_file`.

    Methods that take the id of an entry raise QueueError where there is none of that id.
    """

    def __init__(self, entries: Iterable[QueueEntry] = ()) -> None:
        self._entries: list[QueueEntry] = list(entries)

    @property
    def entries(self) -> tuple[QueueEntry, ...]:
        """All entries, in their order."""
        return tuple(self._entries)

    @property
    def waiting_count(self) -> int:
        """The number of entries that wait."""
        return sum(entry.is_waiting for entry in self._entries)

    def find(self, entry_id: str) -> QueueEntry:
        """Return an entry."""
        return self._entries[self.position(entry_id)]

    def position(self, entry_id: str) -> int:
        """Return the place of an entry, from 0."""
        for place, entry in enumerate(self._entries):
            if entry.id == entry_id:
                return place
        raise QueueError("This training is no longer in the queue.")

    def add(self, entry: QueueEntry, place: int | None = None) -> QueueEntry:
        """Add an entry at a place, by default at the end, and return it with its id.

        Raises QueueError if the queue is full or holds an entry of that id.
        """
        (added,) = self._with_ids([entry])
        self._entries.insert(len(self._entries) if place is None else place, added)
        return added

    def add_all(self, entries: Sequence[QueueEntry]) -> tuple[QueueEntry, ...]:
        """Add all entries at the end, or none of them. Raises QueueError as `add` does."""
        added = self._with_ids(entries)
        self._entries += added
        return tuple(added)

    def remove(self, entry_id: str) -> QueueEntry:
        """Remove an entry and return it. Raises QueueError for the one that is trained."""
        entry = self.find(entry_id)
        if entry.is_running:
            raise QueueError(f"“{entry.title}” is training.", "Stop it, then remove it.")
        self._entries.remove(entry)
        return entry

    def move(self, entry_id: str, place: int) -> int:
        """Move an entry to a place among the others and return that place.

        A waiting entry stays behind the one that is trained, which itself is not moved.
        """
        old = self.position(entry_id)
        entry = self._entries[old]
        if entry.is_running:
            return old
        others = self._entries[:old] + self._entries[old + 1 :]
        first = 0
        if entry.is_waiting:
            running = [index for index, other in enumerate(others) if other.is_running]
            first = running[0] + 1 if running else 0
        place = min(max(place, first), len(others))
        self._entries = [*others[:place], entry, *others[place:]]
        return place

    def next_waiting(self) -> QueueEntry | None:
        """Return the first entry that waits; None if none does."""
        return next((entry for entry in self._entries if entry.is_waiting), None)

    @property
    def running(self) -> QueueEntry | None:
        """The entry that is trained; None if none is."""
        return next((entry for entry in self._entries if entry.is_running), None)

    def start(self, entry_id: str, run: str = "") -> QueueEntry:
        """Say that an entry is trained, in the run of this id as soon as there is one.

        Raises QueueError if another one is trained.
        """
        running = self.running
        if running is not None and running.id != entry_id:
            raise QueueError(f"“{running.title}” is training.", "Wait for its end, or stop it.")
        return self._replace(entry_id, state=EntryState.RUNNING, run=run, reason="")

    def end(self, entry_id: str, state: EntryState, reason: str = "", run: str = "") -> QueueEntry:
        """Say how an entry ended: finished, failed, diverged or stopped. `run` "" keeps its run."""
        run = run or self.find(entry_id).run
        return self._replace(entry_id, state=state, reason=reason, run=run, resume="")

    def interrupt(self, entry_id: str, run: str = "", reason: str = "") -> QueueEntry:
        """Let an entry wait again because the program ended; `run` is resumed in its turn."""
        if run:
            state = EntryState.STOPPED
            return self._replace(entry_id, state=state, run=run, resume=run, reason=reason)
        return self._replace(entry_id, state=EntryState.WAITING, run="", reason=reason)

    def add_again(self, entry_id: str, resume: str = "") -> QueueEntry:
        """Let an entry that has ended wait at the end of the queue; `resume` "" begins anew."""
        entry = self.find(entry_id)
        if not entry.has_ended:
            return entry
        self._entries.remove(entry)
        state = EntryState.STOPPED if resume else EntryState.WAITING
        again = replace(entry, state=state, run=resume, resume=resume, reason="")
        self._entries.append(again)
        return again

    def clear_ended(self) -> tuple[tuple[int, QueueEntry], ...]:
        """Remove the entries that have ended; return them with their places."""
        ended = tuple((i, entry) for i, entry in enumerate(self._entries) if entry.has_ended)
        self._entries = [entry for entry in self._entries if not entry.has_ended]
        return ended

    def _replace(self, entry_id: str, **values: object) -> QueueEntry:
        place = self.position(entry_id)
        entry = replace(self._entries[place], **values)  # type: ignore[arg-type]
        self._entries[place] = entry
        return entry

    def _with_ids(self, entries: Sequence[QueueEntry]) -> list[QueueEntry]:
        if len(self._entries) + len(entries) > MAX_ENTRIES:
            raise QueueError(
                f"The queue holds at most {MAX_ENTRIES:,} trainings.",
                "Remove those that have ended.",
            )
        added = [replace(entry, id=entry.id or secrets.token_hex(6)) for entry in entries]
        ids = [entry.id for entry in (*self._entries, *added)]
        if len(set(ids)) < len(ids):
            raise QueueError("This training is in the queue already.")
        return added
