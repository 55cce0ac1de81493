"""The figures of every class in a table; a click shows the samples of a class."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHeaderView, QVBoxLayout, QWidget

from studio.formatting import percent
from studio.ui.shared.builders import label
from studio.ui.widgets.interval_delegate import Interval, IntervalDelegate
from studio.ui.widgets.metric_table import MetricColumn, MetricTable

if TYPE_CHECKING:
    from studio.insight.overview import ClassFigures, Overview

_INTERVAL_COLUMN = 3
_WIDTHS_PX = {1: 82, 2: 66, 4: 62, 5: 70}  # of the columns of numbers
_MAX_COLUMN_PX = 800
_MIN_ROWS = 5


def _count_text(value: float) -> str:
    return f"{value:,.0f}"


_COLUMNS = (
    MetricColumn("Class", "Click a row to see the samples of that class"),
    MetricColumn(
        "Precision", "The percentage of predictions of this class that are correct", percent
    ),
    MetricColumn("Recall", "The percentage of samples of this class predicted correctly", percent),
    MetricColumn(
        "Interval",
        "The recall and its 95 % Wilson interval; only outlined where it is wider than 20 "
        "percentage points",
        percent,
    ),
    MetricColumn("F1", "The harmonic mean of precision and recall", percent),
    MetricColumn("Support", "The number of samples of this class", _count_text),
)


class ClassCard(QFrame):
    """A sortable table. `class_chosen` carries a class."""

    class_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.table = MetricTable(_COLUMNS)
        self.table.setObjectName("overview_class_table")
        self.table.setAccessibleName("Figures of each class")
        self._delegate = IntervalDelegate(percent)
        self.table.setItemDelegateForColumn(_INTERVAL_COLUMN, self._delegate)
        self._fit_columns()
        self.scale = label("muted", name="interval_scale")
        self.note = label("muted", name="overview_class_note")
        for text in (self.scale, self.note):
            text.setWordWrap(True)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(16, 12, 16, 12)
        column_layout.setSpacing(8)
        for widget in (label("heading", "Each class"), self.table, self.scale, self.note):
            column_layout.addWidget(widget)
        column_layout.setStretch(1, 1)
        self.table.setMinimumHeight(28 * (_MIN_ROWS + 1))
        self.table.row_activated.connect(self.class_chosen)

    def _fit_columns(self) -> None:
        """Let names and intervals share the width that the numbers leave."""
        header = self.table.horizontalHeader()
        header.setMaximumSectionSize(_MAX_COLUMN_PX)
        for column in range(len(_COLUMNS)):
            width = _WIDTHS_PX.get(column)
            mode = QHeaderView.ResizeMode
            header.setSectionResizeMode(column, mode.Interactive if width else mode.Stretch)
            if width:
                header.resizeSection(column, width)

    def show_overview(self, overview: "Overview") -> None:
        """Show the classes of an evaluation."""
        from studio.insight.overview import class_note

        self._delegate.set_intervals([_interval(figures) for figures in overview.classes])
        self.table.set_rows([_row(figures) for figures in overview.classes])
        self.scale.setText(
            f"Bars of the interval reach from {percent(self._delegate.start, 0)} to 100 %."
        )
        self.note.setText(class_note(overview))
        self.note.setVisible(bool(self.note.text()))


def _interval(figures: "ClassFigures") -> Interval:
    low, high = figures.recall.interval
    return Interval(low, figures.recall.value, high, figures.is_uncertain)


def _row(figures: "ClassFigures") -> tuple[str | float, ...]:
    recall = figures.recall.value
    return (
        figures.name,
        figures.precision.value,
        recall,
        figures.recall.interval[0] if figures.support else float("nan"),
        figures.f1,
        figures.support,
    )
