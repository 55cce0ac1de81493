"""The item model of the run table: sorts and filters its rows."""

from datetime import datetime, timedelta
from operator import is_
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    Qt,
)
from PySide6.QtGui import QPixmap

from studio.ui.runs.run_columns import COLUMNS, STARTED_COLUMN, status_icon
from studio.ui.runs.run_row import RunRow
from studio.ui.widgets import theme_colors
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT
from studio.ui.widgets.painted_icons import icon_pixmap
from studio.ui.widgets.tooltip import wrap_tooltip

ID_ROLE = Qt.ItemDataRole.UserRole + 1
ICON_PX = 16
_STATUS = 0


class RunTableModel(QAbstractTableModel):
    """Shows the runs that contain every word of the filter, sorted by one column.

    It sorts and filters itself: a proxy model reads two cells at each comparison, which takes far
    longer than a frame if there are many runs.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RunRow] = []
        self._shown: list[RunRow] = []
        self._filter_words: list[str] = []
        self._sort_column, self._is_descending = STARTED_COLUMN, True
        self._row_numbers: dict[str, int] = {}  # of the rows shown, by run id
        self._ages: dict[int, str] = {}
        self._icons: dict[tuple[str, str], QPixmap] = {}

    def rows(self) -> list[RunRow]:
        """Return all runs, in the order they were set."""
        return list(self._rows)

    def set_rows(self, rows: list[RunRow]) -> bool:
        """Set the runs. Returns False if the same runs are shown as before."""
        same = len(rows) == len(self._rows) and all(map(is_, rows, self._rows))
        self._rows = rows
        if same:
            self._update_rows(self._shown)
            return False
        return self._update()

    def row_number(self, run_id: str) -> int | None:
        """Return the row of a run; None if it is not shown."""
        return self._row_numbers.get(run_id)

    def set_filter(self, text: str) -> bool:
        """Show the runs that contain every word of `text` in some column.

        Returns False if the same runs are shown as before.
        """
        self._filter_words = text.lower().split()
        return self._update()

    def _update(self) -> bool:
        shown = self._select()
        row_numbers = {row.id: number for number, row in enumerate(shown)}
        if row_numbers == self._row_numbers:
            self._update_rows(shown)
            return False
        if row_numbers.keys() == self._row_numbers.keys():
            self._reorder(shown, row_numbers)
            return False
        self.beginResetModel()
        self._set_shown(shown, row_numbers)
        self.endResetModel()
        return True

    def _set_shown(self, shown: list[RunRow], row_numbers: dict[str, int]) -> None:
        self._shown, self._row_numbers, self._ages = shown, row_numbers, _recent_ages(shown)

    def _select(self) -> list[RunRow]:
        matching = [row for row in self._rows if self._matches(row)]
        sort_key = COLUMNS[self._sort_column].sort_key
        return sorted(matching, key=sort_key, reverse=self._is_descending)

    def _matches(self, row: RunRow) -> bool:
        missing = [word for word in self._filter_words if word not in row.search_text]
        if not missing:
            return True
        started = COLUMNS[STARTED_COLUMN].text(row).lower()
        return all(word in started for word in missing)

    def _update_rows(self, shown: list[RunRow]) -> None:
        """Show the same runs in the same order, and report the rows whose text has changed."""
        before, ages_before = self._shown, self._ages
        self._set_shown(shown, self._row_numbers)
        aged = {number for number, age in self._ages.items() if ages_before.get(number) != age}
        new = {number for number, row in enumerate(shown) if row is not before[number]}
        for number in aged | new:
            self.dataChanged.emit(self.index(number, 0), self.index(number, len(COLUMNS) - 1))

    def _reorder(self, shown: list[RunRow], row_numbers: dict[str, int]) -> None:
        """Show the same runs in another order; the selection is kept."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        new = [self.index(row_numbers[self._shown[i.row()].id], i.column()) for i in old]
        self._set_shown(shown, row_numbers)
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _icon(self, row: RunRow) -> QPixmap:
        icon, role = status_icon(row)
        key = (icon, getattr(theme_colors.current(), role))
        if key not in self._icons:
            self._icons[key] = icon_pixmap(icon, ICON_PX, key[1], 2.0)
        return self._icons[key]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as above
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        read = _ROLES.get(role)  # a view asks for many roles that have no value
        return read(self, index.row(), index.column()) if read else None

    def _text(self, row: int, column: int) -> str:
        return COLUMNS[column].text(self._shown[row])

    def _tooltip(self, row: int, column: int) -> str:
        text = COLUMNS[column].cell_tooltip or COLUMNS[column].text
        return wrap_tooltip(text(self._shown[row]))

    def _alignment(self, _row: int, column: int) -> Qt.AlignmentFlag:
        return MIDDLE_RIGHT if COLUMNS[column].is_number else MIDDLE_LEFT

    def _decoration(self, row: int, column: int) -> QPixmap | None:
        return self._icon(self._shown[row]) if column == _STATUS else None

    def _id(self, row: int, _column: int) -> str:
        return self._shown[row].id

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title
            case Qt.ItemDataRole.ToolTipRole:
                return wrap_tooltip(f"{column.tooltip}. Click to sort.")
            case Qt.ItemDataRole.TextAlignmentRole:
                return MIDDLE_RIGHT if column.is_number else MIDDLE_LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by the values of a column, not by their text."""
        self._sort_column, self._is_descending = column, order is Qt.SortOrder.DescendingOrder
        self._update()


_ROLES = {
    int(Qt.ItemDataRole.DisplayRole): RunTableModel._text,
    int(Qt.ItemDataRole.ToolTipRole): RunTableModel._tooltip,
    int(Qt.ItemDataRole.TextAlignmentRole): RunTableModel._alignment,
    int(Qt.ItemDataRole.DecorationRole): RunTableModel._decoration,
    int(ID_ROLE): RunTableModel._id,
}


def _recent_ages(rows: list[RunRow]) -> dict[int, str]:
    """Return the start of the runs of the last hour by row number; it is shown in minutes ago."""
    limit = datetime.now() - timedelta(hours=1, minutes=1)
    recent = [n for n, row in enumerate(rows) if (row.summary.started or limit) > limit]
    return {number: COLUMNS[STARTED_COLUMN].text(rows[number]) for number in recent}
