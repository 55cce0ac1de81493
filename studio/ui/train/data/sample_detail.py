"""One picture of the set, large, with what is known of it."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from studio.ui.train.data.sample_tiles import SampleTiles
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.pixel_view import PixelView

_NAMES = ("Class", "Part", "File", "Size of the file", "Here")


class SampleDetail(QFrame):
    """The very pixels that the network gets, and below them name, class, part and sizes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture_detail")
        self.setProperty("card", True)
        self.picture = PixelView("class_picture")
        self.picture.setAccessibleName("The picture as the network gets it")
        self.picture.setToolTip("The picture as the network gets it, pixel by pixel")
        self._title = ElidedLabel()
        self._title.setObjectName("picture_name")
        self._title.setProperty("role", "heading")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._facts = {name: _Fact(name) for name in _NAMES}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.picture)
        column.addSpacing(4)
        column.addWidget(self._title)
        for fact in self._facts.values():
            column.addWidget(fact)
        column.addStretch(1)

    def show_picture(self, tiles: SampleTiles, position: int) -> None:
        """Show the picture at this position of the set."""
        pixels = np.moveaxis(tiles.images[position], 0, -1)
        self.picture.set_image(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
        self._title.setText(tiles.caption(position))
        for name, words in _facts(tiles, position).items():
            self._facts[name].set_value(words)

    def set_side(self, side: int) -> None:
        """Show the picture this large, in logical pixels."""
        self.picture.setFixedSize(side, side)
        self.setFixedWidth(side + 34)

    def facts(self) -> dict[str, str]:
        """What is said of the picture."""
        return {name: fact.value() for name, fact in self._facts.items() if fact.value()}


class _Fact(QWidget):
    """A caption and below it what it is; hidden while that is not known."""

    def __init__(self, name: str) -> None:
        super().__init__()
        caption, self._value = QLabel(name), ElidedLabel()
        caption.setProperty("role", "muted")
        self._value.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(caption)
        column.addWidget(self._value)

    def value(self) -> str:
        return self._value.text()

    def set_value(self, words: str) -> None:
        self._value.setText(words)
        self.setVisible(bool(words))


def _facts(tiles: SampleTiles, position: int) -> dict[str, str]:
    """All that is known; what is not known is empty."""
    sizes = tiles.preview.file_sizes
    _, height, width = tiles.images[position].shape
    return {
        "Class": tiles.class_name(position),
        "Part": tiles.part(position),
        "File": tiles.file(position),
        "Size of the file": "" if sizes is None else _size(*sizes[position]),
        "Here": _size(width, height),
    }


def _size(width: int, height: int) -> str:
    return f"{width:,} × {height:,} pixels"
