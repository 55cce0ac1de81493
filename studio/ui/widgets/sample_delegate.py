"""Delegate of a sample grid: paints a tile with an image, a caption and details."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.ui.widgets import theme_colors
from studio.ui.widgets.image_conversion import fitted_qimage
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.paint_helpers import sized_font, transparent_pixmap
from studio.ui.widgets.pixmap_cache import PixmapCache
from studio.ui.widgets.sample_model import ARROW, SampleModel
from studio.ui.widgets.tile_badge import TileBadge, paint_badges

SMALL_IMAGE, LARGE_IMAGE = 84, 112
MIN_IMAGE_WITH_DETAILS = 72  # px; tiles of smaller images show only their caption
PADDING = 8
MAX_CAPTION_WIDTH = 132
_FADED_OPACITY = 0.35


class SampleDelegate(QStyledItemDelegate):
    """Paints the tiles of a `SampleModel` and caches them as pixmaps."""

    def __init__(self, samples: SampleModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples = samples
        self._cache = PixmapCache()
        self._captions: dict[str, tuple[str, int]] = {}
        self._side, self._with_details = SMALL_IMAGE, True
        self.set_font(QFont())

    def set_font(self, base: QFont) -> None:
        """Set the font."""
        self._caption_font, self._detail_font = sized_font(base, 13), sized_font(base, 12)
        self._caption_metrics = QFontMetrics(self._caption_font)
        self._detail_metrics = QFontMetrics(self._detail_font)
        self.clear_cache()

    def set_image_side(self, side: int, with_details: bool = True) -> bool:
        """Set the image size in logical pixels, and whether details are shown below large images.

        Return False if both are the same.
        """
        if (side, with_details) == (self._side, self._with_details):
            return False
        self._side, self._with_details = side, with_details
        self.clear_cache()
        return True

    def discard(self, position: int, ratio: float) -> None:
        """Discard the cached tile of one sample, as its badges changed."""
        self._cache.discard((position, ratio))

    def clear_cache(self) -> None:
        """Discard cached tiles, as the samples, the theme or the font changed."""
        self._cache.clear()
        self._captions.clear()
        self._tile = self._fit_size()

    def tile_size(self) -> QSize:
        """Return the size of all tiles, wide enough for most captions."""
        return self._tile

    def cached_count(self) -> int:
        """Return the number of cached tiles."""
        return len(self._cache)

    @property
    def _shows_details(self) -> bool:
        return self._with_details and self._side >= MIN_IMAGE_WITH_DETAILS

    def _fit_size(self) -> QSize:
        table = self._samples.table
        longest = self._caption_metrics.horizontalAdvance(table.longest_caption()) + 4
        large = self._side >= MIN_IMAGE_WITH_DETAILS
        limit = MAX_CAPTION_WIDTH if large else self._side + PADDING
        width = max(self._side, min(longest, limit)) + 2 * PADDING
        details = len(table.details(0)) if len(table.images) else 1
        lines = self._caption_metrics.height()
        if self._shows_details:
            lines += details * self._detail_metrics.height()
        return QSize(width, PADDING + self._side + 6 + lines + PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        _paint_background(painter, option)
        ratio = painter.device().devicePixelRatioF()
        position = self._samples.position_at(index.row())
        tile = self._cache.get((position, ratio), partial(self._render, position, ratio))
        painter.drawPixmap(option.rect.topLeft(), tile)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._tile

    def _render(self, position: int, ratio: float) -> QPixmap:
        tile = transparent_pixmap(self._tile, ratio)
        painter, badges = QPainter(tile), self._samples.badges(position)
        faded = any(badge.fades_image for badge in badges)
        painter.setOpacity(_FADED_OPACITY if faded else 1.0)
        self._paint_image(painter, position, ratio)
        painter.setOpacity(1.0)
        self._paint_texts(painter, position)
        if badges:
            self._paint_badges(painter, badges)
        painter.end()
        return tile

    def _paint_badges(self, painter: QPainter, badges: Sequence[TileBadge]) -> None:
        margin = PADDING // 2
        area = QRectF(margin, margin, self._tile.width() - 2 * margin, self._side + PADDING)
        painter.setFont(self._detail_font)
        paint_badges(painter, area, badges)

    def _paint_image(self, painter: QPainter, position: int, ratio: float) -> None:
        side = round(self._side * ratio)
        image = fitted_qimage(self._samples.table.images[position], side)
        image.setDevicePixelRatio(ratio)
        # Aligned to device pixels, so that the pixels of the image stay sharp.
        left = int((self._tile.width() * ratio - image.width()) / 2) / ratio
        top = int(PADDING * ratio + (side - image.height()) / 2) / ratio
        painter.drawImage(QPointF(left, top), image)

    def _paint_texts(self, painter: QPainter, position: int) -> None:
        table, colors = self._samples.table, theme_colors.current()
        caption, width = self._fit_caption(table.caption(position))
        line = PADDING + self._side + 6 + self._caption_metrics.ascent()
        painter.setFont(self._caption_font)
        painter.setPen(QColor(colors.text))
        painter.drawText((self._tile.width() - width) // 2, line, caption)
        if not self._shows_details:
            return
        line += self._caption_metrics.descent() + self._detail_metrics.ascent() + 1
        painter.setFont(self._detail_font)
        painter.setPen(QColor(colors.muted))
        for text in table.details(position):
            self._paint_detail(painter, text, line)
            line += self._detail_metrics.height()

    def _paint_detail(self, painter: QPainter, text: str, line: int) -> None:
        available = self._tile.width() - PADDING
        # Elided in the middle, because file names differ at their ends.
        detail = self._detail_metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, available)
        width = self._detail_metrics.horizontalAdvance(detail)
        painter.drawText((self._tile.width() - width) // 2, line, detail)

    def _fit_caption(self, caption: str) -> tuple[str, int]:
        """Return the elided caption and its width; cached, because captions repeat."""
        if caption not in self._captions:
            metrics = self._caption_metrics
            text = fit_caption(metrics, caption, self._tile.width() - PADDING)
            self._captions[caption] = (text, metrics.horizontalAdvance(text))
        return self._captions[caption]


def fit_caption(metrics: QFontMetrics, caption: str, available: int) -> str:
    """Elide a caption to `available` pixels.

    In "true → predicted" the class names are elided and the arrow stays. Other captions are
    elided in the middle, because file names differ at their ends.
    """
    if metrics.horizontalAdvance(caption) <= available:
        return caption
    true, arrow, predicted = caption.partition(ARROW)
    if not arrow:
        return metrics.elidedText(caption, Qt.TextElideMode.ElideMiddle, available)
    names = available - metrics.horizontalAdvance(arrow)
    shorter = min(map(metrics.horizontalAdvance, (true, predicted)))
    width = max(names // 2, names - shorter)
    elide = Qt.TextElideMode.ElideRight
    return arrow.join(metrics.elidedText(name, elide, width) for name in (true, predicted))


def _paint_background(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Mark the tile under the mouse, the selected ones, and the current one by a thicker line."""
    colors, state = theme_colors.current(), option.state
    selected = bool(state & QStyle.StateFlag.State_Selected)
    current = bool(state & QStyle.StateFlag.State_On)
    hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    if not (selected or current or hovered):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colors.accent), 2 if current else 1)
    painter.setPen(pen if selected or current else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.hover))
    if selected:
        painter.setBrush(QColor(colors.accent_soft))
    elif not hovered:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 6, 6)
