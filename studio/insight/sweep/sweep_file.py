"""Sweeps on disk: `<runs>/sweeps/<id>.json` with the plan, and what no run of it records.

The trainings themselves are runs. Each says in its record to which sweep and trial it belongs.
"""

import json
import re
import secrets
import textwrap
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from studio.errors import ConfigError, RunError, quoted
from studio.files import read_regular, write_text
from studio.insight.sweep.plan import MAX_TRIALS, SweepPlan, check_axes, combinations
from studio.json_text import to_json
from studio.runs.run_folders import SWEEPS_FOLDER

MAX_SWEEP_BYTES: Final = 1 << 22
VERSION: Final = 1

_MAX_REASON_CHARS: Final = 200
_LIST_HINT: Final = "See: vgg-studio sweep --list"
_DAMAGED_HINT: Final = "Delete it, or copy it from a backup. Its runs are not affected."
_ID: Final = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")


@dataclass(frozen=True)
class SkippedTrial:
    """A trial that is not trained: it was removed, or failed before it had a run; and why."""

    number: int
    state: Literal["stopped", "failed"]
    reason: str = ""


@dataclass(frozen=True)
class RunTest:
    """One run on the test split: `correct` of `total` samples.

    `openings` counts how often the test split was opened for this run, this time included.
    """

    run: str
    seed: int
    correct: int
    total: int
    openings: int = 1

    @property
    def accuracy(self) -> float:
        """The test accuracy as a fraction; NaN without samples."""
        return self.correct / self.total if self.total else float("nan")


@dataclass(frozen=True)
class TestResult:
    """The runs of one combination on the test split, one for each seed, and when it was opened."""

    combination: int
    opened: datetime
    runs: tuple[RunTest, ...]

    __test__ = False  # no test class, whatever its name


@dataclass(frozen=True)
class Sweep:
    """A sweep with its plan, and what its runs do not record.

    `skipped` are trials without a run; `tests` are the combinations for which the test split was
    opened, in this order.
    """

    id: str
    created: datetime
    plan: SweepPlan
    skipped: tuple[SkippedTrial, ...] = ()
    tests: tuple[TestResult, ...] = ()

    @property
    def title(self) -> str:
        """The title of its plan, else the recipe."""
        return self.plan.title or self.plan.base.recipe

    def trial_key(self, number: int) -> str:
        """What the record `sweep` of the runs of a trial is: "<id>/<number>"."""
        return f"{self.id}/{number}"

    def test_of(self, combination: int) -> TestResult | None:
        """The test result of a combination, None while its test split was not opened."""
        return next((test for test in self.tests if test.combination == combination), None)


@dataclass(frozen=True)
class SweepHeader:
    """What a list shows of a sweep. `damage` says why a file cannot be read, else it is empty."""

    id: str
    title: str
    created: datetime | None
    combinations: int = 0
    trials: int = 0
    damage: str = ""


def new_sweep(plan: SweepPlan) -> Sweep:
    """A sweep of that plan, which is not saved yet."""
    now = datetime.now()
    return Sweep(f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}", now, plan)


def sweep_path(runs_dir: Path, sweep_id: str) -> Path:
    """The file of a sweep. Raises RunError for what is no id of a sweep."""
    if not _ID.fullmatch(sweep_id):
        raise RunError(f"{quoted(sweep_id)} is no id of a sweep.", _LIST_HINT)
    return runs_dir / SWEEPS_FOLDER / f"{sweep_id}.json"


def save_sweep(runs_dir: Path, sweep: Sweep) -> None:
    """Write a sweep atomically. Raises RunError."""
    path = sweep_path(runs_dir, sweep.id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, _to_text(sweep))
    except OSError as error:
        raise RunError(
            f"The sweep cannot be written to “{path}”: {error.strerror or error}.",
            "Check that folder and its disk.",
        ) from None


def load_sweep(runs_dir: Path, sweep_id: str) -> Sweep:
    """Read a sweep. Raises RunError when it is missing, damaged, or of a later version."""
    path = sweep_path(runs_dir, sweep_id)
    try:
        content = read_regular(path, MAX_SWEEP_BYTES)
    except FileNotFoundError:
        raise RunError(f"There is no sweep {quoted(sweep_id)}.", _LIST_HINT) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(f"The sweep “{path}” cannot be read: {reason}.", _DAMAGED_HINT) from None
    return _parse(content, path)


def find_sweep(runs_dir: Path, name: str) -> Sweep:
    """The sweep that a person named: its id, the beginning of it, or `last`. Raises RunError."""
    ids = _ids(runs_dir)
    found = ids[:1] if name == "last" else [one for one in ids if name and one.startswith(name)]
    if len(found) == 1:
        return load_sweep(runs_dir, found[0])
    if found:
        message = f"{quoted(name)} is the beginning of {len(found)} ids of sweeps."
        raise RunError(message, "Enter more of the id.")
    raise RunError(f"There is no sweep {quoted(name)} in “{runs_dir}”.", _LIST_HINT)


def list_sweeps(runs_dir: Path) -> tuple[SweepHeader, ...]:
    """All sweeps, newest first. One that cannot be read is listed with its damage."""
    return tuple(_read_header(runs_dir, sweep_id) for sweep_id in _ids(runs_dir))


def delete_sweep(runs_dir: Path, sweep_id: str) -> None:
    """Delete the file of a sweep; its runs stay. Raises RunError."""
    path = sweep_path(runs_dir, sweep_id)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(f"“{path}” cannot be deleted: {reason}.", "Check its folder.") from None


def skip_trial(sweep: Sweep, skipped: SkippedTrial) -> Sweep:
    """The sweep with a trial that is not trained, which replaces what was said of it before."""
    others = without_skipped(sweep, skipped.number).skipped
    ordered = sorted((*others, skipped), key=lambda trial: trial.number)
    return replace(sweep, skipped=tuple(ordered))


def without_skipped(sweep: Sweep, number: int) -> Sweep:
    """The sweep with a trial that is to be trained after all."""
    return replace(sweep, skipped=tuple(t for t in sweep.skipped if t.number != number))


def add_test(sweep: Sweep, test: TestResult) -> Sweep:
    """The sweep with the test result of a combination, which replaces an earlier one."""
    others = (known for known in sweep.tests if known.combination != test.combination)
    return replace(sweep, tests=(*others, test))


def _ids(runs_dir: Path) -> list[str]:
    try:
        names = [path.stem for path in (runs_dir / SWEEPS_FOLDER).glob("*.json")]
    except OSError:
        return []
    return sorted((name for name in names if _ID.fullmatch(name)), reverse=True)


def _read_header(runs_dir: Path, sweep_id: str) -> SweepHeader:
    try:
        sweep = load_sweep(runs_dir, sweep_id)
    except RunError as error:
        return SweepHeader(sweep_id, "Damaged sweep", None, damage=str(error))
    number = len(combinations(sweep.plan))
    trials = number * len(sweep.plan.seeds)
    return SweepHeader(sweep_id, sweep.title, sweep.created, number, trials)


@cache
def _adapter() -> TypeAdapter[Sweep]:
    return TypeAdapter(Sweep)


def _to_text(sweep: Sweep) -> str:
    return to_json({"version": VERSION} | _adapter().dump_python(sweep, mode="json")) + "\n"


def _parse(content: bytes, path: Path) -> Sweep:
    """Raises RunError for what was not written by `save_sweep`."""
    try:
        version = json.loads(content)["version"]
        if version != VERSION:
            raise ValueError(f"it has the version {version!r}, not {VERSION}")
        sweep = _adapter().validate_json(content, strict=True)
        _check(sweep, path)
    except (ValueError, KeyError, TypeError, RecursionError, ConfigError) as error:
        reason = _describe(error)
        raise RunError(f"The sweep “{path}” is damaged: {reason}.", _DAMAGED_HINT) from None
    return sweep


def _describe(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        text = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    else:
        text = error.message if isinstance(error, ConfigError) else str(error)
    return textwrap.shorten(text.rstrip("."), _MAX_REASON_CHARS, placeholder=" …")


def _check(sweep: Sweep, path: Path) -> None:
    """Raise ValueError or ConfigError for values that cannot be those of a sweep."""
    if sweep.id != path.stem:
        raise ValueError("it is another sweep")
    check_axes(sweep.plan)
    tested = [run for test in sweep.tests for run in test.runs]
    numbers = [trial.number for trial in sweep.skipped] + [t.combination for t in sweep.tests]
    if any(not 0 <= number < MAX_TRIALS for number in numbers):
        raise ValueError("it names a trial that does not exist")
    if any(not 0 <= run.correct <= run.total for run in tested):
        raise ValueError("it has an impossible test result")
