"""Item model of a class list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    Qt,
    Signal,
)

from studio.ui.widgets.image_conversion import Pixels
from studio.ui.widgets.model_index import Index

CLASS_ROLE = Qt.ItemDataRole.UserRole
_TOP = QModelIndex()


@dataclass(frozen=True, eq=False)
class ClassRow:
    """A class: its mean image, uint8 [C, H, W], and some of its images, uint8 [n, C, H, W].

    `counts` are the lengths of the segments of its bar, in the order of the model's segment
    names. `subtitle` is shown below the name; `original` is the name that an empty one restores.
    """

    name: str
    mean_image: Pixels
    images: Pixels
    counts: tuple[int, ...]
    subtitle: str = ""
    original: str = ""

    @property
    def count(self) -> int:
        """Number of images in the class."""
        return sum(self.counts)


class ClassModel(QAbstractListModel):
    """One row per class; CLASS_ROLE returns its `ClassRow`.

    `percent` formats a fraction. Editing a name emits `renamed(row, name)` and does not change
    the model.
    """

    renamed = Signal(int, str)

    def __init__(self, percent: Callable[[float], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._percent = percent
        self._rows: tuple[ClassRow, ...] = ()
        self.segment_names: tuple[str, ...] = ()
        self.max_count = 1
        self.total_count = 1

    def set_rows(self, rows: Sequence[ClassRow], segment_names: Sequence[str]) -> None:
        """Replace the classes and the names of the segments of their bars."""
        self.beginResetModel()
        self._rows, self.segment_names = tuple(rows), tuple(segment_names)
        counts = [row.count for row in rows]
        self.max_count, self.total_count = max(counts, default=0) or 1, sum(counts) or 1
        self.endResetModel()

    def row(self, number: int) -> ClassRow:
        """Return the class in a row."""
        return self._rows[number]

    def percent_of(self, row: ClassRow) -> str:
        """Return the percentage of all images that belong to a class."""
        return self._percent(row.count / self.total_count)

    def description(self, number: int) -> str:
        """Return the name, count, percentage and segments of a class as one sentence."""
        row = self._rows[number]
        segments = ", ".join(
            f"{count:,} {name}"
            for count, name in zip(row.counts, self.segment_names, strict=True)
            if count
        )
        subtitle = f" ({row.subtitle})" if row.subtitle else ""
        summary = f"{row.count:,} images, {self.percent_of(row)} of all"
        return f"{row.name}{subtitle}: {summary}{': ' if segments else ''}{segments}"

    # Qt

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

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
        name = str(value).strip()
        if name != self._rows[index.row()].name:
            self.renamed.emit(index.row(), name)
        return True
