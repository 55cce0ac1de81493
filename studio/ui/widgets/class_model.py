"""The classes a board shows, as an item model whose names can be changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from studio.ui.widgets.image_conversion import Pixels

Index = QModelIndex | QPersistentModelIndex
CLASS_ROLE = Qt.ItemDataRole.UserRole
_TOP = QModelIndex()


@dataclass(frozen=True, eq=False)
class ClassRow:
    """One class: `mean` uint8 [C, H, W], `tiles` uint8 [n, C, H, W], and how many pictures.

    `note` is a quiet line under the name, `original` the name it gets when its name is emptied.
    `parts` are the counts that make its bar, in the order of the board's part names.
    """

    name: str
    mean_image: Pixels
    images: Pixels
    counts: tuple[int, ...]
    subtitle: str = ""
    original: str = ""

    @property
    def count(self) -> int:
        """All pictures of the class."""
        return sum(self.counts)


class ClassModel(QAbstractListModel):
    """A row a class; the whole `ClassRow` is under CLASS_ROLE. An edited name is told, not kept."""

    renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ClassRow, ...] = ()
        self._segment_names: tuple[str, ...] = ()
        self._editable = True
        self.most = 1
        self.total = 1

    @property
    def segment_names(self) -> tuple[str, ...]:
        """What the parts of the bars are called."""
        return self._segment_names

    def set_rows(self, rows: Sequence[ClassRow], parts: Sequence[str]) -> None:
        """Show these classes, whose bars have these parts."""
        self.beginResetModel()
        self._rows, self._segment_names = tuple(rows), tuple(parts)
        counts = [row.count for row in rows]
        self.most, self.total = max(counts, default=0) or 1, sum(counts) or 1
        self.endResetModel()

    def row(self, number: int) -> ClassRow:
        """The class in that row."""
        return self._rows[number]

    @property
    def editable(self) -> bool:
        """Whether names can be changed."""
        return self._editable

    def set_editable(self, editable: bool) -> None:
        """Let names be changed, or not."""
        self._editable = editable

    def description(self, number: int) -> str:
        """A class and its figures in full words."""
        row = self._rows[number]
        parts = ", ".join(
            f"{count:,} {part}"
            for count, part in zip(row.counts, self._segment_names, strict=True)
            if count
        )
        share = 100 * row.count / self.total
        note = f" ({row.subtitle})" if row.subtitle else ""
        figures = f"{row.count:,} pictures, {share:.1f} % of all"
        return f"{row.name}{note}: {figures}{': ' if parts else ''}{parts}"

    # Qt

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if self._editable else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.description(index.row())
        return row if role == CLASS_ROLE else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        if str(value).strip() != self._rows[index.row()].name:
            self.renamed.emit(index.row(), str(value).strip())
        return True
