"""Thumbnails in rows, with an optional bar below each."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.image_conversion import MAX_PIXELATED_SIDE, Pixels, to_qimage
from studio.ui.widgets.tooltip import wrap_tooltip

_GAP, _BAR_HEIGHT = 4.0, 3.0


class ThumbnailStrip(QWidget):
    """Shows images in `columns`; without images, `count` grey tiles as placeholders.

    Signal: `clicked(index)` with the index of the image under the mouse.
    """

    clicked = Signal(int)

    def __init__(self, columns: int, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns, self._count = columns, count
        self._max_rows = count
        self._pixels: Pixels = np.zeros((0, 1, 1, 1), np.uint8)
        self._qimages: list[QImage] = []  # converted when they are first painted
        self._captions: Sequence[str] = ()
        self._fractions: Sequence[float] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_images(
        self, images: Pixels, captions: Sequence[str] = (), fractions: Sequence[float] = ()
    ) -> None:
        """Show images, uint8 [N, C, H, W], with captions as tooltips and fractions 0..1 as bars."""
        self._pixels, self._captions, self._fractions = images, captions, fractions
        self._qimages = []
        self.setAccessibleDescription(", ".join(captions))
        self._fit_height()
        self.update()

    def set_max_rows(self, rows: int) -> None:
        """Show at most this many rows."""
        if rows != self._max_rows:
            self._max_rows = rows
            self._fit_height()
            self.update()

    def clear(self) -> None:
        """Remove the images and show placeholders."""
        self.set_images(np.zeros((0, 1, 1, 1), np.uint8))

    def images(self) -> Pixels:
        """Return the images, uint8 [N, C, H, W]."""
        return self._pixels

    def caption_at(self, point: QPointF) -> str:
        """Return the caption of the image at a point, or an empty text."""
        index = self.index_at(point)
        return self._captions[index] if 0 <= index < len(self._captions) else ""

    def index_at(self, point: QPointF) -> int:
        """Return the index of the image at a point, or -1."""
        tiles = self._tiles()[: len(self._pixels)]
        return next((index for index, tile in enumerate(tiles) if tile.contains(point)), -1)

    def _tiles(self) -> list[QRectF]:
        side = self._side(self.width())
        step = side + _GAP
        return [
            QRectF(
                i % self._columns * step,
                i // self._columns * (step + self._bar_height()),
                side,
                side,
            )
            for i in range(self._tile_count())
        ]

    def _tile_count(self) -> int:
        return min(len(self._pixels) or self._count, self._max_rows * self._columns)

    def _side(self, width: float) -> float:
        return (width - _GAP * (self._columns - 1)) / self._columns

    def _fit_height(self) -> None:
        # Not heightForWidth, which scroll areas and stacks do not pass on reliably.
        rows = -(-self._tile_count() // self._columns)
        height = rows * (self._side(self.width()) + self._bar_height()) + (rows - 1) * _GAP
        self.setFixedHeight(max(1, round(height)))

    def _bar_height(self) -> float:
        return _BAR_HEIGHT + 2 if self._fractions else 0.0

    def _paint_tile(self, painter: QPainter, tile: QRectF, image: QImage) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(tile, 3, 3)
        painter.setClipPath(outline)
        pixelated = image.width() <= MAX_PIXELATED_SIDE
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not pixelated)
        painter.drawImage(tile, image)
        painter.setClipping(False)

    def _paint_bar(self, painter: QPainter, tile: QRectF, fraction: float) -> None:
        track = QRectF(tile.left(), tile.bottom() + 3, tile.width(), _BAR_HEIGHT)
        painter.fillRect(track, QColor(theme_colors.current().pressed))
        track.setWidth(max(1.0, tile.width() * fraction))
        painter.fillRect(track, QColor(theme_colors.current().muted))

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tiles = self._tiles()
        if len(self._qimages) != len(self._pixels):
            self._qimages = [to_qimage(pixels) for pixels in self._pixels]
        if not self._qimages:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme_colors.current().pressed))
            for tile in tiles:
                painter.drawRoundedRect(tile, 3, 3)
        for tile, image in zip(tiles, self._qimages, strict=False):
            self._paint_tile(painter, tile, image)
        for tile, fraction in zip(tiles, self._fractions, strict=False):
            self._paint_bar(painter, tile, fraction)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.index_at(event.position())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(index)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            caption = self.caption_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), wrap_tooltip(caption or self.toolTip()), self)
            return True
        return super().event(event)
