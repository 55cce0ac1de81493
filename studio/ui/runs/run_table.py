"""The view of the runs: several can be chosen, Enter and a double click open one."""

import math

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from studio.ui.runs.run_columns import COLUMNS, FROM, STARTED, RunColumn
from studio.ui.runs.run_table_model import ID_ROLE, RunTableModel
from studio.ui.widgets.sort_header import SortHeader

ROW_HEIGHT = 36
LEAST_ROWS = 2
LEAST_SHARE = 0.9  # of its width, before a column is scrolled rather than made narrower


class RunTable(QTableView):
    """Tells which runs are chosen, by their ids."""

    chosen_changed = Signal()
    run_opened = Signal(str)

    def __init__(self, runs: RunTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs_table")
        self.setAccessibleName("Runs")
        self.setToolTip("Select one run to see it, two or more with Ctrl+click to compare them")
        self._runs = runs
        self._header = SortHeader(self)
        self.setHorizontalHeader(self._header)
        self.setModel(runs)
        self._set_up()
        self.doubleClicked.connect(self._on_opened)
        self.selectionModel().selectionChanged.connect(self.chosen_changed)

    def chosen(self) -> list[str]:
        """Ids of the chosen runs, top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.model().index(row, 0).data(ID_ROLE) for row in rows]

    def choose(self, run_ids: list[str]) -> None:
        """Choose the runs with these ids, as far as they are shown."""
        wanted = QItemSelection()
        first = QModelIndex()
        for place in sorted(p for p in map(self._runs.place, run_ids) if p is not None):
            index = self._runs.index(place, 0)
            wanted.select(index, index)
            first = index if not first.isValid() else first
        flag = QItemSelectionModel.SelectionFlag
        if first.isValid():
            self.selectionModel().setCurrentIndex(first, flag.NoUpdate)
        self.selectionModel().select(wanted, flag.ClearAndSelect | flag.Rows)

    def show_origin(self, shown: bool) -> None:
        """Show or hide where each run is from; there is no need to while all are from here."""
        if shown is self.isColumnHidden(FROM):
            self.setColumnHidden(FROM, not shown)
            self._share_width()

    def full_height(self) -> int:
        """The height that shows every run, in pixels."""
        header, bar = self.horizontalHeader(), self.horizontalScrollBar().sizeHint().height()
        rows = ROW_HEIGHT * max(LEAST_ROWS, self.model().rowCount())
        needs_bar = header.length() > self.viewport().width()
        return header.sizeHint().height() + rows + 2 + (bar if needs_bar else 0)

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(STARTED, Qt.SortOrder.DescendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setColumnHidden(FROM, True)

    def _share_width(self) -> None:
        """Wide windows give every column its part; narrow ones scroll."""
        seen = {n: self._width(c) for n, c in enumerate(COLUMNS) if not self.isColumnHidden(n)}
        share = max(LEAST_SHARE, (self.viewport().width() - 1) / sum(seen.values()))
        for place, width in seen.items():
            self.horizontalHeader().resizeSection(place, int(width * share))

    def _width(self, column: RunColumn) -> int:
        """The width of a column, in which at the least its title and its arrow can be read."""
        return max(column.width, math.ceil(self._header.min_width(column.title) / LEAST_SHARE))

    def _on_opened(self, index: QModelIndex) -> None:
        self.run_opened.emit(index.data(ID_ROLE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.run_opened.emit(current.data(ID_ROLE))
        else:
            super().keyPressEvent(event)
