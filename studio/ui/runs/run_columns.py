"""The columns of the run table: the text, sort key and tooltip of each cell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from studio.formatting import UNKNOWN, count, duration, percent
from studio.runs import RunStatus
from studio.ui.runs.run_row import RunRow
from studio.ui.runs.run_text import STATUS_TEXT, exact_time, relative_time

# Painted icon and theme color of each status; the shapes alone are distinct.
STATUS_ICONS = {
    RunStatus.RUNNING: ("working", "accent"),
    RunStatus.PAUSED: ("waiting", "warn"),
    RunStatus.STOPPED: ("idle", "muted"),
    RunStatus.FINISHED: ("good", "good"),
    RunStatus.FAILED: ("bad", "bad"),
    RunStatus.DIVERGED: ("diverged", "bad"),
    RunStatus.INTERRUPTED: ("warn", "warn"),
}
_STATUS_TOOLTIPS = {
    RunStatus.RUNNING: "This run is training now.",
    RunStatus.PAUSED: "This run waits, and goes on by itself.",
    RunStatus.STOPPED: "Stopped before its last epoch. Its weights are kept.",
    RunStatus.FINISHED: "Trained to its last epoch.",
    RunStatus.FAILED: "Ended with an error.",
    RunStatus.DIVERGED: "Its numbers were no longer finite. Checkpoints from before are kept.",
    RunStatus.INTERRUPTED: "The program ended or stopped responding while this run was training.",
}
CHANCE_LEVEL = "Chance level"


@dataclass(frozen=True)
class RunColumn:
    """One column. `tooltip` is that of the header; the tooltip of a cell defaults to its text."""

    title: str
    tooltip: str
    width_px: int
    text: Callable[[RunRow], str]
    sort_key: Callable[[RunRow], Any]
    cell_tooltip: Callable[[RunRow], str] | None = None
    is_number: bool = False


def status_icon(row: RunRow) -> tuple[str, str]:
    """Return the painted icon and the theme color of the status of a run."""
    return ("warn", "warn") if row.summary.chance_level else STATUS_ICONS[row.summary.status]


def _status_text(row: RunRow) -> str:
    return CHANCE_LEVEL if row.summary.chance_level else STATUS_TEXT[row.summary.status]


def _status_tooltip(row: RunRow) -> str:
    reason = row.summary.chance_level or row.summary.reason
    return f"{_STATUS_TOOLTIPS[row.summary.status]} {reason}".strip()


def _origin_tooltip(row: RunRow) -> str:
    trained = f"Trained on {row.summary.host or 'an unknown computer'}"
    return f"{trained}, read from {row.summary.path.parent}"


def _accuracy_key(accuracy: float | None) -> float:
    return -1.0 if accuracy is None else accuracy


COLUMNS = (
    RunColumn(
        "Status",
        "Whether the run is training, finished, or ended early",
        126,
        _status_text,
        _status_text,
        _status_tooltip,
    ),
    RunColumn(
        "Run",
        "The recipe of the run, and a tag that differs between its runs",
        184,
        lambda row: row.name,
        lambda row: row.name.lower(),
        lambda row: str(row.summary.path),
    ),
    RunColumn(
        "From",
        "The computer that trained it, and the opened folder that contains it",
        112,
        lambda row: row.origin or "here",
        lambda row: row.origin.lower(),
        _origin_tooltip,
    ),
    RunColumn(
        "Network",
        "The variant of the VGG family",
        108,
        lambda row: row.variant or UNKNOWN,
        lambda row: row.variant.lower(),
        lambda row: f"{count(row.summary.parameters or None)} parameters",
    ),
    RunColumn(
        "Data",
        "The dataset it was trained on",
        112,
        lambda row: row.dataset or UNKNOWN,
        lambda row: row.dataset.lower(),
    ),
    RunColumn(
        "Started",
        "When the training began",
        120,
        lambda row: relative_time(row.summary.started, datetime.now()),
        lambda row: row.summary.started or datetime.min,
        lambda row: exact_time(row.summary.started),
    ),
    RunColumn(
        "Epochs",
        "Passes over the training split: done and planned",
        72,
        lambda row: row.summary.progress,
        lambda row: row.summary.epochs_done,
        is_number=True,
    ),
    RunColumn(
        "Validation",
        "Accuracy on the validation split, at the kept epoch",
        92,
        lambda row: percent(row.summary.val_accuracy),
        lambda row: _accuracy_key(row.summary.val_accuracy),
        is_number=True,
    ),
    RunColumn(
        "Test",
        "Accuracy on the test split, measured once with the weights of the kept epoch",
        78,
        lambda row: percent(row.summary.test_accuracy),
        lambda row: _accuracy_key(row.summary.test_accuracy),
        is_number=True,
    ),
    RunColumn(
        "Time",
        "How long the training took",
        80,
        lambda row: duration(row.summary.seconds),
        lambda row: row.summary.seconds,
        is_number=True,
    ),
    RunColumn(
        "Device",
        "The device that trained it; the tooltip adds the precision",
        70,
        lambda row: row.summary.device.upper() or UNKNOWN,
        lambda row: row.summary.device,
        lambda row: f"{row.summary.device.upper() or 'Unknown'} {row.summary.precision}".strip(),
    ),
    RunColumn(
        "Seed",
        "The random seed: the same seed and settings give the same result",
        56,
        lambda row: str(row.summary.seed),
        lambda row: row.summary.seed,
        is_number=True,
    ),
)
STARTED_COLUMN, ORIGIN_COLUMN = (
    next(index for index, column in enumerate(COLUMNS) if column.title == title)
    for title in ("Started", "From")
)


def search_text(row: RunRow) -> str:
    """Return the text that a filter searches: the id and all cells but the start, which ages."""
    texts = (column.text(row) for index, column in enumerate(COLUMNS) if index != STARTED_COLUMN)
    return " ".join([row.id, *texts]).lower()
