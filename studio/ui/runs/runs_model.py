"""The runs as a table model, with sorting and a text filter above it."""

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QPixmap

from studio.ui.runs.columns import COLUMNS, STARTED, STATUS_MARKS
from studio.ui.runs.reading import RunRow
from studio.ui.widgets import palette
from studio.ui.widgets.glyphs import glyph_pixmap

ID_ROLE = Qt.ItemDataRole.UserRole + 1
ORDER_ROLE = Qt.ItemDataRole.UserRole + 2
MARK_SIZE = 16
Index = QModelIndex | QPersistentModelIndex
_STATUS = 0


class RunsModel(QAbstractTableModel):
    """One row a run, in the order they were given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RunRow] = []
        self._marks: dict[tuple[str, str], QPixmap] = {}

    def rows(self) -> list[RunRow]:
        """The runs now shown."""
        return list(self._rows)

    def row(self, place: int) -> RunRow:
        """One run by its place in the order given."""
        return self._rows[place]

    def set_rows(self, rows: list[RunRow]) -> bool:
        """Show these runs. Returns False where the same runs only got new figures."""
        same = [row.id for row in rows] == [row.id for row in self._rows]
        if same:
            self._rows = rows
            last = self.index(len(rows) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        return not same

    def _mark(self, row: RunRow) -> QPixmap:
        kind, role = STATUS_MARKS[row.summary.status]
        key = (kind, getattr(palette.current(), role))
        if key not in self._marks:
            self._marks[key] = glyph_pixmap(*key[:1], MARK_SIZE, key[1], 2.0)
        return self._marks[key]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as above
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], COLUMNS[index.column()]
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
        return {ID_ROLE: row.id, ORDER_ROLE: column.order(row)}.get(role)

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


class RunsFilter(QSortFilterProxyModel):
    """Sorts by what a cell means, not by how it is written; keeps runs that have every word."""

    def __init__(self, source: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._words: list[str] = []
        self.setSourceModel(source)
        self.sort(STARTED, Qt.SortOrder.DescendingOrder)

    def set_text(self, text: str) -> None:
        """Keep the runs in which every word of `text` occurs in some column."""
        self.beginFilterChange()
        self._words = text.lower().split()
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        row = self._source.row(source_row)
        said = " ".join([row.id, *(column.text(row) for column in COLUMNS)]).lower()
        return all(word in said for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        return bool(left.data(ORDER_ROLE) < right.data(ORDER_ROLE))
