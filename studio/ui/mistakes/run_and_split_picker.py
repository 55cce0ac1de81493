"""Chooses the model and the split whose mistakes are shown."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from studio.ui.context import StudioContext
from studio.ui.shared.run_picker import RunPicker
from studio.ui.widgets.picker_combo import PickerCombo

if TYPE_CHECKING:
    from studio.data import Split

SPLITS = {
    "test": ("Test", "Samples the model has never seen: the honest measure"),
    "val": ("Validation", "Samples that selected the best epoch but were not trained on"),
    "train": (
        "Training",
        "Samples the model was trained on; mistakes here are often wrong labels",
    ),
}


class RunAndSplitPicker(QWidget):
    """Two combo boxes. `chosen` carries the run after a choice of the user in either."""

    chosen = Signal(str)

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run_picker = RunPicker(context)
        self.run_picker.setObjectName("mistakes_run_combo")
        self.run_picker.setAccessibleName("Run")
        self.run_picker.setToolTip("The model whose mistakes are shown")
        self.run_picker.setPlaceholderText("Choose a model")
        self.run_picker.setMinimumWidth(160)
        self.run_picker.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.split_combo = PickerCombo()
        self.split_combo.setObjectName("mistakes_split_combo")
        self.split_combo.setAccessibleName("Split")
        self.split_combo.setToolTip("The split of the dataset to evaluate")
        for row, (split, (title, tooltip)) in enumerate(SPLITS.items()):
            self.split_combo.addItem(title, split)
            self.split_combo.setItemData(row, tooltip, Qt.ItemDataRole.ToolTipRole)
        row_layout = QHBoxLayout(self)
        row_layout.setContentsMargins(0, 0, 0, 0)
        row_layout.setSpacing(8)
        for combo in (self.run_picker, self.split_combo):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            row_layout.addWidget(combo)
        self.run_picker.chosen.connect(self.chosen)
        self.split_combo.activated.connect(self._on_split_activated)

    @property
    def run(self) -> str:
        """The run shown, "bundled", or "" while nothing is chosen."""
        return self.run_picker.key

    @property
    def split(self) -> "Split":
        """The split chosen: "test", "val" or "train"."""
        return cast("Split", self.split_combo.currentData())

    def select_split(self, split: str) -> None:
        """Show a split as chosen, without `chosen`."""
        self.split_combo.setCurrentIndex(self.split_combo.findData(split))

    def _on_split_activated(self, _index: int) -> None:
        if self.run:
            self.chosen.emit(self.run)
