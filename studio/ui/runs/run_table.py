"""The view of the run table: several runs can be selected; Enter and a double click open one."""

import math

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from studio.ui.runs.run_columns import COLUMNS, ORIGIN_COLUMN, STARTED_COLUMN, RunColumn
from studio.ui.runs.run_table_model import ID_ROLE, RunTableModel
from studio.ui.shared.shortcuts import add_shortcut
from studio.ui.widgets.sort_header import SortHeader

ROW_PX = 36
MIN_ROWS = 2
MIN_SCALE = 0.9  # of the column widths; in a narrower view the table scrolls


class RunTable(QTableView):
    """Identifies runs by their ids; `run_opened` follows Enter or a double click."""

    selection_changed = Signal()
    run_opened = Signal(str)

    def __init__(self, runs: RunTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs_table")
        self.setAccessibleName("Runs")
        self.setToolTip(
            "Select a run to see its results, or two or more with Ctrl+click to compare them"
        )
        self._runs = runs
        self._header = SortHeader(self)
        self.setHorizontalHeader(self._header)
        self.setModel(runs)
        self._set_up()
        self.doubleClicked.connect(self._open)
        add_shortcut("open_run", self, self._open_current, Qt.ShortcutContext.WidgetShortcut)
        self.selectionModel().selectionChanged.connect(self.selection_changed)

    def selected_ids(self) -> list[str]:
        """Return the ids of the selected runs from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.model().index(row, 0).data(ID_ROLE) for row in rows]

    def has_run(self, run_id: str) -> bool:
        """Whether a run is shown."""
        return self._runs.row_number(run_id) is not None

    def select_runs(self, run_ids: list[str]) -> None:
        """Select the runs with these ids, as far as they are shown."""
        selection = QItemSelection()
        first = QModelIndex()
        for row in sorted(n for n in map(self._runs.row_number, run_ids) if n is not None):
            index = self._runs.index(row, 0)
            selection.select(index, index)
            first = index if not first.isValid() else first
        flag = QItemSelectionModel.SelectionFlag
        if first.isValid():
            self.selectionModel().setCurrentIndex(first, flag.NoUpdate)
        self.selectionModel().select(selection, flag.ClearAndSelect | flag.Rows)

    def show_origin(self, shown: bool) -> None:
        """Show or hide the column with the computer and the folder of each run."""
        if shown is self.isColumnHidden(ORIGIN_COLUMN):
            self.setColumnHidden(ORIGIN_COLUMN, not shown)
            self._fit_columns()

    def full_height(self) -> int:
        """Return the height in pixels that shows every run."""
        header = self.horizontalHeader()
        rows = ROW_PX * max(MIN_ROWS, self.model().rowCount())
        needs_scroll_bar = header.length() > self.viewport().width()
        scroll_bar = self.horizontalScrollBar().sizeHint().height() if needs_scroll_bar else 0
        return header.sizeHint().height() + rows + 2 + scroll_bar

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
        self.sortByColumn(STARTED_COLUMN, Qt.SortOrder.DescendingOrder)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setColumnHidden(ORIGIN_COLUMN, True)

    def _fit_columns(self) -> None:
        """Scale the columns to the width of the view, down to `MIN_SCALE`."""
        widths = {n: self._width(c) for n, c in enumerate(COLUMNS) if not self.isColumnHidden(n)}
        scale = max(MIN_SCALE, (self.viewport().width() - 1) / sum(widths.values()))
        for index, width in widths.items():
            self.horizontalHeader().resizeSection(index, int(width * scale))

    def _width(self, column: RunColumn) -> int:
        """Return the width of a column, in which its title and sort arrow fit at `MIN_SCALE`."""
        return max(column.width_px, math.ceil(self._header.min_width(column.title) / MIN_SCALE))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.run_opened.emit(index.data(ID_ROLE))

    def _open_current(self) -> None:
        self._open(self.currentIndex())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()
