"""Delegate of a grid of activations: a map with its name and strength, or the bar of a unit."""

import numpy as np
from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.ui.widgets import theme_colors
from studio.ui.widgets.activation_colors import color_table, packed_table
from studio.ui.widgets.activation_model import ActivationModel
from studio.ui.widgets.image_conversion import MAX_PIXELATED_SIDE
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT, draw_elided, sized_font

PADDING, TEXT_HEIGHT = 4, 16
UNIT_SIZE = QSize(168, 26)
_NAME_WIDTH, _VALUE_WIDTH = 56, 44
_STRONGEST_LEVEL = 216  # of the colors of activations, for bars


class ActivationDelegate(QStyledItemDelegate):
    """Paints the tiles of an `ActivationModel`, straight from the newest values.

    Nothing is cached: the values change with every movement of the pen, and only visible tiles are
    painted.
    """

    def __init__(self, activations: ActivationModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._activations = activations
        self._side = 64
        self.set_font(QFont())

    def set_font(self, base: QFont) -> None:
        """Set the font."""
        self._font = sized_font(base, 12)
        self._metrics = QFontMetrics(self._font)

    def set_image_side(self, side: int) -> None:
        """Set the side of a map in logical pixels."""
        self._side = side

    def tile_size(self) -> QSize:
        """Return the size of all tiles."""
        if self._activations.table.levels is None:
            return UNIT_SIZE
        return QSize(self._side + 2 * PADDING, self._side + 3 * PADDING + TEXT_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        _paint_background(painter, option)
        channel = self._activations.channel_at(index.row())
        painter.setFont(self._font)
        if self._activations.table.levels is None:
            self._paint_unit(painter, QRectF(option.rect), channel)
        else:
            self._paint_map(painter, QRectF(option.rect), channel)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.tile_size()

    def _paint_map(self, painter: QPainter, tile: QRectF, channel: int) -> None:
        table, colors = self._activations.table, theme_colors.current()
        assert table.levels is not None
        square = QRectF(tile.left() + PADDING, tile.top() + PADDING, self._side, self._side)
        packed = packed_table()[table.levels[channel]]
        height, width = packed.shape
        image = QImage(packed.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        smooth = max(height, width) > MAX_PIXELATED_SIDE
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(square, image)
        below = QRectF(square.left(), square.bottom() + PADDING, square.width(), TEXT_HEIGHT)
        painter.setPen(QColor(colors.text))
        painter.drawText(below, MIDDLE_LEFT, str(channel))
        painter.setPen(QColor(colors.muted))
        painter.drawText(below, MIDDLE_RIGHT, table.strength_text(channel))

    def _paint_unit(self, painter: QPainter, tile: QRectF, channel: int) -> None:
        table, colors = self._activations.table, theme_colors.current()
        inner = tile.adjusted(PADDING + 2, 0, -PADDING - 2, 0)
        value = float(table.strengths[channel])
        painter.setPen(QColor(colors.text))
        name = QRectF(inner.left(), inner.top(), _NAME_WIDTH, inner.height())
        draw_elided(painter, name, MIDDLE_LEFT, table.names[channel])
        painter.setPen(QColor(colors.muted))
        painter.drawText(inner, MIDDLE_RIGHT, table.strength_text(channel))
        left, right = name.right() + PADDING, inner.right() - _VALUE_WIDTH - PADDING
        track = QRectF(left, tile.center().y() - 4, right - left, 8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.pressed))
        painter.drawRoundedRect(track, 4, 4)
        length = min(abs(value) / table.scale, 1.0) if np.isfinite(value) else 0.0
        if length > 0:
            level = _STRONGEST_LEVEL if value > 0 else 256 - _STRONGEST_LEVEL
            painter.setBrush(QColor(*map(int, color_table()[level])))
            painter.drawRoundedRect(track.adjusted(0, 0, -(1 - length) * track.width(), 0), 4, 4)


def _paint_background(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Mark the current tile and the one under the mouse."""
    colors, state = theme_colors.current(), option.state
    current = bool(state & (QStyle.StateFlag.State_On | QStyle.StateFlag.State_Selected))
    if not current and not state & QStyle.StateFlag.State_MouseOver:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colors.accent), 2) if current else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.accent_soft if current else colors.hover))
    painter.drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 6, 6)
