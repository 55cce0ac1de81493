"""A segmented control: adjoining buttons of which exactly one is checked."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget


class SegmentedControl(QWidget):
    """Shows two or more options side by side; `selected` emits the index of the chosen one."""

    selected = Signal(int)

    def __init__(self, labels: Mapping[str, str], tooltips: Sequence[str] = ()) -> None:
        """Create one button per item of `labels`, which maps objectName to text.

        `tooltips` holds one text per button; without it a tooltip repeats the label.
        """
        super().__init__()
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for index, (name, label) in enumerate(labels.items()):
            button = QPushButton(label)
            button.setObjectName(name)
            button.setAccessibleName(label)
            button.setToolTip(tooltips[index] if tooltips else f"Show: {label}")
            button.setCheckable(True)
            ends = {0: "first", len(labels) - 1: "last"}
            button.setProperty("segment", ends.get(index, "middle"))
            self._group.addButton(button, index)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self.selected)

    def set_label(self, index: int, label: str) -> None:
        """Give an option another text."""
        button = self._group.button(index)
        button.setText(label)
        button.setAccessibleName(label)

    def set_checked(self, index: int) -> None:
        """Check an option without `selected`."""
        self._group.button(index).setChecked(True)

    def select(self, index: int) -> None:
        """Select an option as a click would."""
        self.set_checked(index)
        self.selected.emit(index)
