"""The results of one run: its accuracy in large type, and other figures below."""

from datetime import datetime

from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.formatting import UNKNOWN, count, duration, number, percent
from studio.runs import RunStatus
from studio.ui.runs.run_row import RunRow
from studio.ui.runs.run_text import STATUS_TEXT, kept_epoch, last_update
from studio.ui.shared.builders import label, set_style
from studio.ui.shared.run_curves import RunProgress

COLUMNS = 3


class RunSummaryView(QWidget):
    """Shows final figures, or while the run trains its progress."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: RunRow | None = None
        self._title = label("heading", selectable=True)
        self._accuracy = label("figure", name="run_figure", selectable=True)
        self._accuracy_caption = label("muted", name="run_figure_caption", selectable=True)
        self._accuracy_caption.setWordWrap(True)
        self._kept_epoch = label(
            "muted",
            name="run_kept",
            tooltip="The epoch whose weights the run keeps, and how it was selected",
            selectable=True,
        )
        self._last_update = label("muted", name="run_heard", selectable=True)
        self._problem = label("muted", name="run_reason", selectable=True)
        self._problem.setProperty("tone", "bad")
        self._problem.setWordWrap(True)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._cells: list[tuple[QLabel, QLabel]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for line in (
            self._title,
            self._accuracy,
            self._accuracy_caption,
            self._kept_epoch,
            self._last_update,
            self._problem,
        ):
            column.addWidget(line)
        column.addSpacing(8)
        column.addLayout(self._grid)

    def show_run(self, row: RunRow, progress: RunProgress) -> None:
        """Show the figures of a run; `progress` is used while it trains."""
        self._row, summary = row, row.summary
        accuracy, caption = _main_figure(row)
        self._title.setText(row.name)
        self._accuracy.setText(accuracy)
        self._accuracy_caption.setText(caption)
        self._kept_epoch.setText(kept_epoch(summary))
        self._kept_epoch.setVisible(bool(self._kept_epoch.text()))
        problem = summary.chance_level or summary.reason
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        is_warning = summary.chance_level or summary.status is RunStatus.PAUSED
        set_style(self._problem, tone="warn" if is_warning else "bad")
        is_training = summary.status.is_active
        self._show_figures(_progress_figures(row, progress) if is_training else _figures(row))
        self.show_last_update()

    def show_last_update(self) -> None:
        """Show how long ago a run that has not ended was last updated."""
        if self._row is None:
            return
        summary = self._row.summary
        has_ended = not (summary.status.is_active or summary.status is RunStatus.INTERRUPTED)
        self._last_update.setVisible(not has_ended)
        self._last_update.setText(
            last_update(summary.last_heartbeat, self._row.host, datetime.now())
        )

    def _show_figures(self, figures: dict[str, str]) -> None:
        while len(self._cells) < len(figures):
            index = len(self._cells)
            title, value = label("field", selectable=True), label("body", selectable=True)
            cell = QVBoxLayout()
            cell.setSpacing(0)
            cell.addWidget(title)
            cell.addWidget(value)
            self._grid.addLayout(cell, index // COLUMNS, index % COLUMNS)
            self._cells.append((title, value))
        for (title, value), (name, text) in zip(self._cells, figures.items(), strict=True):
            title.setText(name)
            value.setText(text)


def _figures(row: RunRow) -> dict[str, str]:
    summary = row.summary
    return {
        "Training": percent(summary.train_accuracy),
        "Validation": percent(summary.val_accuracy),
        "Kept epoch": count(summary.best_epoch),
        "Parameters": count(summary.parameters or None),
        "Time": duration(summary.seconds),
        "Precision": summary.precision or UNKNOWN,
    }


def _progress_figures(row: RunRow, progress: RunProgress) -> dict[str, str]:
    """Figures from the last step, or before the first one from the status."""
    summary = row.summary
    epoch = max(progress.epoch or 0, summary.epochs_done, 1)
    return {
        "Epoch": f"{epoch} / {progress.epochs or summary.epochs or UNKNOWN}",
        "Images/s": number(progress.images_per_second),
        "Time left": duration(progress.remaining_s),
        "Loss": number(progress.loss),
        "Training": percent(summary.train_accuracy),
        "Kept epoch": count(summary.best_epoch),
    }


def _openings(number: int) -> str:
    """How often the test split was opened, where a choice may have been made by it."""
    return f" · test split opened {number:,} times" if number > 1 else ""


def _main_figure(row: RunRow) -> tuple[str, str]:
    summary = row.summary
    if summary.test_accuracy is not None:
        return percent(summary.test_accuracy), f"Test accuracy{_openings(summary.test_openings)}"
    if summary.val_accuracy is not None:
        return percent(summary.val_accuracy), "Validation accuracy"
    return STATUS_TEXT[summary.status], "No accuracy measured yet"
