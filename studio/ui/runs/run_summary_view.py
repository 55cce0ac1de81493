"""What one run came to: one large figure and a few small ones."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.runs import RunStatus
from studio.ui.runs import run_text
from studio.ui.runs.run_curves import Live
from studio.ui.runs.run_row import RunRow

COLUMNS = 3


class RunSummaryView(QWidget):
    """The title of a run, its accuracy in large type, and its other figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = _label("heading")
        self._figure = _label("figure")
        self._figure.setObjectName("run_figure")
        self._meaning = _label("muted")
        self._kept = _label("muted")
        self._kept.setObjectName("run_kept")
        self._kept.setToolTip("Which epoch's weights the run keeps, and how it was chosen")
        self._heard = _label("muted")
        self._heard.setObjectName("run_heard")
        self._row: RunRow | None = None
        self._reason = _label("muted")
        self._reason.setObjectName("run_reason")
        self._reason.setProperty("tone", "bad")
        self._reason.setWordWrap(True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._facts: list[tuple[QLabel, QLabel]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        labels = (self._title, self._figure, self._meaning, self._kept, self._heard, self._reason)
        for label in labels:
            column.addWidget(label)
        column.addSpacing(8)
        column.addLayout(self._grid)

    def show_run(self, row: RunRow, live: Live) -> None:
        """Fill in the figures of one run; while it trains, where it is."""
        self._row, summary = row, row.summary
        figure, meaning = _main_figure(row)
        self._title.setText(row.name)
        self._figure.setText(figure)
        self._meaning.setText(meaning)
        self._kept.setText(run_text.kept_epoch(summary))
        self._kept.setVisible(bool(self._kept.text()))
        self._show_reason(summary.chance_level or summary.reason, bool(summary.chance_level))
        training = summary.status is RunStatus.RUNNING
        self._show_facts(_live_facts(row, live) if training else _facts(row))
        self.tell_heard()

    def _show_reason(self, text: str, warns: bool) -> None:
        self._reason.setText(text)
        self._reason.setVisible(bool(text))
        self._reason.setProperty("tone", "warn" if warns else "bad")
        self._reason.style().unpolish(self._reason)
        self._reason.style().polish(self._reason)

    def tell_heard(self) -> None:
        """Say how long ago a run that has not ended was heard of."""
        if self._row is None:
            return
        summary = self._row.summary
        self._heard.setVisible(summary.status in (RunStatus.RUNNING, RunStatus.INTERRUPTED))
        self._heard.setText(run_text.heard(summary.last_heartbeat, self._row.host, datetime.now()))

    def _show_facts(self, facts: dict[str, str]) -> None:
        while len(self._facts) < len(facts):
            place = len(self._facts)
            name, value = _label("field"), _label("body")
            cell = QVBoxLayout()
            cell.setSpacing(0)
            cell.addWidget(name)
            cell.addWidget(value)
            self._grid.addLayout(cell, place // COLUMNS, place % COLUMNS)
            self._facts.append((name, value))
        for (name, value), (title, text) in zip(self._facts, facts.items(), strict=True):
            name.setText(title)
            value.setText(text)


def _facts(row: RunRow) -> dict[str, str]:
    summary = row.summary
    best = run_text.NOTHING if summary.best_epoch is None else str(summary.best_epoch)
    return {
        "Training": percent(summary.train_accuracy),
        "Validation": percent(summary.val_accuracy),
        "Kept epoch": best,
        "Parameters": run_text.count(summary.parameters),
        "Time": run_text.duration(summary.seconds),
        "Numbers": summary.precision or run_text.NOTHING,
    }


def _live_facts(row: RunRow, live: Live) -> dict[str, str]:
    """What its last line says; before the first one, what its status says."""
    summary = row.summary
    epoch = max(live.epoch or 0, summary.epochs_done, 1)
    return {
        "Epoch": f"{epoch} / {live.epochs or summary.epochs or run_text.NOTHING}",
        "Images/s": run_text.figure(live.images_per_second),
        "Time left": run_text.duration(live.left),
        "Loss": run_text.figure(live.loss),
        "Training": percent(summary.train_accuracy),
        "Kept epoch": run_text.NOTHING if summary.best_epoch is None else str(summary.best_epoch),
    }


def _main_figure(row: RunRow) -> tuple[str, str]:
    summary = row.summary
    if summary.test_accuracy is not None:
        return percent(summary.test_accuracy), "of the test pictures read right"
    if summary.val_accuracy is not None:
        return percent(summary.val_accuracy), "of the validation pictures read right"
    return run_text.STATUS_WORDS[summary.status], "No accuracy was measured yet"


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
