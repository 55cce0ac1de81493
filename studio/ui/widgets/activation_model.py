"""Item model of the maps or units of a layer."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from studio.ui.widgets.model_index import Index

MINUS = "\N{MINUS SIGN}"
_TOP = QModelIndex()


@dataclass(frozen=True, eq=False)
class ActivationTable:
    """Maps, as levels uint8 [F, h, w] of `activation_colors`, or units, where `levels` is None.

    `strengths` float32 [F], one for each map or unit; `scale` is the magnitude in full color, or of
    the longest bar. `names` are those of the units or maps, by channel.
    """

    levels: NDArray[np.uint8] | None
    strengths: NDArray[np.float32]
    scale: float
    names: tuple[str, ...]

    def description(self, channel: int) -> str:
        """Return name and strength, for screen readers."""
        return f"{self.names[channel]}, {self.strength_text(channel)}"

    def strength_text(self, channel: int) -> str:
        """Return the strength with three significant digits."""
        return format_value(float(self.strengths[channel]))


class ActivationModel(QAbstractListModel):
    """Shows channels in any order. New values keep the order, so that no tile moves."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = ActivationTable(None, np.zeros(0, np.float32), 1.0, ())
        self._order = np.zeros(0, np.int64)

    def reset(self, table: ActivationTable, order: NDArray[np.int64]) -> None:
        """Show another layer."""
        self.beginResetModel()
        self.table, self._order = table, order
        self.endResetModel()

    def set_table(self, table: ActivationTable) -> None:
        """Show new values of the same channels; the view paints them without `dataChanged`."""
        self.table = table

    def order(self) -> NDArray[np.int64]:
        """Return the channels, row by row."""
        return self._order

    def channel_at(self, row: int) -> int:
        """Return the channel shown in `row`."""
        return int(self._order[row])

    def row_of(self, channel: int) -> int:
        """Return the row that shows a channel, or -1."""
        found = np.flatnonzero(self._order == channel)
        return int(found[0]) if len(found) else -1

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._order)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._order):
            return None
        channel = self.channel_at(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.names[channel]
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.table.description(channel)
        return None


def format_value(value: float) -> str:
    """Return a value with three significant digits, 0 for one that rounds to 0.000."""
    if abs(value) < 0.0005:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}".replace("-", MINUS)
    digits = 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1
    return f"{value:.{digits}f}".replace("-", MINUS)
