"""The controls above the grid: which samples, in which order."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.icons import icon
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.sample_filter import SampleFilter, SortKey, filter_text
from studio.ui.shared.builders import label
from studio.ui.shared.shortcuts import with_keys
from studio.ui.widgets.picker_combo import PickerCombo

_SORT_KEYS = {
    SortKey.LOSS: ("Loss", "High loss: a confident mistake"),
    SortKey.CONFIDENCE: ("Confidence", "The probability of the predicted class"),
    SortKey.MARGIN: ("Margin", "Highest minus second highest probability: low means a close call"),
    SortKey.INDEX: ("Index", "The order of the dataset"),
}
ROW_PX = 32
_MIN_COMBO_PX, _MAX_COMBO_PX = 104, 208
_DIRECTIONS = {True: "highest first", False: "lowest first"}


class FilterBar(QWidget):
    """Shows and changes a `FilterModel`."""

    def __init__(self, filter_model: FilterModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter_model = filter_model
        self._class_names: Sequence[str] = ()
        self.true_combo = _combo("true_combo", "True class", "Only samples of this true class")
        self.predicted_combo = _combo(
            "read_combo", "Predicted class", "Only samples predicted as this class"
        )
        self.all_check = QCheckBox("All samples")
        self.all_check.setObjectName("all_samples_check")
        self.all_check.setAccessibleName("All samples")
        self.all_check.setToolTip("Also show correct predictions")
        self.sort_combo = _combo("sort_combo", "Order", "The value that orders the samples")
        for row, (key, (title, tooltip)) in enumerate(_SORT_KEYS.items()):
            self.sort_combo.addItem(title, key.value)
            self.sort_combo.setItemData(row, tooltip, Qt.ItemDataRole.ToolTipRole)
        self.reverse_button = QToolButton()
        self.reverse_button.setObjectName("reverse_button")
        self.reverse_button.setAccessibleName("Reverse the order")
        self.sort_label = QLabel("Sort")
        self.count_label = label("heading", name="shown_label")
        self.chip = QPushButton(icon("close"), "")
        self.chip.setObjectName("filter_chip")
        self.chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.chip.setToolTip(with_keys("Show all classes", "show_all_classes"))
        self._lay_out()
        self._show(filter_model.filter)
        self._connect()

    def set_classes(self, class_names: Sequence[str]) -> None:
        """Offer these classes and remove the class filter; the order stays."""
        self._class_names = class_names
        for combo, title in ((self.true_combo, "True"), (self.predicted_combo, "Predicted")):
            combo.clear()
            combo.addItem(f"{title}: any", None)
            for class_index, name in enumerate(class_names):
                combo.addItem(f"{title}: {name}", class_index)
        self._filter_model.show_all_classes()

    def set_narrow(self, narrow: bool) -> None:
        """Move the order into the second line if the first has no space for it."""
        row = self._second_line if narrow else self._first_line
        for widget in (self.sort_label, self.sort_combo, self.reverse_button):
            row.addWidget(widget)
        self.sort_label.setVisible(not narrow)

    def set_count(self, text: str) -> None:
        """Show how many samples match the filter."""
        self.count_label.setText(text)

    def _connect(self) -> None:
        self.true_combo.activated.connect(self._on_class_activated)
        self.predicted_combo.activated.connect(self._on_class_activated)
        self.sort_combo.activated.connect(self._on_sort_activated)
        self.all_check.toggled.connect(self._filter_model.set_all_samples)
        self.reverse_button.clicked.connect(self._filter_model.reverse_order)
        self.chip.clicked.connect(self._filter_model.show_all_classes)
        self._filter_model.changed.connect(self._show)

    def _on_class_activated(self, _index: int) -> None:
        self._filter_model.show_classes(
            self.true_combo.currentData(), self.predicted_combo.currentData()
        )

    def _on_sort_activated(self, _index: int) -> None:
        self._filter_model.sort_by(SortKey(self.sort_combo.currentData()))

    def _show(self, shown: SampleFilter) -> None:
        """Bring every control in line with the filter."""
        self.true_combo.setCurrentIndex(0 if shown.true is None else shown.true + 1)
        self.predicted_combo.setCurrentIndex(0 if shown.predicted is None else shown.predicted + 1)
        self.sort_combo.setCurrentIndex(self.sort_combo.findData(shown.sort.value))
        self.all_check.setChecked(shown.all_samples)
        descending = shown.is_descending
        self.reverse_button.setIcon(icon("chevron-down" if descending else "chevron-up"))
        current, other = _DIRECTIONS[descending], _DIRECTIONS[not descending]
        self.reverse_button.setToolTip(f"Now {current}. Click for {other}.")
        text = filter_text(shown, self._class_names)
        self.chip.setText(text)
        self.chip.setAccessibleName(f"Clear the filter: {text}")
        self.chip.setVisible(bool(text))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._first_line, self._second_line = QHBoxLayout(), QHBoxLayout()
        for widget in (self.true_combo, self.predicted_combo, self.all_check):
            self._first_line.addWidget(widget)
        self.count_label.setMinimumHeight(ROW_PX)  # the grid keeps its place when the chip appears
        self._second_line.addWidget(self.count_label)
        self._second_line.addWidget(self.chip)
        for line in (self._first_line, self._second_line):
            line.setSpacing(8)
            line.addStretch(1)
            column.addLayout(line)
        self.set_narrow(False)


def _combo(name: str, accessible_name: str, tooltip: str) -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName(name)
    combo.setAccessibleName(accessible_name)
    combo.setToolTip(tooltip)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    combo.setMinimumWidth(_MIN_COMBO_PX)
    combo.setMaximumWidth(_MAX_COMBO_PX)
    return combo
