"""Item model of all fixed samples of a dataset."""

import re
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QPixmap

from studio.ui.mistakes.fixes.controller import FixesController
from studio.ui.mistakes.fixes.fix_texts import describe_fix
from studio.ui.widgets.image_conversion import fitted_qimage
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.tooltip import wrap_tooltip

COLUMNS = ("Sample", "Change")
IMAGE_PX = 32
_TOP = QModelIndex()


class FixesModel(QAbstractTableModel):
    """One row for each fixed sample, sorted by id; those of the evaluation show their image."""

    def __init__(self, fixes: FixesController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fixes = fixes
        self._samples: list[str] = []
        self._positions: list[int] = []

    def refresh(self) -> None:
        """Read the present fixes."""
        self.beginResetModel()
        self._samples = sorted(self._fixes.fixes, key=_natural_key)
        evaluation = self._fixes.evaluation
        if evaluation is None:
            self._positions = [-1] * len(self._samples)
        else:
            self._positions = evaluation.find_positions(self._samples).tolist()
        self.endResetModel()

    def sample(self, row: int) -> str:
        """The id of the sample in a row."""
        return self._samples[row]

    def position(self, row: int) -> int:
        """The position of the sample in the evaluation, -1 if it is not in it."""
        return self._positions[row]

    def rowCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(self._samples)

    def columnCount(self, parent: Index = _TOP) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, is_name = index.row(), index.column() == 0
        if role == Qt.ItemDataRole.DisplayRole:
            return self._samples[row] if is_name else self._change(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tooltip(self._tooltip(row))
        if role == Qt.ItemDataRole.DecorationRole and is_name:
            return self._image(row)
        return None

    def _change(self, row: int) -> str:
        position = self._positions[row]
        published = self._fixes.published_label(position) if position >= 0 else ""
        return describe_fix(self._fixes.fixes[self._samples[row]], published)

    def _tooltip(self, row: int) -> str:
        text = f"{self._samples[row]}: {self._change(row)}"
        return text if self._positions[row] >= 0 else f"{text}. Not in the split shown."

    def _image(self, row: int) -> QPixmap | None:
        position, evaluation = self._positions[row], self._fixes.evaluation
        if position < 0 or evaluation is None:
            return None
        return QPixmap.fromImage(fitted_qimage(evaluation.images[position], IMAGE_PX))


def _natural_key(sample: str) -> list[str | int]:
    """Sort numbers in names by value: "test:99" before "test:100"."""
    parts = re.split(r"([0-9]+)", sample)  # names and numbers alternate
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]
