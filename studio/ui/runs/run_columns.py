"""The columns of the runs table: what each says, how it sorts, what its tooltip teaches."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studio.formatting import percent
from studio.runs import RunStatus
from studio.ui.runs import run_text
from studio.ui.runs.run_row import RunRow

# Mark and colour of the palette for each status; the mark's shape alone tells them apart.
STATUS_MARKS = {
    RunStatus.RUNNING: ("working", "accent"),
    RunStatus.STOPPED: ("idle", "muted"),
    RunStatus.FINISHED: ("good", "good"),
    RunStatus.FAILED: ("bad", "bad"),
    RunStatus.INTERRUPTED: ("warn", "warn"),
}
_MEANINGS = {
    RunStatus.RUNNING: "This run is training now.",
    RunStatus.STOPPED: "Stopped before its last epoch. What it had learned is kept.",
    RunStatus.FINISHED: "Trained to its last epoch.",
    RunStatus.FAILED: "Ended with an error.",
    RunStatus.INTERRUPTED: "The program ended while this run was training, or fell silent.",
}
AT_CHANCE = "Chance level"


@dataclass(frozen=True)
class RunColumn:
    """One column. `tip` of a cell defaults to its text."""

    title: str
    meaning: str
    width: int
    text: Callable[[RunRow], str]
    order: Callable[[RunRow], Any]
    tip: Callable[[RunRow], str] | None = None
    number: bool = False


def status_mark(row: RunRow) -> tuple[str, str]:
    """Mark and colour of the palette for a run; the mark's shape alone tells them apart."""
    return ("warn", "warn") if row.summary.chance_level else STATUS_MARKS[row.summary.status]


def _status_text(row: RunRow) -> str:
    return AT_CHANCE if row.summary.chance_level else run_text.STATUS_WORDS[row.summary.status]


def _status_tip(row: RunRow) -> str:
    why = row.summary.chance_level or row.summary.reason
    return f"{_MEANINGS[row.summary.status]} {why}".strip()


def _place_tip(row: RunRow) -> str:
    trained = f"Trained on {row.summary.host or 'an unknown machine'}"
    return f"{trained}, read from {row.summary.path.parent}"


def _known(value: float | None) -> float:
    return -1.0 if value is None else value


COLUMNS = (
    RunColumn(
        "Status",
        "Whether the run is training, finished, or ended early",
        126,
        _status_text,
        _status_text,
        _status_tip,
    ),
    RunColumn(
        "Run",
        "The recipe it started from, and a tag that tells runs of one recipe apart",
        184,
        lambda row: row.name,
        lambda row: row.name.lower(),
        lambda row: str(row.summary.path),
    ),
    RunColumn(
        "From",
        "The machine that trained it, and the opened folder it is read from",
        112,
        lambda row: row.place or "here",
        lambda row: row.place.lower(),
        _place_tip,
    ),
    RunColumn(
        "Network",
        "The variant of the VGG family",
        108,
        lambda row: row.variant or run_text.NOTHING,
        lambda row: row.variant.lower(),
        lambda row: f"{run_text.count(row.summary.parameters)} parameters",
    ),
    RunColumn(
        "Data",
        "The data set it learned from",
        112,
        lambda row: row.dataset or run_text.NOTHING,
        lambda row: row.dataset.lower(),
    ),
    RunColumn(
        "Started",
        "When the training began",
        120,
        lambda row: run_text.ago(row.summary.started, datetime.now()),
        lambda row: row.summary.started or datetime.min,
        lambda row: run_text.exact(row.summary.started),
    ),
    RunColumn(
        "Epochs",
        "Passes over the training pictures: done and planned",
        72,
        lambda row: row.summary.progress,
        lambda row: row.summary.epochs_done,
        number=True,
    ),
    RunColumn(
        "Validation",
        "Share of validation pictures read right, at the best epoch",
        92,
        lambda row: percent(row.summary.val_accuracy),
        lambda row: _known(row.summary.val_accuracy),
        number=True,
    ),
    RunColumn(
        "Test",
        "Share of test pictures read right, measured once with the best weights",
        78,
        lambda row: percent(row.summary.test_accuracy),
        lambda row: _known(row.summary.test_accuracy),
        number=True,
    ),
    RunColumn(
        "Time",
        "How long the training took",
        80,
        lambda row: run_text.duration(row.summary.seconds),
        lambda row: row.summary.seconds,
        number=True,
    ),
    RunColumn(
        "Device",
        "What did the arithmetic, and with which numbers",
        70,
        lambda row: row.summary.device.upper() or run_text.NOTHING,
        lambda row: row.summary.device,
        lambda row: f"{row.summary.device.upper() or 'Unknown'} {row.summary.precision}".strip(),
    ),
    RunColumn(
        "Seed",
        "The number that fixed all chance: same seed and settings, same result",
        56,
        lambda row: str(row.summary.seed),
        lambda row: row.summary.seed,
        number=True,
    ),
)
STARTED = next(place for place, column in enumerate(COLUMNS) if column.title == "Started")
FROM = next(place for place, column in enumerate(COLUMNS) if column.title == "From")


def words_of(row: RunRow) -> str:
    """What a search looks in: the id and what every column says that does not change by itself."""
    said = (column.text(row) for place, column in enumerate(COLUMNS) if place != STARTED)
    return " ".join([row.id, *said]).lower()
