"""The file that keeps the queue of trainings, and the lock of the window that drives it."""

import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from studio.errors import QueueError, StudioError
from studio.files import is_file, read_regular, write_text
from studio.formatting import count
from studio.runs.resumable import find_resumable_run
from studio.runs.status import RunStatus
from studio.runs.store import RunStore
from studio.runs.training_queue import MAX_ENTRIES, EntryState, QueueEntry, TrainingQueue

FILE_NAME, LOCK_NAME, DAMAGED_NAME = "queue.json", "queue.lock", "queue.json.damaged"
VERSION = 1
MAX_BYTES = 32 << 20

_LOCKED = "Another window of VGG Studio drives this queue."
_LOCKED_HINT = "Close that window, then check again here."
_LATER = "The queue was saved by a later version of VGG Studio."
_LATER_HINT = "Open it with that version."


@dataclass(frozen=True)
class StoredQueue:
    """What was read: the entries, why they cannot be changed here, and what was damaged.

    Both texts are empty where nothing is wrong.
    """

    entries: tuple[QueueEntry, ...] = ()
    read_only: str = ""
    damage: str = ""


class QueueFile:
    """`queue.json` in a folder of runs. One process at a time holds `queue.lock` and writes it."""

    def __init__(self, runs_dir: Path) -> None:
        self._runs_dir = runs_dir
        self._path = runs_dir / FILE_NAME
        self._lock: Any = None  # a FileLock once it was needed
        self._mutex = threading.Lock()
        self._written = 0  # the number of the newest version that was written

    @property
    def exists(self) -> bool:
        """Whether there is a queue to read."""
        return is_file(self._path)

    def acquire(self) -> None:
        """Get the right to write, until `release` or the end of the process.

        Creates the folder of runs. Raises QueueError if another window has it, or if the folder
        cannot be written.
        """
        from filelock import FileLock, Timeout  # late: the window starts without it

        if self._lock is not None and self._lock.is_locked:
            return
        try:
            self._runs_dir.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self._runs_dir / LOCK_NAME, thread_local=False)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise QueueError(_LOCKED, _LOCKED_HINT) from None
        except (OSError, NotImplementedError) as error:
            raise _unwritable(self._runs_dir, error) from None

    def release(self) -> None:
        """Let another window drive the queue; a later call does nothing."""
        if self._lock is not None:
            self._lock.release()

    def open(self) -> StoredQueue:
        """Acquire the lock and read the queue; without the lock it is read only.

        An entry that was trained when the program ended waits to be resumed, unless its run has
        finished. A damaged file is kept beside as `queue.json.damaged`.
        """
        read_only = ""
        try:
            self.acquire()
        except QueueError as error:
            read_only = str(error)
        try:
            entries, damage = self._read()
        except QueueError as error:
            self.release()
            return StoredQueue(read_only=str(error))
        if read_only:
            return StoredQueue(entries, read_only)
        if damage:
            self._set_aside()
            damage = f"{damage} The damaged file is kept as “{DAMAGED_NAME}”."
        return StoredQueue(_recover(entries, RunStore(self._runs_dir)), damage=damage)

    def write(self, entries: Sequence[QueueEntry], number: int) -> None:
        """Replace the file, unless a version with a higher `number` was written before.

        May be called in any thread. Raises QueueError.
        """
        text = json.dumps({"version": VERSION, "entries": [_to_dict(each) for each in entries]})
        with self._mutex:
            if number <= self._written:
                return
            try:
                write_text(self._path, text + "\n")
            except OSError as error:
                raise _unwritable(self._runs_dir, error) from None
            self._written = number

    def _read(self) -> tuple[tuple[QueueEntry, ...], str]:
        """Return the entries, and what is damaged. Raises QueueError for a later version."""
        try:
            values = json.loads(read_regular(self._path, MAX_BYTES))
            version, stored = values["version"], values["entries"]
            if isinstance(version, int) and version > VERSION:
                raise QueueError(_LATER, _LATER_HINT)
            if not isinstance(stored, list) or version != VERSION:
                raise ValueError("not a queue")
        except FileNotFoundError:
            return (), ""
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return (), "The queue of trainings was damaged and could not be read."
        entries = _parse(stored[:MAX_ENTRIES])
        lost = len(stored) - len(entries)
        if not lost:
            return entries, ""
        return entries, f"{count(lost, 'training')} of the queue could not be read."

    def _set_aside(self) -> None:
        with suppress(OSError):
            self._path.replace(self._runs_dir / DAMAGED_NAME)


def _parse(stored: Sequence[Any]) -> tuple[QueueEntry, ...]:
    """Return the entries that are valid; of two with the same id the first one."""
    entries: dict[str, QueueEntry] = {}
    for values in stored:
        with suppress(ValueError, RecursionError):
            entry = _reader().validate_python(values)
            if entry.id:
                entries.setdefault(entry.id, entry)
    return tuple(entries.values())


def _recover(entries: Sequence[QueueEntry], store: RunStore) -> tuple[QueueEntry, ...]:
    """Let the entries that were trained when the program ended wait again."""
    queue = TrainingQueue(entries)
    for entry in entries:
        if entry.is_running:
            _recover_one(queue, entry, store)
    return queue.entries


def _recover_one(queue: TrainingQueue, entry: QueueEntry, store: RunStore) -> None:
    """Read the state of the run of an entry that was trained when the program ended."""
    run = entry.run or entry.resume
    try:
        status = store.open(run).status if run else None
    except (StudioError, OSError, ValueError):
        status = None  # its folder was deleted or cannot be read
    if status is not None and status.status is RunStatus.FINISHED:
        queue.end(entry.id, EntryState.FINISHED, run=run)
    else:
        queue.interrupt(entry.id, run if run and find_resumable_run(store, run) else "")


def _to_dict(entry: QueueEntry) -> dict[str, Any]:
    values = {field.name: getattr(entry, field.name) for field in fields(entry)}
    return values | {"config": entry.config.to_dict()}


def _unwritable(folder: Path, error: Exception) -> QueueError:
    reason = getattr(error, "strerror", None) or str(error)
    return QueueError(
        f"The queue of trainings cannot be saved in “{folder}”: {reason}.",
        "Make room or choose another folder with VGG_STUDIO_RUNS.",
    )


@cache
def _reader() -> TypeAdapter[QueueEntry]:
    return TypeAdapter(QueueEntry)
