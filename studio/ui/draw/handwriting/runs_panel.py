"""How well each run reads the drawings: a table, once they are tested."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHeaderView, QProgressBar, QStackedWidget, QWidget

from studio.formatting import count, percent
from studio.ui.shared.builders import (
    column_layout,
    elided_label,
    label,
    row_layout,
    text_button,
)
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.metric_table import MetricColumn, MetricTable

if TYPE_CHECKING:
    from studio.insight.handwriting import HandwritingEvaluation

COLUMNS = (
    MetricColumn("Run", "The run, or the bundled model"),
    MetricColumn("Accuracy", "Fraction of your drawings predicted correctly", lambda v: _rate(v)),
    MetricColumn("From", "Lower end of the 95 % interval", lambda v: _rate(v)),
    MetricColumn("To", "Upper end of the 95 % interval", lambda v: _rate(v)),
    MetricColumn("Drawings", "Drawings that the run was not trained on", lambda v: f"{v:,.0f}"),
)
EMPTY = (
    "Which run reads you best?",
    "The bundled model and all runs with weights are tested on your drawings, each without those "
    "that it was trained on.",
    "Test all runs",
)
NOTE = "From and To are a 95 % interval: where intervals overlap, a difference may be chance."
UNTESTED = "“–”: trained on all of your drawings, draw new ones to test it. "
STALE = "Your drawings have changed since this test."
_RESOLUTION = 1000


class RunsPanel(QWidget):
    """`handwriting_runs`, with `compare_runs_button` to test them.

    Signals: `runs_wanted()` to test all runs, `cancelled()` to stop that, and `run_chosen(key)`
    with a run of the table.
    """

    runs_wanted = Signal()
    cancelled = Signal()
    run_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: list[str] = []
        self._headline = label("heading", name="handwriting_runs_headline")
        self._note = label("muted", NOTE, name="handwriting_runs_note")
        self._note.setWordWrap(True)
        self.table = MetricTable(COLUMNS)
        self.table.setObjectName("handwriting_runs")
        self.table.setAccessibleName("How well each run reads you")
        self.table.setToolTip("Click a run to predict with it")
        self.table.row_activated.connect(self._on_row)
        tip = "Test the bundled model and all runs with weights on your drawings"
        self.compare = text_button("compare_runs_button", "Test again", "refresh", tooltip=tip)
        self.compare.clicked.connect(self.runs_wanted)
        self._empty = EmptyState(*EMPTY)
        self._empty.setObjectName("handwriting_runs_empty")
        self._empty.action_clicked.connect(self.runs_wanted)
        self._bar = QProgressBar()
        self._bar.setObjectName("handwriting_runs_progress")
        self._bar.setRange(0, _RESOLUTION)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the test")
        self._bar.setToolTip("How many of the runs are tested")
        self._current = elided_label("muted", "handwriting_runs_current")
        tip = "Stop testing; the results of the last test stay"
        self._cancel = text_button("compare_runs_cancel", "Cancel", tooltip=tip)
        self._cancel.clicked.connect(self._on_cancel)
        self._pages = QStackedWidget()
        self._lay_out()

    def show_runs(self, rows: "list[tuple[str, str, HandwritingEvaluation]]", skipped: int) -> None:
        """Show key, title and evaluation of several runs, the best first; `skipped` had none."""
        rows = sorted(rows, key=lambda row: -_accuracy(row[2]))
        self._keys = [key for key, _, _ in rows]
        self.table.set_rows(
            [
                (title, _accuracy(found), *_interval(found), found.accuracy.total)
                for _, title, found in rows
            ]
        )
        self._headline.setText(f"{count(len(rows), 'model')} tested on your drawings")
        left_out = f"{count(skipped, 'model')} of photos or without data left out. "
        has_untested = any(not found.accuracy.total for _, _, found in rows)
        self._note.setText(f"{left_out if skipped else ''}{UNTESTED if has_untested else ''}{NOTE}")
        self._show_result()

    def show_progress(self, fraction: float, title: str) -> None:
        """Show which run is being tested."""
        self._bar.setValue(round(_RESOLUTION * fraction))
        self._current.setText(f"Testing {title}" if title else "Testing all runs")
        self._cancel.setEnabled(True)
        self._pages.setCurrentIndex(1)

    def end_test(self) -> None:
        """Show what there was before a test that was cancelled or failed."""
        self._show_result()

    def mark_stale(self) -> None:
        """Say that the drawings are not those of the test any more."""
        if self._keys and STALE not in self._note.text():
            self._note.setText(f"{STALE} {self._note.text()}")

    def select_run(self, key: str) -> None:
        """Mark the run that predicts on this page."""
        self.table.select_row(self._keys.index(key) if key in self._keys else None)

    def _show_result(self) -> None:
        self._pages.setCurrentIndex(2 if self._keys else 0)

    def _on_row(self, row: int) -> None:
        self.run_chosen.emit(self._keys[row])

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self.cancelled.emit()

    def _lay_out(self) -> None:
        header = self.table.horizontalHeader()
        header.setMaximumSectionSize(10_000)
        header.setStretchLastSection(False)
        mode = QHeaderView.ResizeMode
        for number in range(len(COLUMNS)):
            header.setSectionResizeMode(number, mode.ResizeToContents if number else mode.Stretch)
        for page in (self._empty, self._progress_page(), self._table_page()):
            self._pages.addWidget(page)
        column_layout(self, spacing=0).addWidget(self._pages)

    def _progress_page(self) -> QWidget:
        page = QWidget()
        row = row_layout(spacing=12)
        row.addWidget(self._current)
        row.addStretch(1)
        row.addWidget(self._cancel)
        column = column_layout(page, spacing=8)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addStretch(1)
        return page

    def _table_page(self) -> QWidget:
        page = QWidget()
        row = row_layout(spacing=12)
        row.addWidget(self._headline, 1)
        row.addWidget(self.compare)
        column = column_layout(page, spacing=8)
        column.addLayout(row)
        column.addWidget(self._note)
        column.addWidget(self.table, 1)
        return page


def _accuracy(found: "HandwritingEvaluation") -> float:
    return found.accuracy.value if found.accuracy.total else -1.0


def _interval(found: "HandwritingEvaluation") -> tuple[float, float]:
    return found.accuracy.interval if found.accuracy.total else (-1.0, -1.0)


def _rate(value: float) -> str:
    return "–" if value < 0 or math.isnan(value) else percent(value)
