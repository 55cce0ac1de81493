"""A compact table of names and figures: sorts by its headers, tells which row was chosen."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from studio.ui.widgets.sort_header import SortHeader
from studio.ui.widgets.tooltip import wrap_tooltip

Index = QModelIndex | QPersistentModelIndex
Figure = str | float | int
SORT_ROLE = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 28
WIDEST_NAME = 168
_TOP = QModelIndex()


@dataclass(frozen=True)
class MetricColumn:
    """A title, what it teaches, and how its figures are formatted; names need no `text`."""

    title: str
    teaches: str
    text: Callable[[float], str] | None = None

    def format(self, value: Figure) -> str:
        """Return a value of this column for reading."""
        return str(value) if self.text is None else self.text(float(value))


class MetricModel(QAbstractTableModel):
    """Rows of plain values under fixed columns."""

    def __init__(self, columns: Sequence[MetricColumn], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[tuple[Figure, ...]] = []

    def set_rows(self, rows: Sequence[tuple[Figure, ...]]) -> None:
        """Show these rows; a figure that does not exist is nan."""
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
            return wrap_tooltip(column.teaches)
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


class MetricTable(QTableView):
    """Shows figures; a click or Enter on a row tells its number in the rows as given."""

    row_activated = Signal(int)

    def __init__(self, columns: Sequence[MetricColumn], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = MetricModel(columns, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSortRole(SORT_ROLE)
        self._sorted.setSourceModel(self.figures)
        self.setHorizontalHeader(SortHeader(self))
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self._sorted.sort(-1)  # as given, until a header is clicked
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._set_looks()
        self.clicked.connect(self._choose)

    def set_rows(self, rows: Sequence[tuple[Figure, ...]]) -> None:
        """Show these rows; the order a header gave them stays."""
        self.figures.set_rows(rows)

    def select_row(self, row: int | None) -> None:
        """Select the row with this number in the rows as given, or none; tells nobody."""
        if row is None or row >= self.figures.rowCount():
            self.clearSelection()
        else:
            self.selectRow(self._sorted.mapFromSource(self.figures.index(row, 0)).row())

    def _choose(self, index: QModelIndex) -> None:
        self.row_activated.emit(self._sorted.mapToSource(index).row())

    def _set_looks(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setMaximumSectionSize(WIDEST_NAME)
        header.setMinimumSectionSize(44)
        for number, column in enumerate(self.figures.columns):
            mode = QHeaderView.ResizeMode
            is_name = column.text is None
            header.setSectionResizeMode(number, mode.ResizeToContents if is_name else mode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in enter and self.currentIndex().isValid():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)


def _alignment(column: MetricColumn) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column.text is None else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
