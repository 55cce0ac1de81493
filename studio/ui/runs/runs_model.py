"""The runs as a table model that sorts and filters."""

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QPixmap

from studio.ui.runs.columns import COLUMNS, STARTED, STATUS_MARKS
from studio.ui.runs.run_row import RunRow
from studio.ui.widgets import palette
from studio.ui.widgets.glyphs import glyph_pixmap

ID_ROLE = Qt.ItemDataRole.UserRole + 1
MARK_SIZE = 16
Index = QModelIndex | QPersistentModelIndex
_STATUS = 0


class RunsModel(QAbstractTableModel):
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
        self._ages: list[str] = []
        self._marks: dict[tuple[str, str], QPixmap] = {}

    def rows(self) -> list[RunRow]:
        """All runs, in the order they were given."""
        return list(self._rows)

    def row(self, place: int) -> RunRow:
        """One run by its place in the table."""
        return self._shown[place]

    def set_rows(self, rows: list[RunRow]) -> bool:
        """Take these runs. Returns False where those shown only got new figures."""
        self._rows = rows
        return self._arrange()

    def set_text(self, text: str) -> bool:
        """Show the runs in which every word of `text` occurs in some column.

        Returns False where they are the same as before.
        """
        self._words = text.lower().split()
        return self._arrange()

    def _arrange(self) -> bool:
        before, shown = self._shown, self._select()
        ids = [row.id for row in shown]
        if ids == [row.id for row in before]:
            self._renew(shown)
            return False
        if len(shown) == len(before) and set(ids) == {row.id for row in before}:
            self._reorder(shown)
            return False
        self.beginResetModel()
        self._shown, self._ages = shown, _ages(shown)
        self.endResetModel()
        return True

    def _select(self) -> list[RunRow]:
        kept = [row for row in self._rows if self._has_words(row)]
        return sorted(kept, key=COLUMNS[self._column].order, reverse=self._downwards)

    def _has_words(self, row: RunRow) -> bool:
        if not self._words:
            return True
        said = f"{row.words} {COLUMNS[STARTED].text(row).lower()}"
        return all(word in said for word in self._words)

    def _renew(self, shown: list[RunRow]) -> None:
        """The same runs in the same order: tell of those that say something else now."""
        before, ages_before = self._shown, self._ages
        self._shown, self._ages = shown, _ages(shown)
        last = len(COLUMNS) - 1
        for place, row in enumerate(shown):
            if row is not before[place] or self._ages[place] != ages_before[place]:
                self.dataChanged.emit(self.index(place, 0), self.index(place, last))

    def _reorder(self, shown: list[RunRow]) -> None:
        """The same runs in another order: what is chosen stays chosen."""
        self.layoutAboutToBeChanged.emit()
        places = {row.id: place for place, row in enumerate(shown)}
        old = self.persistentIndexList()
        new = [self.index(places[self._shown[i.row()].id], i.column()) for i in old]
        self._shown, self._ages = shown, _ages(shown)
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _mark(self, row: RunRow) -> QPixmap:
        kind, role = STATUS_MARKS[row.summary.status]
        key = (kind, getattr(palette.current(), role))
        if key not in self._marks:
            self._marks[key] = glyph_pixmap(*key[:1], MARK_SIZE, key[1], 2.0)
        return self._marks[key]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as above
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._shown[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.ToolTipRole:
                return (column.tip or column.text)(row)
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.DecorationRole if index.column() == _STATUS:
                return self._mark(row)
        return row.id if role == ID_ROLE else None

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
                return f"{column.meaning}. Click to sort."
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by what the cells of a column mean, not by how it is written."""
        self._column, self._downwards = column, order is Qt.SortOrder.DescendingOrder
        self._arrange()


def _ages(rows: list[RunRow]) -> list[str]:
    """What a table says of when they began, which changes by itself."""
    return [COLUMNS[STARTED].text(row) for row in rows]
