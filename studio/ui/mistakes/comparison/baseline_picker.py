"""The combo box that chooses the run to compare with."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from studio.ui.mistakes.comparison.baseline_runs import BaselineRuns
from studio.ui.widgets.picker_combo import PickerCombo


class BaselinePicker(PickerCombo):
    """`chosen` carries the key of a run after a choice of the user."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_with_combo")
        self.setAccessibleName("Compare with")
        self.setToolTip("The earlier run with which the run above is compared")
        self.setMinimumWidth(160)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._on_activated)

    @property
    def key(self) -> str:
        """The key of the run chosen, "" for none."""
        return str(self.currentData() or "")

    def set_runs(self, runs: BaselineRuns, selected: str) -> None:
        """List other runs and show `selected`, or the default where it is not among them."""
        with QSignalBlocker(self):
            self.clear()
            for row, choice in enumerate(runs.choices):
                self.addItem(choice.title, choice.key)
                self.setItemData(row, choice.tooltip, Qt.ItemDataRole.ToolTipRole)
            index = self.findData(selected) if selected else -1
            self.setCurrentIndex(index if index >= 0 else self.findData(runs.default))

    def _on_activated(self, _index: int) -> None:
        self.chosen.emit(self.key)
