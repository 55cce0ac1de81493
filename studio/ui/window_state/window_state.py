"""Keeps the state of the window on disk, in sections, a moment after each change."""

import contextlib
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import StudioError
from studio.ui.tasks import LatestWorker, TaskHost
from studio.ui.window_state.damaged_files import StateFiles
from studio.ui.window_state.state_file import read_state, write_state
from studio.ui.window_state.state_folder import StateFolder

T = TypeVar("T")

SAVE_AFTER_MS = 400  # after the first change; what changes until then is saved with it
RETRY_AFTER_MS = 5_000  # after a failure, as on a full disk


@dataclass(frozen=True)
class Section:
    """Part of the state, in a file of its own.

    `take` returns an immutable copy of what is to be saved, at once, in the thread of the window.
    `encode` turns it into a JSON value in another thread; it may write further files to the folder
    of the state. `clean_up` is called when the JSON value is on disk, and removes old ones.
    """

    take: Callable[[], Any]
    encode: Callable[[Any, Path], Any]
    clean_up: Callable[[Any, Path], None]


@dataclass(frozen=True, eq=False)
class _Snapshot:
    section: Section
    taken: Any


@dataclass(frozen=True)
class _Restored:
    """What was read of a section: its decoded value, and the names of damaged files.

    `failure` is the error that ended the reading, and its traceback.
    """

    value: Any
    damaged: Sequence[Path]
    failure: tuple[Exception, str] | None = None


class WindowState(QObject):
    """The state of one window. It does nothing until it is opened.

    `saved` says that all changes are on disk, `failed` that they could not be written.
    `damage_found` carries the name under which a damaged file is kept.
    """

    saved = Signal()
    failed = Signal(object, str)
    damage_found = Signal(object)

    def __init__(self, tasks: TaskHost, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._root = tasks, root
        self._folder: StateFolder | None = None
        self._restores = True
        self._sections: dict[str, Section] = {}
        self._changed: set[str] = set()
        self._restoring: dict[str, Callable[[Any], None]] = {}
        self._unsaved: dict[str, _Snapshot] = {}
        self._timer = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)
        self._retry_timer = QTimer(self, singleShot=True, interval=RETRY_AFTER_MS)
        self._retry_timer.timeout.connect(self._submit)
        self._worker = LatestWorker(self._write, self)
        self._worker.completed.connect(self._on_written)
        self._worker.failed.connect(self._on_write_failed)

    @property
    def is_open(self) -> bool:
        """Whether the state is saved."""
        return self._folder is not None

    @property
    def is_saved(self) -> bool:
        """Whether every change is on disk."""
        return not (self._changed or self._unsaved)

    def open(self, restores: bool = True) -> None:
        """Use the state of the last window from now on.

        Without `restores` nothing is read, and what is there is kept for the next start.
        """
        self._restores = restores
        root = self._root if restores else self._root / "safe"
        files = StateFiles(root)
        self._folder = StateFolder.acquire(root, files)
        self._report_damage(files.damaged)

    def add(
        self,
        name: str,
        take: Callable[[], Any],
        encode: Callable[[Any, Path], Any] | None = None,
        clean_up: Callable[[Any, Path], None] | None = None,
    ) -> None:
        """Add a `Section`; without `encode`, `take` returns a JSON value."""
        self._sections[name] = Section(take, encode or _as_taken, clean_up or _keep_files)

    def mark_changed(self, name: str) -> None:
        """Save a section a moment later."""
        if self._folder is None:
            return
        self._changed.add(name)
        if not self._timer.isActive():
            self._timer.start()

    def read(self, name: str, decode: Callable[[Any], T], default: T) -> T:
        """Return a small section now. `decode` raises ValueError or the like for a wrong value."""
        path = self._file(name)
        if path is None:
            return default
        restored = _restore(path, lambda value, _files: decode(value))
        self._report_damage(restored.damaged)
        return default if restored.value is None else restored.value

    def restore(
        self, name: str, decode: Callable[[Any, StateFiles], T | None], show: Callable[[T], None]
    ) -> None:
        """Read a section in a thread and pass it to `show`, unless there is none.

        `decode` runs in that thread too; it gets the other files of the state, and returns None
        for nothing. Changes of the section are saved only afterwards.
        """
        path = self._file(name)
        if path is None:
            return
        self._restoring[name] = show
        work = partial(_restore_in_task, name, path, decode)
        task = self._tasks.start(work)
        task.succeeded.connect(self._on_restored)
        task.failed.connect(self.failed)

    def save(self) -> None:
        """Save all changes, in the background."""
        if self._take_changed():
            self._submit()

    def close(self) -> None:
        """Save what is not saved, and end the thread."""
        self._timer.stop()
        self._retry_timer.stop()
        self._take_changed()
        self._worker.close()
        if self._folder is not None:
            with contextlib.suppress(OSError, StudioError):  # it failed before: the user knows
                self._write(self._unsaved)
            self._folder.release()
            self._folder = None

    def _file(self, name: str) -> Path | None:
        """The file of a section, None if nothing is to be restored."""
        can_restore = self._folder is not None and self._restores
        return self._folder.path / f"{name}.json" if self._folder and can_restore else None

    def _take_changed(self) -> bool:
        """Take snapshots of what changed; return whether there are any."""
        ready = self._changed - self._restoring.keys()
        self._changed -= ready
        for name in sorted(ready):
            section = self._sections[name]
            self._unsaved[name] = _Snapshot(section, section.take())
        return bool(ready)

    def _submit(self) -> None:
        self._worker.submit(dict(self._unsaved))

    def _on_write_failed(self, error: object, traceback_text: str) -> None:
        if self._folder is not None:
            self._retry_timer.start()
        self.failed.emit(error, traceback_text)

    def _write(self, snapshots: Mapping[str, _Snapshot]) -> None:
        folder = self._folder
        assert folder is not None
        for name, snapshot in snapshots.items():
            value = snapshot.section.encode(snapshot.taken, folder.path)
            write_state(folder.path / f"{name}.json", value)
            snapshot.section.clean_up(value, folder.path)

    def _on_written(self, written: Mapping[str, _Snapshot], _result: object) -> None:
        for name, snapshot in written.items():
            if self._unsaved.get(name) is snapshot:
                del self._unsaved[name]
        if self.is_saved:
            self.saved.emit()

    def _on_restored(self, result: tuple[str, _Restored]) -> None:
        name, restored = result
        show = self._restoring.pop(name)
        if self._folder is None:  # the window is being closed
            return
        self._report_damage(restored.damaged)
        if restored.failure is not None:
            self.failed.emit(*restored.failure)
        if restored.value is not None:
            show(restored.value)
        self.save()

    def _report_damage(self, kept: Sequence[Path]) -> None:
        for path in kept:
            self.damage_found.emit(path)


def _as_taken(value: Any, _folder: Path) -> Any:
    return value


def _keep_files(_value: Any, _folder: Path) -> None: ...


def _restore(path: Path, decode: Callable[[Any, StateFiles], Any]) -> _Restored:
    """Read and decode a file; one that cannot be used is renamed."""
    files, value = StateFiles(path.parent), None
    try:
        value = decode(read_state(path), files)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except Exception:  # noqa: BLE001  # whatever is wrong, the window works without it
        files.set_aside(path)
    return _Restored(value, tuple(files.damaged))


def _restore_in_task(
    name: str,
    path: Path,
    decode: Callable[[Any, StateFiles], Any],
    _on_progress: OnProgress,
    _should_stop: ShouldStop,
) -> tuple[str, _Restored]:
    try:
        return name, _restore(path, decode)
    except Exception as error:  # noqa: BLE001 - later changes of the section must still be saved
        return name, _Restored(None, (), (error, traceback.format_exc()))
