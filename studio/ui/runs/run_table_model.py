"""The runs as a table model that sorts and filters."""

from datetime import datetime, timedelta
from operator import is_
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QPixmap

from studio.ui.runs.run_columns import COLUMNS, STARTED, status_mark
from studio.ui.runs.run_row import RunRow
from studio.ui.widgets import theme_colors
from studio.ui.widgets.painted_icons import icon_pixmap
from studio.ui.widgets.tooltip import wrap_tooltip

ID_ROLE = Qt.ItemDataRole.UserRole + 1
MARK_SIZE = 16
Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_STATUS = 0


class RunTableModel(QAbstractTableModel):
    """Those of the runs that have every word of the filter, in the order of one column.

    Sorts and filters by itself, with Python's own sort: a proxy model asks for two cells at each
    comparison, which takes far longer than a frame where runs are many.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RunRow] = []
        self._shown: list[RunRow] = []
        self._words: list[str] = []
        self._column, self._downwards = STARTED, True
        self._places: dict[str, int] = {}
        self._ages: dict[int, str] = {}
        self._marks: dict[tuple[str, str], QPixmap] = {}

    def rows(self) -> list[RunRow]:
        """All runs, in the order they were given."""
        return list(self._rows)

    def row(self, place: int) -> RunRow:
        """One run by its place in the table."""
        return self._shown[place]

    def set_rows(self, rows: list[RunRow]) -> bool:
        """Take these runs. Returns False where those shown only got new figures."""
        same = len(rows) == len(self._rows) and all(map(is_, rows, self._rows))
        self._rows = rows
        if same:
            self._renew(self._shown)
            return False
        return self._arrange()

    def place(self, run_id: str) -> int | None:
        """Where in the table a run is; None when it is not shown."""
        return self._places.get(run_id)

    def set_text(self, text: str) -> bool:
        """Show the runs in which every word of `text` occurs in some column.

        Returns False where they are the same as before.
        """
        self._words = text.lower().split()
        return self._arrange()

    def _arrange(self) -> bool:
        shown = self._select()
        places = {row.id: place for place, row in enumerate(shown)}
        if places == self._places:
            self._renew(shown)
            return False
        if places.keys() == self._places.keys():
            self._reorder(shown, places)
            return False
        self.beginResetModel()
        self._take(shown, places)
        self.endResetModel()
        return True

    def _take(self, shown: list[RunRow], places: dict[str, int]) -> None:
        self._shown, self._places, self._ages = shown, places, _ages(shown)

    def _select(self) -> list[RunRow]:
        kept = [row for row in self._rows if self._has_words(row)]
        return sorted(kept, key=COLUMNS[self._column].order, reverse=self._downwards)

    def _has_words(self, row: RunRow) -> bool:
        rest = [word for word in self._words if word not in row.words]
        if not rest:
            return True
        began = COLUMNS[STARTED].text(row).lower()
        return all(word in began for word in rest)

    def _renew(self, shown: list[RunRow]) -> None:
        """The same runs in the same order: tell of those that say something else now."""
        before, ages_before = self._shown, self._ages
        self._take(shown, self._places)
        aged = {place for place, age in self._ages.items() if ages_before.get(place) != age}
        new = {place for place, row in enumerate(shown) if row is not before[place]}
        for place in aged | new:
            self.dataChanged.emit(self.index(place, 0), self.index(place, len(COLUMNS) - 1))

    def _reorder(self, shown: list[RunRow], places: dict[str, int]) -> None:
        """The same runs in another order: what is chosen stays chosen."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        new = [self.index(places[self._shown[i.row()].id], i.column()) for i in old]
        self._take(shown, places)
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _mark(self, row: RunRow) -> QPixmap:
        kind, role = status_mark(row)
        key = (kind, getattr(theme_colors.current(), role))
        if key not in self._marks:
            self._marks[key] = icon_pixmap(*key[:1], MARK_SIZE, key[1], 2.0)
        return self._marks[key]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as above
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        say = _ROLES.get(role)  # a view asks for many roles that need no answer
        return say(self, index.row(), index.column()) if say else None

    def _text(self, row: int, column: int) -> str:
        return COLUMNS[column].text(self._shown[row])

    def _tip(self, row: int, column: int) -> str:
        text = COLUMNS[column].tip or COLUMNS[column].text
        return wrap_tooltip(text(self._shown[row]))

    def _alignment(self, _row: int, column: int) -> Qt.AlignmentFlag:
        return RIGHT if COLUMNS[column].number else LEFT

    def _decoration(self, row: int, column: int) -> QPixmap | None:
        return self._mark(self._shown[row]) if column == _STATUS else None

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
                return wrap_tooltip(f"{column.meaning}. Click to sort.")
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column.number else LEFT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by what the cells of a column mean, not by how it is written."""
        self._column, self._downwards = column, order is Qt.SortOrder.DescendingOrder
        self._arrange()


_ROLES = {
    int(Qt.ItemDataRole.DisplayRole): RunTableModel._text,
    int(Qt.ItemDataRole.ToolTipRole): RunTableModel._tip,
    int(Qt.ItemDataRole.TextAlignmentRole): RunTableModel._alignment,
    int(Qt.ItemDataRole.DecorationRole): RunTableModel._decoration,
    int(ID_ROLE): RunTableModel._id,
}


def _ages(rows: list[RunRow]) -> dict[int, str]:
    """When the youngest runs began, by place: of these it is said in minutes."""
    limit = datetime.now() - timedelta(hours=1, minutes=1)
    young = [n for n, row in enumerate(rows) if (row.summary.started or limit) > limit]
    return {place: COLUMNS[STARTED].text(rows[place]) for place in young}
