"""Two or three words side by side, of which one is chosen."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget


class Switch(QWidget):
    """Made from {object name: word}; `chosen` tells the place of the word."""

    chosen = Signal(int)

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, (name, word) in enumerate(words.items()):
            button = QPushButton(word)
            button.setObjectName(name)
            button.setAccessibleName(word)
            button.setToolTip(f"Show: {word}")
            button.setCheckable(True)
            ends = {0: "first", len(words) - 1: "last"}
            button.setProperty("segment", ends.get(place, "middle"))
            self._group.addButton(button, place)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self.chosen)

    def choose(self, place: int) -> None:
        """Choose a word as a click would."""
        self._group.button(place).setChecked(True)
        self.chosen.emit(place)
