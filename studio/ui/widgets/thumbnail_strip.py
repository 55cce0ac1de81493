"""Small pictures in rows, with an optional bar under each for its share."""

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
from studio.ui.widgets.image_conversion import SMALL, Pixels, to_qimage
from studio.ui.widgets.tooltip import wrap_tooltip

_GAP, _BAR = 4.0, 3.0


class ThumbnailStrip(QWidget):
    """Pictures of one size in `columns`; until some are set, grey tiles hold their place.

    `clicked` tells the place of the picture under the mouse.
    """

    clicked = Signal(int)

    def __init__(self, columns: int, count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns, self._count = columns, count
        self._most_rows = count
        self._pixels: Pixels = np.zeros((0, 1, 1, 1), np.uint8)
        self._pictures: list[QImage] = []  # made when they are first painted
        self._captions: Sequence[str] = ()
        self._shares: Sequence[float] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_images(
        self, images: Pixels, captions: Sequence[str] = (), shares: Sequence[float] = ()
    ) -> None:
        """Show pictures, uint8 [N, C, H, W]; captions appear on hover, `shares` (0..1) as bars."""
        self._pixels, self._captions, self._shares = images, captions, shares
        self._pictures = []
        self.setAccessibleDescription(", ".join(captions))
        self._fit_height()
        self.update()

    def set_max_rows(self, rows: int) -> None:
        """Show no more than so many rows, whatever there is to show."""
        if rows != self._most_rows:
            self._most_rows = rows
            self._fit_height()
            self.update()

    def clear(self) -> None:
        """Go back to grey tiles."""
        self.set_images(np.zeros((0, 1, 1, 1), np.uint8))

    def images(self) -> Pixels:
        """The pictures shown, uint8 [N, C, H, W]."""
        return self._pixels

    def caption_at(self, point: QPointF) -> str:
        """The caption of the tile under `point`, or nothing."""
        place = self.place_at(point)
        return self._captions[place] if 0 <= place < len(self._captions) else ""

    def place_at(self, point: QPointF) -> int:
        """Which picture is under `point`, or -1."""
        tiles = self._tiles()[: len(self._pixels)]
        return next((place for place, tile in enumerate(tiles) if tile.contains(point)), -1)

    def _tiles(self) -> list[QRectF]:
        side = self._side(self.width())
        step = side + _GAP
        return [
            QRectF(i % self._columns * step, i // self._columns * (step + self._bar()), side, side)
            for i in range(self._shown())
        ]

    def _shown(self) -> int:
        return min(len(self._pixels) or self._count, self._most_rows * self._columns)

    def _side(self, width: float) -> float:
        return (width - _GAP * (self._columns - 1)) / self._columns

    def _fit_height(self) -> None:
        # Not heightForWidth: scroll areas and stacks between here and the window pass it on badly.
        rows = -(-self._shown() // self._columns)
        height = rows * (self._side(self.width()) + self._bar()) + (rows - 1) * _GAP
        self.setFixedHeight(max(1, round(height)))

    def _bar(self) -> float:
        return _BAR + 2 if self._shares else 0.0

    def _paint_tile(self, painter: QPainter, tile: QRectF, picture: QImage) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(tile, 3, 3)
        painter.setClipPath(outline)
        small = picture.width() <= SMALL
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not small)
        painter.drawImage(tile, picture)
        painter.setClipping(False)

    def _paint_bar(self, painter: QPainter, tile: QRectF, share: float) -> None:
        track = QRectF(tile.left(), tile.bottom() + 3, tile.width(), _BAR)
        painter.fillRect(track, QColor(theme_colors.current().pressed))
        track.setWidth(max(1.0, tile.width() * share))
        painter.fillRect(track, QColor(theme_colors.current().muted))

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tiles = self._tiles()
        if len(self._pictures) != len(self._pixels):
            self._pictures = [to_qimage(picture) for picture in self._pixels]
        if not self._pictures:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme_colors.current().pressed))
            for tile in tiles:
                painter.drawRoundedRect(tile, 3, 3)
        for tile, picture in zip(tiles, self._pictures, strict=False):
            self._paint_tile(painter, tile, picture)
        for tile, share in zip(tiles, self._shares, strict=False):
            self._paint_bar(painter, tile, share)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if place >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(place)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            caption = self.caption_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), wrap_tooltip(caption or self.toolTip()), self)
            return True
        return super().event(event)
