"""How often the test split was opened for a run: a figure that was chosen by it is optimistic.

Each time, a line is appended to `test_openings.jsonl` in the run folder. Runs of earlier versions
have none, but a run with a test accuracy was tested at least at the end of its training.
"""

import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from studio.files import open_regular
from studio.json_text import to_json
from studio.paths import BUNDLED
from studio.runs.run import Run
from studio.runs.status import Status

FILE: Final = "test_openings.jsonl"

# Who opens it at the end of a training, after which the run has a test accuracy.
TRAINING: Final = "train"

_MAX_BYTES: Final = 1 << 20
_recorded: set[tuple[str, ...]] = set()  # by this process


@dataclass(frozen=True)
class TestOpening:
    """When the test split was opened, local time in ISO 8601, and by which command or page."""

    at: str
    by: str

    __test__ = False  # no test class, whatever its name


def record_test_opening(model: Run | Path | str, by: str) -> None:
    """Record that results on the test split were computed or shown for a run.

    `model` is a run, its folder or one of its weights files; there is no record for `bundled`. `by`
    is the name of a command or page, which counts once for the same weights in one process. A
    folder that cannot be written is no error.
    """
    if str(model) == BUNDLED:
        return
    run, weights = _run_and_weights(model)
    key = (str(run.path.absolute()), by, *_identity(weights))
    if key in _recorded:
        return
    line = {"at": datetime.now().isoformat(timespec="seconds"), "by": by, "weights": weights.stem}
    with suppress(OSError):
        _append(run.path / FILE, to_json(line).encode() + b"\n")
        _recorded.add(key)
        os.utime(run.path)  # so that scans of the folder notice it


def read_test_openings(run: Run) -> list[TestOpening]:
    """The recorded openings, oldest first; lines that are damaged are left out."""
    try:
        with open_regular(run.path / FILE) as handle:
            lines = handle.read(_MAX_BYTES).splitlines()
    except OSError:
        return []
    return [opening for line in lines if (opening := _parse(line)) is not None]


def count_test_openings(run: Run, status: Status | None = None) -> int:
    """How often the test split was opened; at least once for a run with a test accuracy.

    `status` is that of the run, where it was read already.
    """
    openings, status = read_test_openings(run), status or run.status
    was_tested = status is not None and status.test_accuracy is not None
    is_recorded = any(opening.by == TRAINING for opening in openings)
    return len(openings) + (was_tested and not is_recorded)


def describe_test_openings(number: int) -> str:
    """A sentence for the user, which says what it means from the second time on."""
    if number == 0:
        return "The test split was not opened for this run."
    if number == 1:
        return "The test split was opened once for this run."
    return (
        f"The test split was opened {number:,} times for this run. Choices made by its results "
        "make the test accuracy too optimistic."
    )


def run_of(model: Path | str) -> Run:
    """The run of a run folder or of one of its weights files."""
    return _run_and_weights(model)[0]


def _run_and_weights(model: Run | Path | str) -> tuple[Run, Path]:
    if isinstance(model, Run):
        return model, model.best_weights
    path = Path(model)
    if path.suffix == ".safetensors" and path.parent.name == "weights":
        return Run(path.parent.parent), path
    return Run(path), Run(path).best_weights


def _identity(weights: Path) -> tuple[str, ...]:
    """What changes with the content of a weights file."""
    try:
        found = weights.stat()
    except OSError:
        return (weights.name,)
    return weights.name, str(found.st_mtime_ns), str(found.st_size)


def _append(path: Path, line: bytes) -> None:
    """Append a line at once, so that lines of several processes do not mix. Raises OSError."""
    # Without O_NONBLOCK, opening a pipe would wait for a reader.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666)
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _parse(line: bytes) -> TestOpening | None:
    try:
        values = json.loads(line)
        at, by = values["at"], values["by"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return TestOpening(at, by) if isinstance(at, str) and isinstance(by, str) else None
