"""Finds all runs, again and again, reading only what changed."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.config import TrainConfig
from studio.runs.places import folders_in, is_run
from studio.runs.run import Run
from studio.runs.status import Pulse, RunStatus
from studio.runs.summary import UNKNOWN, RunSummary, read_config, summarize


@dataclass(frozen=True)
class Survey:
    """Every run, newest first, and the places that gave no answer with the reason.

    Runs of such a place are those that were found there before.
    """

    runs: list[RunSummary]
    unreachable: dict[Path, OSError]


class Catalog:
    """The runs below one folder and those of other folders that were opened.

    `pause` is called after each run that was read, for whoever must share the interpreter.
    """

    def __init__(self, runs_dir: Path, pause: Callable[[], None] = lambda: None) -> None:
        self._runs_dir = runs_dir
        self._pause = pause
        self._found: dict[Path, dict[Path, _KnownRun]] = {}

    def look(self, opened: Sequence[Path] = ()) -> Survey:
        """The runs as they are now. A run that did not change is the same object as before."""
        places = (self._runs_dir, *opened)
        unreachable = {}
        for place in places:
            try:
                self._found[place] = self._look_in(place, self._found.get(place, {}))
            except OSError as error:
                if not self._is_still_to_be_made(place, error):
                    unreachable[place] = error
        self._found = {place: self._found.get(place, {}) for place in places}
        runs = {run.path: run for found in self._found.values() for run in _summaries(found)}
        newest_first = sorted(runs.values(), key=lambda run: run.path.name, reverse=True)
        return Survey(newest_first, unreachable)

    def _look_in(self, place: Path, before: "dict[Path, _KnownRun]") -> "dict[Path, _KnownRun]":
        found = {}
        for path, changed in self._candidates(place):
            known = before.get(path) or _KnownRun(Run(path), self._id_of(path))
            # In the store's own folder whatever lies there is a run, be it without any part.
            if place == self._runs_dir or known.is_found or is_run(path):
                found[path] = known
                if known.look(changed):
                    self._pause()
        return found

    def _candidates(self, place: Path) -> Iterator[tuple[Path, int]]:
        """Folders that may be runs, and when each last changed. Raises OSError."""
        if place != self._runs_dir and is_run(place):
            yield place, place.stat().st_mtime_ns
            return
        for path in folders_in(place):
            try:
                yield path, path.stat().st_mtime_ns
            except FileNotFoundError:
                place.stat()  # the run was deleted just now, unless all of its place is gone

    def _id_of(self, path: Path) -> str:
        return path.name if path.parent == self._runs_dir else str(path)

    def _is_still_to_be_made(self, place: Path, error: OSError) -> bool:
        """The first run makes the folder it goes into."""
        first = place == self._runs_dir and not self._found.get(place)
        return first and isinstance(error, FileNotFoundError)


class _KnownRun:
    """What was read of one run, and when its folder had changed then."""

    def __init__(self, run: Run, run_id: str) -> None:
        self._run, self._id = run, run_id
        self._changed = 0
        self._settled = False
        self._config: TrainConfig | None = None
        self._config_stamp: tuple[int, int] | None = None
        self._status = UNKNOWN
        self._pulse = Pulse()
        self.summary = summarize(run, run_id, None, UNKNOWN, UNKNOWN.status, 0.0)

    @property
    def is_found(self) -> bool:
        """Whether it was looked at before."""
        return self._changed != 0

    def look(self, changed: int) -> bool:
        """Read what may be new; `changed` is when the folder last changed, in ns.

        Returns whether there was any need to.

        Every file but the curves is replaced by renaming, which changes the folder. A folder that
        changed is read twice: two changes within a tick of its clock look like one.
        """
        again = changed != self._changed
        needed = again or not self._settled or self._status.status is RunStatus.RUNNING
        if needed:
            self._read()
        self._changed, self._settled = changed, not again
        return needed

    def _read(self) -> None:
        self._read_config()
        self._status = self._run.status or self._status  # it may be out of reach for a moment
        heard = self._pulse.feel(self._status.heartbeat)
        seen = self._status.seen_after(time.time() - heard)
        new = summarize(self._run, self._id, self._config, self._status, seen, heard)
        if new != self.summary:
            self.summary = new

    def _read_config(self) -> None:
        stamp = self._run.config_stamp
        if stamp and stamp != self._config_stamp:
            self._config, self._config_stamp = read_config(self._run), stamp


def _summaries(found: dict[Path, _KnownRun]) -> list[RunSummary]:
    return [known.summary for known in found.values()]
