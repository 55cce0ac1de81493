"""One sample, enlarged, with its class, split, file and sizes."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.ui.shared.builders import column_layout, elided_label, label
from studio.ui.shared.image_layout import channels_last
from studio.ui.train.data_view.sample_tiles import SampleTiles
from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.pixel_view import PixelView

_NAMES = ("Class", "Split", "File", "File size", "Input size")


class SampleDetail(QFrame):
    """The input of the model above the facts about the sample."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picture_detail")
        self.setProperty("card", True)
        self.image = PixelView("class_picture")
        self.image.setAccessibleName("Input of the model")
        self.image.setToolTip("The input of the model, pixel by pixel.")
        self._title = elided_label("heading", "picture_name")
        self._facts = {name: _Fact(name) for name in _NAMES}
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        column.addWidget(self.image)
        column.addSpacing(4)
        column.addWidget(self._title)
        for fact in self._facts.values():
            column.addWidget(fact)
        column.addStretch(1)

    def show_sample(self, tiles: SampleTiles, position: int) -> None:
        """Show the sample at this position of the dataset."""
        self.image.set_image(channels_last(tiles.images[position]))
        self._title.setText(tiles.caption(position))
        for name, value in _facts(tiles, position).items():
            self._facts[name].set_value(value)

    def set_side(self, side_px: int) -> None:
        """Set the side of the image in logical pixels."""
        self.image.setFixedSize(side_px, side_px)
        self.setFixedWidth(side_px + 34)

    def facts(self) -> dict[str, str]:
        """Return the facts that are shown, by name."""
        return {name: fact.value() for name, fact in self._facts.items() if fact.value()}


class _Fact(QWidget):
    """A caption above a value; hidden while the value is empty."""

    def __init__(self, name: str) -> None:
        super().__init__()
        caption, self._value = label("muted", name), ElidedLabel()
        self._value.setTextFormat(Qt.TextFormat.PlainText)
        column = column_layout(self, spacing=0)
        column.addWidget(caption)
        column.addWidget(self._value)

    def value(self) -> str:
        return self._value.text()

    def set_value(self, value: str) -> None:
        self._value.setText(value)
        self.setVisible(bool(value))


def _facts(tiles: SampleTiles, position: int) -> dict[str, str]:
    """Return all facts; unknown ones are empty."""
    sizes = tiles.preview.file_sizes
    _, height, width = tiles.images[position].shape
    return {
        "Class": tiles.class_name(position),
        "Split": tiles.split(position),
        "File": tiles.file(position),
        "File size": "" if sizes is None else _size(*sizes[position]),
        "Input size": _size(width, height),
    }


def _size(width: int, height: int) -> str:
    return f"{width:,} × {height:,} pixels"
