"""A compact, sortable table of names and metrics."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from studio.ui.widgets.model_index import Index
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT
from studio.ui.widgets.sort_header import SortHeader
from studio.ui.widgets.tooltip import wrap_tooltip

Value = str | float | int
SORT_ROLE = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 28
MAX_NAME_WIDTH = 168
_TOP = QModelIndex()


@dataclass(frozen=True)
class MetricColumn:
    """A column title, its tooltip and the format of its values; None for a column of names."""

    title: str
    tooltip: str
    format_value: Callable[[float], str] | None = None

    def format(self, value: Value) -> str:
        """Return a value of this column as text."""
        return str(value) if self.format_value is None else self.format_value(float(value))


class MetricModel(QAbstractTableModel):
    """Rows of plain values under fixed columns; SORT_ROLE returns the value to sort by."""

    def __init__(self, columns: Sequence[MetricColumn], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[tuple[Value, ...]] = []

    def set_rows(self, rows: Sequence[tuple[Value, ...]]) -> None:
        """Replace the rows; a missing value is NaN."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, value = self.columns[index.column()], self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.format(value)
        if role == SORT_ROLE:
            return -1.0 if isinstance(value, float) and math.isnan(value) else value
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tooltip(f"{column.title}: {column.format(value)}")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tooltip(column.tooltip)
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


class MetricTable(QTableView):
    """Shows metrics, sortable by column.

    Signal: `row_activated(index)` on a click or Enter, with the index in the rows as they were set.
    """

    row_activated = Signal(int)

    def __init__(self, columns: Sequence[MetricColumn], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.metrics = MetricModel(columns, self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSortRole(SORT_ROLE)
        self._proxy.setSourceModel(self.metrics)
        self.setHorizontalHeader(SortHeader(self))
        self.setModel(self._proxy)
        self.setSortingEnabled(True)
        self._proxy.sort(-1)  # unsorted until a header is clicked
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._set_up_view()
        self.clicked.connect(self._activate)

    def set_rows(self, rows: Sequence[tuple[Value, ...]]) -> None:
        """Replace the rows; the sorting stays."""
        self.metrics.set_rows(rows)

    def select_row(self, row: int | None) -> None:
        """Select a row by its index in the rows as they were set, or none; emits no signal."""
        if row is None or row >= self.metrics.rowCount():
            self.clearSelection()
        else:
            self.selectRow(self._proxy.mapFromSource(self.metrics.index(row, 0)).row())

    def _activate(self, index: QModelIndex) -> None:
        self.row_activated.emit(self._proxy.mapToSource(index).row())

    def _set_up_view(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setMaximumSectionSize(MAX_NAME_WIDTH)
        header.setMinimumSectionSize(44)
        for number, column in enumerate(self.metrics.columns):
            mode = QHeaderView.ResizeMode
            is_name = column.format_value is None
            header.setSectionResizeMode(number, mode.ResizeToContents if is_name else mode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in enter and self.currentIndex().isValid():
            self._activate(self.currentIndex())
        else:
            super().keyPressEvent(event)


def _alignment(column: MetricColumn) -> Qt.AlignmentFlag:
    return MIDDLE_LEFT if column.format_value is None else MIDDLE_RIGHT
