"""How well the model reads the drawings: accuracy with its interval, and the confusion matrix."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from studio.formatting import count, percent
from studio.ui.draw.handwriting.accuracy_text import accuracy_text, seen_text
from studio.ui.draw.handwriting.receipt_figures import ReceiptFigures
from studio.ui.draw.handwriting.receipt_text import receipt_note
from studio.ui.shared.builders import column_layout, label
from studio.ui.widgets.confusion_view import ConfusionView

if TYPE_CHECKING:
    from studio.insight.adaptation_receipt import AdaptationReceipt
    from studio.insight.handwriting import HandwritingEvaluation


class AccuracyPanel(QWidget):
    """`handwriting_accuracy`, `handwriting_confusion`, and `handwriting_receipt` of an adapted run.

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
        self._receipt = QFrame()
        self._receipt.setObjectName("handwriting_receipt")
        self._receipt.setProperty("card", True)
        self._receipt.setAccessibleName("What adapting this run changed")
        self._receipt_title = label("heading", name="handwriting_receipt_title")
        self._figures = ReceiptFigures("receipt")
        self._method = label("muted", name="handwriting_receipt_note")
        self._method.setWordWrap(True)
        self._receipt.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._lay_out()

    def show_evaluation(
        self,
        evaluation: "HandwritingEvaluation | None",
        receipt: "AdaptationReceipt | None" = None,
    ) -> None:
        """Show the evaluation of the chosen model; None while there is none.

        `receipt` is that of a run that was adapted to drawings.
        """
        self._show_receipt(receipt)
        self._headline.setText(accuracy_text(evaluation))
        self._note.setText(seen_text(evaluation))
        self._note.setVisible(bool(self._note.text()))
        counts = evaluation is not None and bool(evaluation.accuracy.total)
        self.matrix.setVisible(counts)
        if evaluation is not None and counts:
            self.matrix.set_matrix(evaluation.confusion, evaluation.class_names)
        else:
            self.matrix.set_matrix(np.zeros((0, 0), np.int64), [])

    def _show_receipt(self, receipt: "AdaptationReceipt | None") -> None:
        self._receipt.setVisible(receipt is not None)
        if receipt is not None:
            drawings = count(receipt.drawings, "drawing")
            self._receipt_title.setText(f"What adapting it to {drawings} changed")
            self._receipt.setAccessibleDescription(" ".join(receipt.lines))
            self._figures.show_receipt(receipt)
            self._method.setText(receipt_note(receipt))

    def _lay_out(self) -> None:
        texts = column_layout(spacing=4)
        texts.addWidget(self._headline)
        texts.addWidget(self._note)
        column = column_layout(self, spacing=12)
        column.addLayout(texts)
        card = column_layout(self._receipt, spacing=8)
        card.setContentsMargins(16, 12, 16, 12)
        card.addWidget(self._receipt_title)
        card.addWidget(self._figures)
        card.addWidget(self._method)
        column.addWidget(self._receipt)
        column.addWidget(self.matrix, 1)
        column.addStretch()  # what is above stays above while there is no matrix
        self._receipt.hide()
