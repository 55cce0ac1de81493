"""A list of usual numbers, none among them, and a box for any other."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QListView, QVBoxLayout, QWidget

from studio.ui.widgets.spin_boxes import IntSpinBox

_OTHER = -1


class NumberChoice(QWidget):
    """A whole number or None. `usual` maps values to words; others are typed into `spin` below."""

    changed = Signal()

    def __init__(
        self,
        usual: Mapping[int | None, str],
        other: str,
        least: int,
        most: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.combo, self.spin = QComboBox(), IntSpinBox(most)
        self._list = QListView()
        self.combo.setView(self._list)
        self.combo.setMinimumContentsLength(6)
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.combo.setSizeAdjustPolicy(policy)
        for value, words in usual.items():
            self.combo.addItem(words, value)
        self.combo.addItem(other, _OTHER)
        self.spin.setMinimum(least)
        self.spin.setValue(next(value for value in usual if value is not None))
        self.spin.setKeyboardTracking(False)  # 2, 22, 224: only the last one is meant
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.combo)
        column.addWidget(self.spin)
        self.spin.hide()
        self.setFocusProxy(self.combo)
        self.combo.currentIndexChanged.connect(self._take)
        self.spin.valueChanged.connect(self.changed)

    def describe(self, name: str, label: str, tip: str) -> None:
        """Name `<name>_combo` and `<name>_spin` for people and for assistive technology."""
        for part, kind in ((self.combo, "combo"), (self.spin, "spin")):
            part.setObjectName(f"{name}_{kind}")
            part.setAccessibleName(label)
            part.setToolTip(tip)

    def value(self) -> int | None:
        """The number chosen or typed."""
        chosen = self.combo.currentData()
        return self.spin.value() if chosen == _OTHER else chosen

    def set_value(self, value: int | None) -> None:
        """Show a number without telling anybody, in the box if it is none of the usual ones."""
        place = self.combo.findData(value)
        with QSignalBlocker(self.combo), QSignalBlocker(self.spin):
            self.combo.setCurrentIndex(place if place >= 0 else self.combo.findData(_OTHER))
            if value is not None:
                self.spin.setValue(value)
        self.spin.setVisible(place < 0)

    def set_preset_visible(self, value: int | None, offered: bool) -> None:
        """Show or hide one of the usual values in the list."""
        self._list.setRowHidden(self.combo.findData(value), not offered)

    def _take(self) -> None:
        chosen = self.combo.currentData()
        self.spin.setVisible(chosen == _OTHER)
        if chosen not in (None, _OTHER):
            with QSignalBlocker(self.spin):
                self.spin.setValue(chosen)  # where another number would start from
        self.changed.emit()
