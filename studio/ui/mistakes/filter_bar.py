"""The controls above the grid: which samples, in which order."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
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
from studio.ui.mistakes.sample_filter import DESCENDING_FIRST, Filter, SortKey, filter_words
from studio.ui.widgets.picker_combo import PickerCombo

_SORTS = {
    SortKey.LOSS: ("Loss", "How badly the network missed: high loss, surely wrong"),
    SortKey.CONFIDENCE: ("Confidence", "How sure the network was of what it read"),
    SortKey.MARGIN: ("Margin", "First minus second choice: small means a close call"),
    SortKey.INDEX: ("Index", "The order of the data set"),
}
ROW = 32
_LEAST_COMBO, _WIDEST_COMBO = 104, 208
_DIRECTIONS = {True: "highest first", False: "lowest first"}


class FilterBar(QWidget):
    """Holds the present `Filter` and tells when the user changes it."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filter = Filter()
        self._names: Sequence[str] = ()
        self.true_combo = _combo("true_combo", "True class", "Only samples of this true class")
        self.read_combo = _combo("read_combo", "Read-as class", "Only samples read as this class")
        self.all_check = QCheckBox("All samples")
        self.all_check.setObjectName("all_samples_check")
        self.all_check.setAccessibleName("All samples")
        self.all_check.setToolTip("Show the samples read right as well")
        self.sort_combo = _combo("sort_combo", "Order", "What the samples are ordered by")
        for key, (name, teaches) in _SORTS.items():
            self.sort_combo.addItem(name, key.value)
            index = self.sort_combo.count() - 1
            self.sort_combo.setItemData(index, teaches, Qt.ItemDataRole.ToolTipRole)
        self.reverse_button = QToolButton()
        self.reverse_button.setObjectName("reverse_button")
        self.reverse_button.setAccessibleName("Reverse the order")
        self.sort_label = QLabel("Sort")
        self.count_label = QLabel()
        self.count_label.setObjectName("shown_label")
        self.count_label.setProperty("role", "heading")
        self.chip = QPushButton(icon("close"), "")
        self.chip.setObjectName("filter_chip")
        self.chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.chip.setToolTip("Show every class again (Esc)")
        self._lay_out()
        self._show()
        self._connect()

    def set_classes(self, class_names: Sequence[str]) -> None:
        """Offer these classes; the filter goes back to all of them, the order stays."""
        self._names = class_names
        for combo, first in ((self.true_combo, "True: any"), (self.read_combo, "Read as: any")):
            combo.clear()
            combo.addItem(first, None)
            for k, name in enumerate(class_names):
                combo.addItem(f"{first.split(':')[0]}: {name}", k)
        self._filter = replace(self._filter, true=None, predicted=None)
        self._show()

    def filter(self) -> Filter:
        """What the user asked for."""
        return self._filter

    def set_filter(self, wanted: Filter) -> None:
        """Ask for something else, as if the user had, and tell."""
        self._filter = wanted
        self._show()
        self.changed.emit(wanted)

    def set_narrow(self, narrow: bool) -> None:
        """Put the order into the second line where the first has no room for it."""
        row = self._state if narrow else self._filters
        for widget in (self.sort_label, self.sort_combo, self.reverse_button):
            row.addWidget(widget)
        self.sort_label.setVisible(not narrow)

    def set_count(self, words: str) -> None:
        """Say how many samples the filter leaves."""
        self.count_label.setText(words)

    def clear_classes(self) -> None:
        """Show every class again."""
        self.set_filter(replace(self._filter, true=None, predicted=None))

    def _connect(self) -> None:
        self.true_combo.activated.connect(self._on_class)
        self.read_combo.activated.connect(self._on_class)
        self.sort_combo.activated.connect(self._on_sort)
        self.all_check.toggled.connect(self._on_all)
        self.reverse_button.clicked.connect(self._on_reverse)
        self.chip.clicked.connect(self.clear_classes)

    def _on_class(self, _index: int) -> None:
        true, predicted = self.true_combo.currentData(), self.read_combo.currentData()
        self.set_filter(replace(self._filter, true=true, predicted=predicted))

    def _on_sort(self, _index: int) -> None:
        key = SortKey(self.sort_combo.currentData())
        self.set_filter(replace(self._filter, sort=key, reverse=False))

    def _on_all(self, checked: bool) -> None:
        if checked != self._filter.all_samples:
            self.set_filter(replace(self._filter, all_samples=checked))

    def _on_reverse(self) -> None:
        self.set_filter(replace(self._filter, reverse=not self._filter.reverse))

    def _show(self) -> None:
        """Bring every control in line with the filter."""
        wanted = self._filter
        self.true_combo.setCurrentIndex(0 if wanted.true is None else wanted.true + 1)
        self.read_combo.setCurrentIndex(0 if wanted.predicted is None else wanted.predicted + 1)
        self.sort_combo.setCurrentIndex(self.sort_combo.findData(wanted.sort.value))
        self.all_check.setChecked(wanted.all_samples)
        descending = DESCENDING_FIRST[wanted.sort] != wanted.reverse
        self.reverse_button.setIcon(icon("chevron-down" if descending else "chevron-up"))
        now, other = _DIRECTIONS[descending], _DIRECTIONS[not descending]
        self.reverse_button.setToolTip(f"Now {now}. Click for {other}.")
        words = filter_words(wanted, self._names)
        self.chip.setText(words)
        self.chip.setAccessibleName(f"Clear the filter: {words}")
        self.chip.setVisible(bool(words))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._filters, self._state = QHBoxLayout(), QHBoxLayout()
        for widget in (self.true_combo, self.read_combo, self.all_check):
            self._filters.addWidget(widget)
        self.count_label.setMinimumHeight(ROW)  # the chip must not push the grid down
        self._state.addWidget(self.count_label)
        self._state.addWidget(self.chip)
        for row in (self._filters, self._state):
            row.setSpacing(8)
            row.addStretch(1)
            column.addLayout(row)
        self.set_narrow(False)


def _combo(name: str, said: str, teaches: str) -> PickerCombo:
    combo = PickerCombo()
    combo.setObjectName(name)
    combo.setAccessibleName(said)
    combo.setToolTip(teaches)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    combo.setMinimumWidth(_LEAST_COMBO)
    combo.setMaximumWidth(_WIDEST_COMBO)
    return combo
