"""How well models read the drawings: accuracy with its interval, and the confusion matrix."""

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.formatting import percent
from studio.ui.draw.handwriting.accuracy_text import accuracy_text, seen_text
from studio.ui.shared.builders import column_layout, label, row_layout, text_button
from studio.ui.widgets.confusion_view import ConfusionView
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


class AccuracyPanel(QWidget):
    """`handwriting_accuracy`, `handwriting_confusion` and `handwriting_runs`.

    Signals: `runs_wanted()` to test all runs, `run_chosen(key)` with a run of the table, and
    `cell_chosen(true, predicted)` with a cell of the matrix.
    """

    runs_wanted = Signal()
    run_chosen = Signal(str)
    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: list[str] = []
        self._headline = label("heading", name="handwriting_accuracy")
        self._headline.setWordWrap(True)
        self._note = label("muted", name="handwriting_accuracy_note")
        self._note.setWordWrap(True)
        self.matrix = ConfusionView(percent)
        self.matrix.setObjectName("handwriting_confusion")
        self.matrix.setAccessibleName("Confusion matrix of your drawings")
        self.matrix.setToolTip("Rows are the labels you gave, columns the predicted classes")
        self.matrix.cell_clicked.connect(self.cell_chosen)
        self.table = MetricTable(COLUMNS)
        self.table.setObjectName("handwriting_runs")
        self.table.setAccessibleName("How well each run reads you")
        self.table.setToolTip("Click a run to predict with it")
        self.table.row_activated.connect(self._on_row)
        tip = "Test the bundled model and all runs with weights on your drawings"
        self.compare = text_button("compare_runs_button", "Test all runs", "runs", tooltip=tip)
        self.compare.clicked.connect(self.runs_wanted)
        self._lay_out()
        self.table.hide()

    def show_evaluation(self, evaluation: "HandwritingEvaluation | None") -> None:
        """Show the evaluation of the chosen model; None while there is none."""
        self._headline.setText(accuracy_text(evaluation))
        self._note.setText(seen_text(evaluation))
        self._note.setVisible(bool(self._note.text()))
        counts = evaluation is not None and bool(evaluation.accuracy.total)
        self.matrix.setVisible(counts)
        if evaluation is not None and counts:
            self.matrix.set_matrix(evaluation.confusion, evaluation.class_names)
        else:
            self.matrix.set_matrix(np.zeros((0, 0), np.int64), [])

    def show_runs(self, rows: "list[tuple[str, str, HandwritingEvaluation]]") -> None:
        """Show key, title and evaluation of several runs, the best first."""
        rows = sorted(rows, key=lambda row: -_accuracy(row[2]))
        self._keys = [key for key, _, _ in rows]
        self.table.set_rows(
            [
                (title, _accuracy(found), *found.accuracy.interval, found.accuracy.total)
                for _, title, found in rows
            ]
        )
        self.table.show()
        self.set_busy(False)

    def set_busy(self, busy: bool) -> None:
        """Show whether the runs are being tested."""
        self.compare.setEnabled(not busy)
        self.compare.setText("Testing all runs…" if busy else "Test all runs")

    def _on_row(self, row: int) -> None:
        self.run_chosen.emit(self._keys[row])

    def _lay_out(self) -> None:
        row = row_layout(spacing=16)
        texts = column_layout(spacing=4)
        texts.addWidget(self._headline)
        texts.addWidget(self._note)
        row.addLayout(texts, 1)
        row.addWidget(self.compare)
        body = row_layout(spacing=16)
        body.addWidget(self.matrix, 1)
        body.addWidget(self.table, 1)
        column = column_layout(self, spacing=12)
        column.addLayout(row)
        column.addLayout(body, 1)


def _accuracy(found: "HandwritingEvaluation") -> float:
    return found.accuracy.value if found.accuracy.total else -1.0


def _rate(value: float) -> str:
    return "–" if value < 0 or math.isnan(value) else percent(value)
