"""The table of a sweep: one row for each combination, the best one marked."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from studio.formatting import percent
from studio.ui.train.sweep.sweep_rows import SweepColumn, SweepRow
from studio.ui.widgets import theme_colors
from studio.ui.widgets.interval_delegate import Interval, IntervalDelegate
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT
from studio.ui.widgets.sort_header import SortHeader
from studio.ui.widgets.tooltip import wrap_tooltip

SORT_ROLE = Qt.ItemDataRole.UserRole
_ROW_PX, _MIN_COLUMN_PX = 30, 44
_COMPACT_WITHOUT = ("interval", "time", "seeds")
_TOP = QModelIndex()


class SweepTableModel(QAbstractTableModel):
    """Shows `SweepRow`s; SORT_ROLE returns the value to sort by."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[SweepColumn, ...] = ()
        self.rows: tuple[SweepRow, ...] = ()

    def set_rows(self, columns: Sequence[SweepColumn], rows: Sequence[SweepRow]) -> None:
        """Replace the rows; the view keeps its selection where only their values changed."""
        same = tuple(columns) == self.columns and len(rows) == len(self.rows)
        if same:
            self.rows = tuple(rows)
            last = self.index(len(rows) - 1, len(columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self.columns, self.rows = tuple(columns), tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return column.text(row)
        if role == SORT_ROLE:
            return column.sort_value(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return MIDDLE_LEFT if column.is_text else MIDDLE_RIGHT
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tooltip(row.tooltip)
        if role == Qt.ItemDataRole.FontRole and row.is_best:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and column.name == "state" and row.tone:
            return QColor(getattr(theme_colors.current(), row.tone))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tooltip(column.tooltip)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return MIDDLE_LEFT if column.is_text else MIDDLE_RIGHT
        return None


class SweepTable(QTableView):
    """`sweep_table`. `row_chosen` carries the combination of the row that gets current.

    `row_opened` follows a double click or Enter.
    """

    row_chosen = Signal(int)
    row_opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep_table")
        self.setAccessibleName("Combinations of the sweep")
        self.sweep = SweepTableModel(self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSortRole(SORT_ROLE)
        self._proxy.setSourceModel(self.sweep)
        self._header = SortHeader(self)
        self._is_compact = False
        self.setHorizontalHeader(self._header)
        self.setModel(self._proxy)
        self.setSortingEnabled(True)
        self._intervals, self._texts = IntervalDelegate(percent), QStyledItemDelegate(self)
        self._is_following = False
        self._set_up_view()
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.doubleClicked.connect(self._on_opened)

    def show_rows(self, columns: Sequence[SweepColumn], rows: Sequence[SweepRow]) -> None:
        """Show other rows; sorting and the current row stay where the columns stay."""
        current = self.current()
        is_new = tuple(columns) != self.sweep.columns
        intervals = [Interval(row.low, row.mean, row.high, is_uncertain=False) for row in rows]
        self._intervals.set_intervals(intervals)
        self.sweep.set_rows(columns, rows)
        if is_new:
            self._set_up_columns()
        self._fit_columns()
        self._proxy.invalidate()
        self.choose(current)
        self.viewport().update()

    def current(self) -> int | None:
        """Return the combination of the current row; None without one."""
        index = self._proxy.mapToSource(self.currentIndex())
        return self.sweep.rows[index.row()].combination if index.isValid() else None

    def choose(self, combination: int | None) -> None:
        """Make the row of a combination the current one, without a signal."""
        numbers = [row.combination for row in self.sweep.rows]
        self._is_following = True
        if combination in numbers:
            source = self.sweep.index(numbers.index(combination), 0)
            self.setCurrentIndex(self._proxy.mapFromSource(source))
        else:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        self._is_following = False

    def _set_up_view(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMinimumHeight(5 * _ROW_PX + 4)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = self.horizontalHeader()
        # Only rows in view count for the widths: measuring hundreds takes too long.
        header.setResizeContentsPrecision(0)
        header.setMinimumSectionSize(_MIN_COLUMN_PX)
        header.setStretchLastSection(False)

    def set_compact(self, is_compact: bool) -> None:
        """Leave out what the plot beside a narrow table shows too."""
        self._is_compact = is_compact
        self._fit_columns()

    def _set_up_columns(self) -> None:
        for number, column in enumerate(self.sweep.columns):
            delegate = self._intervals if column.name == "interval" else self._texts
            self.setItemDelegateForColumn(number, delegate)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)

    def _fit_columns(self) -> None:
        """Fit the columns to their contents; the interval, else the last one, gets what is left."""
        header = self._header
        for number, column in enumerate(self.sweep.columns):
            self.setColumnHidden(number, self._is_compact and column.name in _COMPACT_WITHOUT)
            stretches = column.name == ("state" if self._is_compact else "interval")
            mode = QHeaderView.ResizeMode
            header.setSectionResizeMode(number, mode.Stretch if stretches else mode.Fixed)
            if not stretches:
                needed = max(header.min_width(column.title), self.sizeHintForColumn(number) + 8)
                header.resizeSection(number, needed)

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        combination = self.current()
        if index.isValid() and combination is not None and not self._is_following:
            self.row_chosen.emit(combination)

    def _on_opened(self, _index: QModelIndex) -> None:
        combination = self.current()
        if combination is not None:
            self.row_opened.emit(combination)

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self._on_opened(self.currentIndex())
        else:
            super().keyPressEvent(event)
