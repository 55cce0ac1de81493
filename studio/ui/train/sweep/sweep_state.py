"""A sweep as the view shows it, read from its file and its runs. No Qt here."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from pathlib import Path

from studio.errors import RunError
from studio.insight.sweep.honest import honest_number
from studio.insight.sweep.plan import SweepPlan
from studio.insight.sweep.results import SweepResults, read_results
from studio.insight.sweep.sweep_file import Sweep, SweepHeader, list_sweeps, load_sweep
from studio.runs.scanner import RunScanner
from studio.ui.train.sweep.honest_text import HonestCardText, after_text, before_text
from studio.ui.train.sweep.sweep_rows import SweepColumn, SweepRow, columns_of, rows_of


@dataclass(frozen=True)
class SweepState:
    """One sweep: rows, the best combination, and what the card with the number shows.

    `damage` says why a sweep cannot be read. `addable` are the numbers of the trials that are not
    trained and not in the queue either.
    """

    sweep_id: str
    sweep: Sweep | None = None
    results: SweepResults | None = None
    columns: tuple[SweepColumn, ...] = ()
    rows: tuple[SweepRow, ...] = ()
    best: int | None = None
    honest: HonestCardText = field(default_factory=lambda: HonestCardText(""))
    addable: tuple[int, ...] = ()
    damage: str = ""

    @property
    def plan(self) -> SweepPlan | None:
        """What is trained; None for a damaged sweep."""
        return self.sweep.plan if self.sweep is not None else None

    @property
    def has_axes(self) -> bool:
        """Whether anything but the seeds differs."""
        return self.plan is not None and bool(self.plan.axes)

    def row(self, combination: int | None) -> SweepRow | None:
        """Return the row of a combination; None without one."""
        return next((row for row in self.rows if row.combination == combination), None)


@dataclass(frozen=True)
class SweepList:
    """All sweeps, newest first, and the state of the one that is shown; None without any."""

    headers: tuple[SweepHeader, ...]
    state: SweepState | None


@dataclass(frozen=True)
class SweepRequest:
    """The sweep to read, the newest one for "", and the trials in the queue: "<sweep>/<trial>"."""

    wanted: str = ""
    queued: frozenset[str] = frozenset()


class SweepReader:
    """Reads sweeps and their runs; `pause` lets other threads run while it does."""

    def __init__(self, runs_dir: Path, pause: Callable[[], None]) -> None:
        self._runs_dir = runs_dir
        self._scanner = RunScanner(runs_dir, pause)

    def read(self, request: SweepRequest) -> SweepList:
        """Read the sweep that is wanted. Runs that did not change are not read again."""
        headers = list_sweeps(self._runs_dir)
        ids = [header.id for header in headers]
        if not ids:
            return SweepList(headers, None)
        sweep_id = request.wanted if request.wanted in ids else ids[0]
        return SweepList(headers, self._read_state(sweep_id, request.queued))

    def _read_state(self, sweep_id: str, queued: Set[str]) -> SweepState:
        try:
            sweep = load_sweep(self._runs_dir, sweep_id)
        except RunError as error:
            return SweepState(sweep_id, damage=str(error))
        return make_state(sweep, read_results(sweep, self._scanner.scan().runs), queued)


def make_state(sweep: Sweep, results: SweepResults, queued: Set[str]) -> SweepState:
    """Return the state of a sweep whose results were read."""
    rows = rows_of(results)
    open_trials = [trial for trial in results.trials if trial.state in ("waiting", "stopped")]
    numbers = [trial.trial.number for trial in open_trials]
    addable = tuple(n for n in numbers if sweep.trial_key(n) not in queued)
    number = honest_number(sweep, results)
    if number is not None:
        honest = after_text(number)
    else:
        to_come = results.count("running") + len(numbers) - len(addable)
        best = rows[results.best] if results.best is not None else None
        honest = before_text(rows, best, to_come, len(addable))
    return SweepState(
        sweep.id, sweep, results, columns_of(sweep.plan), rows, results.best, honest, addable
    )
