"""Repairs a run with damaged files: from intact copies, or by going back one checkpoint."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from studio.errors import DamagedRunError, RunError, StudioError
from studio.files import open_regular, write_atomic
from studio.formatting import count
from studio.runs.lock import RunLock
from studio.runs.manifest import find_problem, find_run_folder, version_of
from studio.runs.manifest_file import GROWING, LOG, MANIFEST, Manifest, ManifestError
from studio.runs.manifest_growth import verify_log
from studio.runs.previous import (
    CHECKPOINT,
    CONFIG,
    FOLDER,
    OVERLAY,
    STATE,
    PreviousCheckpoint,
    find_copy,
    inspect_previous,
    previous_path,
)
from studio.runs.run import Run
from studio.runs.status import RunStatus

__all__ = ["PreviousCheckpoint", "RestoredRun", "previous_checkpoint", "restore_previous"]

DAMAGED_FOLDER: Final = "damaged"
_NAMES: Final = (CONFIG, OVERLAY, *CHECKPOINT)
_HISTORY: Final = "history/"


@dataclass(frozen=True)
class RestoredRun:
    """What `restore_previous` did.

    `epoch` and `step` are where the run is now, in finished epochs and steps; `went_back` is
    whether that is the previous checkpoint. `files` were restored, by their POSIX paths below the
    run; `set_aside` could not be, and nothing else depends on them. All damaged files are in the
    folder `kept_in`.
    """

    epoch: int
    step: int
    went_back: bool
    files: tuple[str, ...]
    set_aside: tuple[str, ...]
    kept_in: Path


def previous_checkpoint(run: Run) -> PreviousCheckpoint | None:
    """The checkpoint before the newest one, None if there is none. Reads all of its files."""
    return inspect_previous(run.path)


def restore_previous(run: Run) -> RestoredRun:
    """Replace the damaged files of a run; they are moved to a folder `damaged` in the run.

    A file of which there is an intact copy is restored as it was, and of a damaged log the complete
    lines are kept. History and predictions are only set aside. Where that is not enough, the run
    goes back to the previous checkpoint, from which it can be resumed.

    Raises RunError when nothing is damaged or too much, or a file cannot be written, DiskFullError,
    and RunLockedError while the run is being trained.
    """
    lock = RunLock(run)
    lock.acquire()
    try:
        return _Restorer(run).restore()
    except OSError as error:
        if isinstance(error, StudioError):  # a full disk says so itself
            raise
        raise RunError(
            f"The run “{run.id}” could not be restored: {error.strerror or error}.",
            "Check its disk, and restore it again.",
        ) from None
    finally:
        lock.release()


def describe_restored(restored: RestoredRun) -> str:
    """What was restored and what that means for the run, in sentences."""
    sentences = [_describe_files(restored)] if restored.files else []
    if restored.set_aside:
        files = ", ".join(restored.set_aside)
        sentences.append(f"Set aside {files}: weights and training do not depend on it.")
    return " ".join([*sentences, f"The damaged files are kept in “{restored.kept_in}”."])


def _describe_files(restored: RestoredRun) -> str:
    files = ", ".join(restored.files)
    if restored.went_back:
        return (
            f"The run is back at its previous checkpoint, of step {restored.step:,} with "
            f"{count(restored.epoch, 'finished epoch')}."
        )
    if LOG in restored.files:
        return f"Restored {files}: damaged lines are missing in the curves of the run."
    return f"Restored {files}. Nothing was lost."


class _Restorer:
    """Restores one run; killed at any moment, it can be restored again."""

    def __init__(self, run: Run) -> None:
        self._run, self._folder = run, run.path
        self._previous = _read_manifest(run.path / FOLDER)
        manifest = _read_manifest(run.path)
        self._has_lost_manifest = manifest is None and find_run_folder(run.state) is not None
        self._manifest = manifest or Manifest(run.path)
        self._kept_in = _free_folder(run.path)

    def restore(self) -> RestoredRun:
        """Restore the run. Raises as `restore_previous`."""
        damaged = [name for name in _NAMES if self._is_damaged(name)]
        copies = {name: copy for name in damaged if (copy := find_copy(self._manifest, name))}
        lost = [name for name in damaged if name not in copies and name != OVERLAY]
        went_back = self._has_lost_manifest or not set(lost).isdisjoint(CHECKPOINT)
        if went_back:
            copies = self._copies_of_previous(damaged, lost)
        elif lost:
            raise self._hopeless(lost[0])
        if copies:
            self._replace(copies, went_back)
        restored = [*copies, *self._restore_log()]
        set_aside = self._set_aside_derived_files()
        if not restored and not set_aside:
            raise RunError(f"No file of the run “{self._run.id}” is damaged.", "Use it as it is.")
        state = self._manifest.newest(STATE)
        epoch, step = (state.epoch or 0, state.step or 0) if state else (0, 0)
        return RestoredRun(
            epoch, step, went_back, tuple(sorted(restored)), set_aside, self._kept_in
        )

    def _is_damaged(self, name: str) -> bool:
        return bool(find_problem(self._folder, name, self._manifest.files.get(name)))

    def _copies_of_previous(self, damaged: list[str], lost: list[str]) -> dict[str, Path]:
        """Every file of the previous checkpoint, which go together. Raises RunError."""
        previous = inspect_previous(self._folder)
        if previous is None or not previous.is_intact or not set(lost) <= set(previous.intact):
            raise self._hopeless(lost[0] if lost else MANIFEST)
        replaced = previous.intact if self._has_lost_manifest else (*CHECKPOINT, *damaged)
        names = set(replaced).intersection(previous.intact)
        return {name: previous_path(self._folder, name) for name in names}

    def _hopeless(self, name: str) -> RunError:
        return RunError(
            f"“{self._folder / name}” is damaged, and the run has no intact copy of it.",
            "Copy the run from a backup, or train it again.",
        )

    def _replace(self, copies: dict[str, Path], went_back: bool) -> None:
        """Put the copies in place; the manifest accepts old and new files meanwhile."""
        listed = self._previous if went_back and self._previous else self._manifest
        versions = {name: v for name in copies if (v := listed.newest(name)) is not None}
        for name, known in listed.files.items():
            if name in GROWING or name not in self._manifest.files:
                self._manifest.files[name] = known
        self._manifest.expect(versions)
        for name, source in copies.items():
            self._set_aside(name)
            _copy(source, self._folder / name)
        self._manifest.settle()
        if went_back:
            self._correct_status()

    def _set_aside(self, name: str) -> None:
        """Move what is in the place of a file to the folder of damaged files."""
        source, target = self._folder / name, self._kept_in / name
        if os.path.lexists(source):
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)

    def _set_aside_derived_files(self) -> tuple[str, ...]:
        """Set aside damaged files that no training and no model depends on, and return their names.

        The files of a history are of no use without each other.
        """
        derived = [name for name in self._manifest.files if name not in (CONFIG, *CHECKPOINT, LOG)]
        damaged = {name for name in derived if self._is_damaged(name)}
        if any(name.startswith(_HISTORY) for name in damaged):
            damaged.update(name for name in derived if name.startswith(_HISTORY))
        for name in sorted(damaged):
            self._set_aside(name)
            del self._manifest.files[name]
        if damaged:
            self._manifest.write()
        return tuple(sorted(damaged))

    def _correct_status(self) -> None:
        """Let the status say where the run is now, so that it can be resumed."""
        from studio.runs.checkpoints import load_state

        status, position = self._run.status, load_state(self._run.state)["position"]
        if status is not None:
            values = {"epochs_done": position["epoch"], "seconds": position["seconds"]}
            values |= _best_values(position["best"])
            stopped = {"status": RunStatus.STOPPED, "reason": "", "test_accuracy": None}
            self._run.write_status(status.with_values(**values, **stopped))

    def _restore_log(self) -> list[str]:
        """Keep the complete lines of a damaged log, and let the state count those.

        Return the names of the files that changed.
        """
        from studio.runs.checkpoints import load_state, write_state

        if not self._run.state.exists():
            return []
        state = load_state(self._run.state)
        try:
            verify_log(self._folder, state["log_bytes"])
        except DamagedRunError:
            lines = _read_complete_lines(self._run.metrics_path, state["log_bytes"])
        else:
            return []
        self._set_aside(LOG)
        write_atomic(self._run.metrics_path, lambda partial: partial.write_bytes(lines))
        position = state["position"]

        def write(partial: Path) -> None:
            write_state(partial, state | {"log_bytes": len(lines)})
            version = version_of(partial, position["epoch"], position["step"])
            self._manifest.expect({STATE: version, LOG: version_of(self._run.metrics_path)})

        write_atomic(self._run.state, write)
        self._manifest.settle()
        return [LOG]


def _read_complete_lines(path: Path, size: int) -> bytes:
    """The complete lines in the first `size` bytes of a file, none if it cannot be read."""
    try:
        with open_regular(path) as file:
            begin = file.read(size)
    except OSError:
        return b""
    return begin[: begin.rfind(b"\n") + 1]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    write_atomic(target, lambda partial: shutil.copyfile(source, partial))


def _best_values(best: dict[str, Any] | None) -> dict[str, Any]:
    """The values of the status that are those of the best epoch."""
    names = {"best_epoch": "epoch", "train_accuracy": None, "val_accuracy": None}
    return {name: best and best[source or name] for name, source in names.items()}


def _read_manifest(folder: Path) -> Manifest | None:
    try:
        return Manifest.read(folder)
    except ManifestError:
        return None


def _free_folder(folder: Path) -> Path:
    """The folder for damaged files: a new one for each time that a run is restored."""
    names = (f"{DAMAGED_FOLDER}-{n}" if n > 1 else DAMAGED_FOLDER for n in range(1, 10_000))
    return next(folder / name for name in names if not (folder / name).exists())
