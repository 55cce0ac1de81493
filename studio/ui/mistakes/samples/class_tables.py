"""Two tables: the pairs of classes confused most often, and the metrics of each class."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.sample_filter import SampleFilter
from studio.ui.shared.builders import label
from studio.ui.widgets.metric_table import MetricColumn, MetricTable

if TYPE_CHECKING:
    from studio.insight import Evaluation

MAX_PAIRS = 50
_integer = "{:,.0f}".format
_PAIR_COLUMNS = (
    MetricColumn("True", "The true class"),
    MetricColumn("Predicted", "The class predicted instead"),
    MetricColumn("Count", "The number of such mistakes", _integer),
    MetricColumn("Rate", "The percentage of all samples of the true class", percent),
)
_CLASS_COLUMNS = (
    MetricColumn("Class", "Click a row to see the mistakes of that class"),
    MetricColumn(
        "Prec.", "Precision: the percentage of predictions of this class that are correct", percent
    ),
    MetricColumn(
        "Recall", "Recall: the percentage of samples of this class predicted correctly", percent
    ),
    MetricColumn("F1", "F1: the harmonic mean of precision and recall", percent),
    MetricColumn("Count", "Support: the number of samples of this class", _integer),
)


class ClassTables(QWidget):
    """Tabs with both tables. A click on a row filters the samples by it."""

    def __init__(self, filter_model: FilterModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter_model = filter_model
        self._pairs: list[tuple[int, int]] = []
        self.pair_table = MetricTable(_PAIR_COLUMNS)
        self.pair_table.setObjectName("confused_table")
        self.pair_table.setAccessibleName("Most confused pairs")
        self.class_table = MetricTable(_CLASS_COLUMNS)
        self.class_table.setObjectName("class_table")
        self.class_table.setAccessibleName("Metrics of each class")
        no_pairs = label("muted", "No class was predicted as another one.")
        no_pairs.setMargin(16)
        no_pairs.setWordWrap(True)
        no_pairs.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pair_stack = QStackedWidget()
        self._pair_stack.addWidget(self.pair_table)
        self._pair_stack.addWidget(no_pairs)
        self.tabs = QTabWidget()
        self.tabs.setObjectName("class_tabs")
        self.tabs.setAccessibleName("Metrics of the classes")
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._pair_stack, "Most confused")
        self.tabs.addTab(self.class_table, "Per class")
        self.tabs.setTabToolTip(0, "Pairs of classes, most frequent mistake first")
        self.tabs.setTabToolTip(1, "Precision, recall and F1 of each class")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs)
        self.pair_table.row_activated.connect(self._on_pair_row)
        self.class_table.row_activated.connect(filter_model.show_classes)
        filter_model.changed.connect(self._on_filter_changed)

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Fill both tables."""
        names, totals = evaluation.class_names, evaluation.confusion.sum(axis=1)
        confused = evaluation.most_confused(MAX_PAIRS)
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

    def _on_pair_row(self, row: int) -> None:
        self._filter_model.show_classes(*self._pairs[row])

    def _on_filter_changed(self, wanted: SampleFilter) -> None:
        """Mark the rows that the filter selects."""
        pair = self._pairs.index(wanted.cell) if wanted.cell in self._pairs else None
        self.pair_table.select_row(pair)
        self.class_table.select_row(wanted.true if wanted.predicted is None else None)
