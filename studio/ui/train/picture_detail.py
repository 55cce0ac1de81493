"""One picture of the set, large, with what is known of it."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.train.picture_tiles import PictureTiles
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.pixel_view import PixelView

SIDE = 176


class PictureDetail(QFrame):
    """Name, class, part and sizes beside the very pixels that the network gets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture_detail")
        self.setProperty("card", True)
        self.picture = PixelView("class_picture")
        self.picture.setAccessibleName("The picture as the network gets it")
        self.picture.setToolTip("The picture as the network gets it, pixel by pixel")
        self.set_side(SIDE)
        self._title = ElidedLabel()
        self._title.setObjectName("picture_name")
        self._title.setProperty("role", "heading")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._facts: dict[str, QLabel] = {}
        self._lay_out()

    def show_picture(self, tiles: PictureTiles, position: int) -> None:
        """Show the picture at this position of the set."""
        pixels = np.moveaxis(tiles.images[position], 0, -1)
        self.picture.set_image(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
        self._title.setText(tiles.caption(position))
        for name, words in _facts(tiles, position).items():
            self._facts[name].setText(words)
            self._form.setRowVisible(self._facts[name], bool(words))

    def set_side(self, side: int) -> None:
        """Show the picture this large, in logical pixels."""
        self.picture.setFixedSize(side, side)

    def facts(self) -> dict[str, str]:
        """What is said of the picture."""
        return {name: label.text() for name, label in self._facts.items() if label.text()}

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(24)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(6)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name in ("Class", "Part", "File", "Size of the file", "Here", "Place in the set"):
            caption, value = QLabel(name), ElidedLabel()
            caption.setProperty("role", "muted")
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._form.addRow(caption, value)
            self._facts[name] = value
        words = QVBoxLayout()
        words.setSpacing(12)
        words.addWidget(self._title)
        words.addLayout(self._form)
        words.addStretch(1)
        row.addLayout(words, 1)


def _facts(tiles: PictureTiles, position: int) -> dict[str, str]:
    """All that is known; what is not known is empty."""
    sizes = tiles.preview.file_sizes
    _, height, width = tiles.images[position].shape
    own = "" if sizes is None else "{:,} × {:,} pixels".format(*sizes[position])
    return {
        "Class": tiles.class_name(position),
        "Part": tiles.part(position),
        "File": tiles.file(position),
        "Size of the file": own,
        "Here": f"{width} × {height} pixels",
        "Place in the set": f"{position:,}",
    }
