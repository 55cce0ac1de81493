"""The table of epochs."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHeaderView, QTableView

from studio.formatting import duration, percent
from studio.training.epoch_selection import epoch_label
from studio.training.events import EpochEnd
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.tooltip import wrap_tooltip

Column = tuple[str, str, Callable[[EpochEnd], str]]  # header, tooltip, text of a cell

COLUMNS: tuple[Column, ...] = (
    ("epoch", "Epoch. The weights of the marked one are kept.", lambda e: ""),
    ("val acc", "Accuracy on the validation split.", lambda e: percent(e.val_accuracy)),
    ("val loss", "Cross-entropy on the validation split.", lambda e: f"{e.val_loss:.4f}"),
    ("train acc", "Accuracy on the training split.", lambda e: percent(e.train_accuracy)),
    ("train loss", "Mean loss of the training batches.", lambda e: f"{e.train_loss:.4f}"),
    ("lr", "Learning rate at the end of the epoch.", lambda e: f"{e.lr:.2g}"),
    ("time", "Training time since the start.", lambda e: duration(e.seconds)),
    ("img/s", "Training images per second.", lambda e: f"{e.images_per_second:,.0f}"),
)
_ROW_HEIGHT, _HEADER_HEIGHT = 28, 34


class EpochTable(QTableView):
    """`epoch_table`: one row for each epoch, the newest in view."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs = EpochTableModel(self)
        self.setObjectName("epoch_table")
        self.setAccessibleName("Epochs")
        self.setToolTip("One row for each epoch.")
        self.setModel(self.epochs)
        self.setShowGrid(False)
        self.setMinimumHeight(_HEADER_HEIGHT + 2 * _ROW_HEIGHT)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().rangeChanged.connect(self._show_last_epoch)

    def _show_last_epoch(self, _first: int, last: int) -> None:
        """Scroll to the newest row when one is added or the table changes its height."""
        self.verticalScrollBar().setValue(last)


class EpochTableModel(QAbstractTableModel):
    """One row for each epoch; the kept one is marked by a word and by bold type."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._epochs: list[EpochEnd] = []
        self._best = -1

    def append(self, epoch: EpochEnd) -> None:
        """Add a row; a best epoch is marked in place of the one before."""
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
            return _alignment(index.column())
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
        return _alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _text(self, row: int, column: int) -> str:
        epoch = self._epochs[row]
        if column:
            return COLUMNS[column][2](epoch)
        mark = f"  {epoch_label(epoch.select)}" if row == self._best else ""
        return f"{epoch.epoch}{mark}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
