"""A combo box of preset numbers with a spin box for other numbers."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QListView, QVBoxLayout, QWidget

from studio.ui.widgets.spin_boxes import IntSpinBox

_OTHER = -1  # item data of the entry that shows the spin box


class NumberChoice(QWidget):
    """Selects an integer or None from presets, or any other number in minimum..maximum.

    `presets` maps values to their labels; `other` is the label of the entry that shows the spin
    box. Signal: `changed()` when the user changes the value.
    """

    changed = Signal()

    def __init__(
        self,
        presets: Mapping[int | None, str],
        other: str,
        minimum: int,
        maximum: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.combo, self.spin = QComboBox(), IntSpinBox(maximum)
        self._list = QListView()
        self.combo.setView(self._list)
        self.combo.setMinimumContentsLength(6)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.combo.setSizeAdjustPolicy(policy)
        for value, label in presets.items():
            self.combo.addItem(label, value)
        self.combo.addItem(other, _OTHER)
        self.spin.setMinimum(minimum)
        self.spin.setValue(next(value for value in presets if value is not None))
        self.spin.setKeyboardTracking(False)  # while 224 is typed, 2 and 22 are not meant
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.combo)
        column.addWidget(self.spin)
        self.spin.hide()
        self.setFocusProxy(self.combo)
        self.combo.currentIndexChanged.connect(self._on_selected)
        self.spin.valueChanged.connect(self.changed)

    def describe(self, name: str, label: str, tip: str) -> None:
        """Set objectNames `<name>_combo` and `<name>_spin`, accessible names and tooltips."""
        for widget, suffix in ((self.combo, "combo"), (self.spin, "spin")):
            widget.setObjectName(f"{name}_{suffix}")
            widget.setAccessibleName(label)
            widget.setToolTip(tip)

    def value(self) -> int | None:
        """Return the number selected or typed."""
        selected = self.combo.currentData()
        return self.spin.value() if selected == _OTHER else selected

    def set_value(self, value: int | None) -> None:
        """Set the number without emitting `changed`; the spin box shows it if it is no preset."""
        row = self.combo.findData(value)
        with QSignalBlocker(self.combo), QSignalBlocker(self.spin):
            self.combo.setCurrentIndex(row if row >= 0 else self.combo.findData(_OTHER))
            if value is not None:
                self.spin.setValue(value)
        self.spin.setVisible(row < 0)

    def set_preset_visible(self, value: int | None, visible: bool) -> None:
        """Show or hide a preset in the list."""
        self._list.setRowHidden(self.combo.findData(value), not visible)

    def _on_selected(self) -> None:
        selected = self.combo.currentData()
        self.spin.setVisible(selected == _OTHER)
        if selected not in (None, _OTHER):
            with QSignalBlocker(self.spin):
                self.spin.setValue(selected)  # where editing another number starts
        self.changed.emit()
