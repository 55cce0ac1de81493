"""Finds all runs repeatedly, and reads only those that changed since the last scan."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.config import TrainConfig
from studio.runs.run import Run
from studio.runs.run_folders import is_run_folder, list_folders, run_key
from studio.runs.status import HeartbeatMonitor, RunStatus
from studio.runs.summary import UNKNOWN_STATUS, RunSummary, read_config_and_sweep, summarize


@dataclass(frozen=True)
class ScanResult:
    """Every run, newest first, and the folders that could not be read, each with its error.

    The runs of an unreachable folder are those of the last successful scan.
    """

    runs: list[RunSummary]
    unreachable: dict[Path, OSError]


class RunScanner:
    """Scans the runs folder and other opened folders.

    `pause` is called after each run that was read, so that a thread can let others run.
    """

    def __init__(self, runs_dir: Path, pause: Callable[[], None] = lambda: None) -> None:
        self._runs_dir = runs_dir
        self._pause = pause
        self._known: dict[Path, dict[Path, _KnownRun]] = {}

    def scan(self, opened: Sequence[Path] = ()) -> ScanResult:
        """The current runs. A run that did not change is the same object as in the last scan."""
        folders = (self._runs_dir, *opened)
        unreachable = {}
        for folder in folders:
            try:
                self._known[folder] = self._scan_folder(folder, self._known.get(folder, {}))
            except OSError as error:
                if not self._is_not_created_yet(folder, error):
                    unreachable[folder] = error
        self._known = {folder: self._known.get(folder, {}) for folder in folders}
        runs = {
            run.summary.path: run.summary
            for known in self._known.values()
            for run in known.values()
        }
        newest_first = sorted(runs.values(), key=lambda run: run.path.name, reverse=True)
        return ScanResult(newest_first, unreachable)

    def _scan_folder(
        self, folder: Path, known_before: "dict[Path, _KnownRun]"
    ) -> "dict[Path, _KnownRun]":
        found = {}
        for path, modified_ns in self._candidates(folder):
            known = known_before.get(path) or _KnownRun(Run(path), run_key(path, self._runs_dir))
            # In the runs folder every folder counts as a run, even without any of its files.
            if folder == self._runs_dir or known.was_read or is_run_folder(path):
                found[path] = known
                if _update(known, modified_ns):
                    self._pause()
        return found

    def _candidates(self, folder: Path) -> Iterator[tuple[Path, int]]:
        """Folders that may be runs with their modification times in ns. Raises OSError."""
        if folder != self._runs_dir and is_run_folder(folder):
            yield folder, folder.stat().st_mtime_ns
            return
        for path in list_folders(folder):
            try:
                yield path, path.stat().st_mtime_ns
            except OSError:
                folder.stat()  # the run was deleted just now, unless the whole folder is gone

    def _is_not_created_yet(self, folder: Path, error: OSError) -> bool:
        """Whether the runs folder is missing because the first run creates it."""
        is_first = folder == self._runs_dir and not self._known.get(folder)
        return is_first and isinstance(error, FileNotFoundError)


def _update(known: "_KnownRun", modified_ns: int) -> bool:
    """Read what may be new of one run; a folder that defeats the reader hides no other one."""
    try:
        return known.update(modified_ns)
    except Exception:
        logging.getLogger(__name__).exception("A run cannot be read: %s", known.summary.path)
        return True


class _KnownRun:
    """What was read of one run, and the modification time of its folder then."""

    def __init__(self, run: Run, key: str) -> None:
        self._run, self._key = run, key
        self._modified_ns = 0
        self._is_settled = False
        self._config: TrainConfig | None = None
        self._sweep = ""
        self._config_stamp: tuple[int, int] | None = None
        self._status = UNKNOWN_STATUS
        self._monitor = HeartbeatMonitor()
        self.summary = summarize(run, key, None, UNKNOWN_STATUS, UNKNOWN_STATUS.status, 0.0)

    @property
    def was_read(self) -> bool:
        """Whether it was read in an earlier scan."""
        return self._modified_ns != 0

    def update(self, modified_ns: int) -> bool:
        """Read what may be new, and return whether that was necessary.

        Every file but metrics.jsonl is replaced by renaming, which modifies the folder. A modified
        folder is read in two scans: two changes within one clock tick have the same time.
        """
        is_modified = modified_ns != self._modified_ns
        is_running = self._status.status is RunStatus.RUNNING
        must_read = is_modified or not self._is_settled or is_running
        if must_read:
            self._read()
        self._modified_ns, self._is_settled = modified_ns, not is_modified
        return must_read

    def _read(self) -> None:
        self._read_config()
        self._status = self._run.status or self._status  # the file may be unreachable for a moment
        heartbeat = self._monitor.update(self._status.heartbeat)
        observed = self._status.observed_after(time.time() - heartbeat)
        new = summarize(
            self._run, self._key, self._config, self._status, observed, heartbeat, self._sweep
        )
        if new != self.summary:
            self.summary = new

    def _read_config(self) -> None:
        stamp = self._run.config_stamp
        if stamp and stamp != self._config_stamp:
            self._config, self._sweep = read_config_and_sweep(self._run)
            self._config_stamp = stamp
