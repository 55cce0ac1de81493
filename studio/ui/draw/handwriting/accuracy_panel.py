"""How well the model reads the drawings: accuracy with its interval, and the confusion matrix."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.formatting import percent
from studio.ui.draw.handwriting.accuracy_text import accuracy_text, seen_text
from studio.ui.shared.builders import column_layout, label
from studio.ui.widgets.confusion_view import ConfusionView

if TYPE_CHECKING:
    from studio.insight.handwriting import HandwritingEvaluation


class AccuracyPanel(QWidget):
    """`handwriting_accuracy` and `handwriting_confusion`.

    `cell_chosen(true, predicted)` follows a click on a cell of the matrix.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._headline = label("heading", name="handwriting_accuracy")
        self._headline.setWordWrap(True)
        self._note = label("muted", name="handwriting_accuracy_note")
        self._note.setWordWrap(True)
        self.matrix = ConfusionView(percent)
        self.matrix.setObjectName("handwriting_confusion")
        self.matrix.setAccessibleName("Confusion matrix of your drawings")
        self.matrix.setToolTip("Rows are the labels you gave, columns the predicted classes")
        self.matrix.cell_clicked.connect(self.cell_chosen)
        self._lay_out()

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

    def _lay_out(self) -> None:
        texts = column_layout(spacing=4)
        texts.addWidget(self._headline)
        texts.addWidget(self._note)
        column = column_layout(self, spacing=12)
        column.addLayout(texts)
        column.addWidget(self.matrix, 1)
