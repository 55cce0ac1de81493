"""Tables beside the matrix: which classes are confused most, and how each class does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.ui.mistakes.sample_filter import Filter
from studio.ui.widgets.metric_table import MetricColumn, MetricTable

if TYPE_CHECKING:
    from studio.insight import Evaluation

MOST_PAIRS = 50
_whole = "{:,.0f}".format
_PAIRS = (
    MetricColumn("True", "What the pictures show"),
    MetricColumn("Read as", "What the network read instead"),
    MetricColumn("Times", "How often it happened", _whole),
    MetricColumn("Share", "Of all samples of the true class", percent),
)
_CLASSES = (
    MetricColumn("Class", "Click a row to see the mistakes of that class"),
    MetricColumn("Prec.", "Precision: of all read as this class, how many are it", percent),
    MetricColumn("Recall", "Recall: of all that are this class, how many were found", percent),
    MetricColumn("F1", "F1: the harmonic mean of precision and recall", percent),
    MetricColumn("Count", "Support: how many samples of this class there are", _whole),
)


class ClassTables(QWidget):
    """Two tables under tabs. A click on a row asks for its samples."""

    pair_chosen = Signal(int, int)
    class_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: list[tuple[int, int]] = []
        self.pair_table = MetricTable(_PAIRS)
        self.pair_table.setObjectName("confused_table")
        self.pair_table.setAccessibleName("Most confused pairs")
        self.class_table = MetricTable(_CLASSES)
        self.class_table.setObjectName("class_table")
        self.class_table.setAccessibleName("Figures of each class")
        self._pair_stack = QStackedWidget()
        self._pair_stack.addWidget(self.pair_table)
        self._pair_stack.addWidget(_quiet("No class was read as another one."))
        self.tabs = QTabWidget()
        self.tabs.setObjectName("class_tabs")
        self.tabs.setAccessibleName("Figures of the classes")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._pair_stack, "Most confused")
        self.tabs.addTab(self.class_table, "Per class")
        self.tabs.setTabToolTip(0, "Pairs of classes, most frequent mistake first")
        self.tabs.setTabToolTip(1, "Precision, recall and F1 of each class")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.pair_table.row_activated.connect(self._on_pair)
        self.class_table.row_activated.connect(self.class_chosen)

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Fill both tables."""
        names, totals = evaluation.class_names, evaluation.confusion.sum(axis=1)
        confused = evaluation.most_confused(MOST_PAIRS)
        self._pairs = [(true, predicted) for true, predicted, _ in confused]
        self.pair_table.set_rows(
            [(names[t], names[p], count, count / int(totals[t])) for t, p, count in confused]
        )
        self._pair_stack.setCurrentIndex(0 if confused else 1)
        self.class_table.set_rows(
            [
                (score.name, score.precision, score.recall, score.f1, score.support)
                for score in evaluation.per_class
            ]
        )

    def show_filter(self, wanted: Filter) -> None:
        """Mark the rows that stand for this filter."""
        pair = self._pairs.index(wanted.cell) if wanted.cell in self._pairs else None
        self.pair_table.select_row(pair)
        self.class_table.select_row(wanted.true if wanted.predicted is None else None)

    def _on_pair(self, row: int) -> None:
        self.pair_chosen.emit(*self._pairs[row])


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setMargin(16)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label
