"""The epochs of a run as a table."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from studio.training.epoch_selection import epoch_label
from studio.training.events import EpochEnd
from studio.ui.train.words import percent
from studio.ui.widgets.tooltip import wrap_tooltip

Index = QModelIndex | QPersistentModelIndex
Column = tuple[str, str, Callable[[EpochEnd], str]]

COLUMNS: tuple[Column, ...] = (
    ("epoch", "Epoch; the marked one is that whose weights are kept", lambda e: ""),
    ("val acc", "Share of validation images read right", lambda e: percent(e.val_accuracy)),
    ("val loss", "Cross-entropy on the validation images", lambda e: f"{e.val_loss:.4f}"),
    ("train acc", "Share of training images read right", lambda e: percent(e.train_accuracy)),
    ("train loss", "Mean cross-entropy of the training batches", lambda e: f"{e.train_loss:.4f}"),
    ("lr", "Learning rate at the end of the epoch", lambda e: f"{e.lr:.2g}"),
    ("time", "Seconds of training since the start", lambda e: f"{e.seconds:.1f} s"),
    ("img/s", "Training images a second", lambda e: f"{e.images_per_second:,.0f}"),
)


class EpochTableModel(QAbstractTableModel):
    """One row an epoch, in order; the kept one is marked by a word and by bold type."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._epochs: list[EpochEnd] = []
        self._best = -1

    def append(self, epoch: EpochEnd) -> None:
        """Add a row; a best one takes the mark from the row that had it."""
        row = len(self._epochs)
        self.beginInsertRows(QModelIndex(), row, row)
        self._epochs.append(epoch)
        self.endInsertRows()
        if epoch.best:
            before, self._best = self._best, row
            if before >= 0:
                self.dataChanged.emit(self.index(before, 0), self.index(before, len(COLUMNS) - 1))

    def clear(self) -> None:
        """Remove all rows."""
        self.beginResetModel()
        self._epochs, self._best = [], -1
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._epochs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and index.row() == self._best:
            font = QFont()
            font.setBold(True)
            return font
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section][0]
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tooltip(COLUMNS[section][1])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, row: int, column: int) -> str:
        epoch = self._epochs[row]
        if column:
            return COLUMNS[column][2](epoch)
        mark = f"  {epoch_label(epoch.select)}" if row == self._best else ""
        return f"{epoch.epoch}{mark}"
