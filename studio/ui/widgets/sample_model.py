"""The samples a grid shows, as an item model over whole arrays."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from studio.ui.widgets.tooltip import wrap_tooltip

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()
ARROW = " → "


class SampleRole(IntEnum):
    """What the model tells of a sample besides its text."""

    POSITION = Qt.ItemDataRole.UserRole
    INDEX = POSITION + 1
    TRUE = POSITION + 2
    PREDICTED = POSITION + 3
    LOSS = POSITION + 4
    CONFIDENCE = POSITION + 5


class TileTable(Protocol):
    """Pictures, uint8 [M, C, H, W] with C 1 or 3, and what to say of each."""

    @property
    def images(self) -> npt.NDArray[np.uint8]:
        """The pictures; a picture's place among them is its position."""

    def caption(self, position: int) -> str:
        """The line under a picture."""

    def details(self, position: int) -> tuple[str, ...]:
        """The quieter lines under that, as many for each picture."""

    def description(self, position: int) -> str:
        """One picture in full words, for tooltips and screen readers."""

    def longest_caption(self) -> str:
        """A caption that leaves room for most others."""


@dataclass(frozen=True)
class SampleTable:
    """Arrays of one length M; a sample's place in them is its position.

    images uint8 [M, C, H, W] with C 1 or 3; indices (in the data set), labels and predicted
    int64 [M]; losses and confidences float32 [M]. `name` gives the name of the sample at a
    position, `full_name` the one for tooltips, `percent` formats a fraction.
    """

    images: npt.NDArray[np.uint8]
    indices: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    predicted: npt.NDArray[np.int64]
    losses: npt.NDArray[np.float32]
    confidences: npt.NDArray[np.float32]
    class_names: tuple[str, ...]
    name: Callable[[int], str]
    full_name: Callable[[int], str]
    percent: Callable[[float], str]

    def caption(self, position: int) -> str:
        """One sample's verdict in a few characters: "4 → 9" is wrong, "4 ✓" is right."""
        true, predicted = int(self.labels[position]), int(self.predicted[position])
        if true == predicted:
            return f"{self.class_names[true]} ✓"
        return ARROW.join((self.class_names[true], self.class_names[predicted]))

    def details(self, position: int) -> tuple[str, str]:
        """One sample's loss and name."""
        return f"loss {self.losses[position]:.2f}", self.name(position)

    def longest_caption(self) -> str:
        """A verdict between the two longest class names."""
        return ARROW.join(sorted(self.class_names, key=len)[-2:])

    def description(self, position: int) -> str:
        """One sample in full words, for tooltips and screen readers."""
        true = self.class_names[int(self.labels[position])]
        read = self.class_names[int(self.predicted[position])]
        return (
            f"{self.full_name(position)}: true {true}, read as {read} "
            f"({self.percent(float(self.confidences[position]))} confident), "
            f"loss {self.losses[position]:.2f}"
        )


def empty_table() -> SampleTable:
    """A table without samples."""
    none, zero = np.zeros(0, np.int64), np.zeros(0, np.float32)
    pixels = np.zeros((0, 1, 1, 1), np.uint8)
    return SampleTable(pixels, none, none, none, zero, zero, (), str, str, str)


class SampleModel(QAbstractListModel):
    """Rows are positions of a table in any order; changing the order copies no image."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: TileTable = empty_table()
        self._order = np.zeros(0, np.int64)

    @property
    def table(self) -> TileTable:
        """What is behind the rows."""
        return self._table

    def set_table(self, table: TileTable, positions: npt.NDArray[np.int64] | None = None) -> None:
        """Show other samples: these positions, or all of them in their own order."""
        self.beginResetModel()
        self._table = table
        self._order = np.arange(len(table.images)) if positions is None else positions
        self.endResetModel()

    def set_order(self, positions: npt.NDArray[np.int64]) -> None:
        """Show these positions, in this order."""
        self.beginResetModel()
        self._order = np.asarray(positions, np.int64)
        self.endResetModel()

    def positions(self) -> npt.NDArray[np.int64]:
        """The positions shown, row by row."""
        return self._order

    def position_at(self, row: int) -> int:
        """The position shown in `row`."""
        return int(self._order[row])

    def row_of(self, position: int) -> int:
        """The row that shows `position`, or -1."""
        found = np.flatnonzero(self._order == position)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._order)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._order):
            return None
        table, position = self._table, int(self._order[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return table.caption(position)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tooltip(table.description(position))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return table.description(position)
        if role == SampleRole.POSITION:
            return position
        column = getattr(table, _COLUMNS.get(role, ""), None)
        return None if column is None else column[position].item()


_COLUMNS: dict[int, str] = {
    SampleRole.INDEX: "indices",
    SampleRole.TRUE: "labels",
    SampleRole.PREDICTED: "predicted",
    SampleRole.LOSS: "losses",
    SampleRole.CONFIDENCE: "confidences",
}
