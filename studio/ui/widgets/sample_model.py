"""Item model of a sample grid over whole arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from studio.ui.widgets.model_index import Index
from studio.ui.widgets.tile_badge import BadgeSource, TileBadge, no_badges
from studio.ui.widgets.tooltip import wrap_tooltip

_TOP = QModelIndex()
ARROW = " → "


class TileSource(Protocol):
    """Images, uint8 [M, C, H, W] with C 1 or 3, and the texts of their tiles."""

    @property
    def images(self) -> npt.NDArray[np.uint8]:
        """All images; the index of an image is its position."""

    def caption(self, position: int) -> str:
        """Return the line below an image."""

    def details(self, position: int) -> tuple[str, ...]:
        """Return the muted lines below the caption, as many for each image."""

    def description(self, position: int) -> str:
        """Return a full description, for tooltips and screen readers."""

    def longest_caption(self) -> str:
        """Return a caption that is about as long as most of them."""


@dataclass(frozen=True)
class SampleTable:
    """Predictions for M samples; the index of a sample in the arrays is its position.

    images uint8 [M, C, H, W] with C 1 or 3; labels and predicted int64 [M]; losses and
    confidences float32 [M]. `name` and `full_name` (for tooltips) return the name of the sample
    at a position, `percent` formats a fraction. `value` returns the muted text below the caption,
    by default the loss.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    predicted: npt.NDArray[np.int64]
    losses: npt.NDArray[np.float32]
    confidences: npt.NDArray[np.float32]
    class_names: tuple[str, ...]
    name: Callable[[int], str]
    full_name: Callable[[int], str]
    percent: Callable[[float], str]
    value: Callable[[int], str] | None = None

    def caption(self, position: int) -> str:
        """Return "4 → 9" for a wrong and "4 ✓" for a correct prediction."""
        true, predicted = int(self.labels[position]), int(self.predicted[position])
        if true == predicted:
            return f"{self.class_names[true]} ✓"
        return ARROW.join((self.class_names[true], self.class_names[predicted]))

    def details(self, position: int) -> tuple[str, str]:
        """Return a value, by default the loss, and the name of a sample."""
        loss = f"loss {self.losses[position]:.2f}"
        return self.value(position) if self.value else loss, self.name(position)

    def longest_caption(self) -> str:
        """Return the caption with the two longest class names."""
        return ARROW.join(sorted(self.class_names, key=len)[-2:])

    def description(self, position: int) -> str:
        """Return a full description, for tooltips and screen readers."""
        true = self.class_names[int(self.labels[position])]
        predicted = self.class_names[int(self.predicted[position])]
        return (
            f"{self.full_name(position)}: true {true}, predicted {predicted} "
            f"({self.percent(float(self.confidences[position]))} confident), "
            f"loss {self.losses[position]:.2f}"
        )


def empty_table() -> SampleTable:
    """Return a table without samples."""
    none, zero = np.zeros(0, np.int64), np.zeros(0, np.float32)
    pixels = np.zeros((0, 1, 1, 1), np.uint8)
    return SampleTable(pixels, none, none, zero, zero, (), str, str, str)


class SampleModel(QAbstractListModel):
    """Shows positions of a `TileSource` in any order; changing the order copies no image."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: TileSource = empty_table()
        self._order = np.zeros(0, np.int64)
        self.badge_source: BadgeSource = no_badges

    @property
    def table(self) -> TileSource:
        """The samples behind the rows."""
        return self._table

    def set_table(self, table: TileSource, positions: npt.NDArray[np.int64] | None = None) -> None:
        """Replace the samples and show these positions, by default all of them."""
        self.beginResetModel()
        self._table = table
        self._order = np.arange(len(table.images)) if positions is None else positions
        self.endResetModel()

    def set_order(self, positions: npt.NDArray[np.int64]) -> None:
        """Show these positions in this order."""
        self.beginResetModel()
        self._order = np.asarray(positions, np.int64)
        self.endResetModel()

    def positions(self) -> npt.NDArray[np.int64]:
        """Return the positions shown, row by row."""
        return self._order

    def position_at(self, row: int) -> int:
        """Return the position shown in `row`."""
        return int(self._order[row])

    def row_of(self, position: int) -> int:
        """Return the row that shows `position`, or -1."""
        found = np.flatnonzero(self._order == position)
        return int(found[0]) if len(found) else -1

    def rows_of(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the rows that show any of `positions`, int64, in ascending order."""
        wanted = np.zeros(len(self._table.images), bool)
        wanted[positions] = True
        return np.flatnonzero(wanted[self._order])

    def badges(self, position: int) -> Sequence[TileBadge]:
        """Return the badges of the sample at `position`."""
        return self.badge_source(position)

    def description(self, position: int) -> str:
        """Return the full description of a sample, with its badges."""
        texts = [badge.text for badge in self.badges(position)]
        return ", ".join([self._table.description(position), *texts])

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._order)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._order):
            return None
        table, position = self._table, int(self._order[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return table.caption(position)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tooltip(self.description(position))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.description(position)
        return None
