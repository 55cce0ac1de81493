"""A small card beside the mouse with an image and what is known about it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.widgets.elided_label import ElidedLabel
from studio.ui.widgets.pixel_view import PixelView

IMAGE_PX, WIDTH_PX = 72, 264
_GAP_PX = 14  # from the place it describes


class HoverCard(QFrame):
    """Lies over its parent and takes no mouse events; hidden until `show_at`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self.setObjectName("hover_card")
        self.setAccessibleName("Sample below the mouse")
        self.setProperty("card", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.image_view = PixelView("hover_image")
        self.image_view.setFixedSize(IMAGE_PX, IMAGE_PX)
        self.title, self.details = ElidedLabel(), QLabel()
        self.title.setProperty("role", "heading")
        self.details.setProperty("role", "muted")
        for text in (self.title, self.details):
            text.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addWidget(self.details)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self.image_view)
        row.addLayout(column, 1)
        self.hide()

    def show_at(
        self, place: QPointF, pixels: NDArray[np.uint8], title: str, details: Sequence[str]
    ) -> None:
        """Show an image, uint8 [H, W] or [H, W, 3], and texts beside a place of the parent."""
        self.image_view.set_image(pixels)
        self.title.setText(title)
        metrics = self.details.fontMetrics()
        available = WIDTH_PX - IMAGE_PX - 32
        middle = Qt.TextElideMode.ElideMiddle
        self.details.setText("\n".join(metrics.elidedText(d, middle, available) for d in details))
        self.setAccessibleDescription(", ".join((title, *details)))
        self.setFixedWidth(WIDTH_PX)
        self.adjustSize()
        self.move(self._beside(place))
        self.raise_()
        self.show()

    def _beside(self, place: QPointF) -> QPoint:
        """Return the place of the card: right below `place`, or where the parent has space."""
        area = self._area.rect()
        x, y = place.x() + _GAP_PX, place.y() + _GAP_PX
        if x + self.width() > area.width():
            x = place.x() - _GAP_PX - self.width()
        if y + self.height() > area.height():
            y = place.y() - _GAP_PX - self.height()
        return QPoint(max(0, round(x)), max(0, round(y)))
