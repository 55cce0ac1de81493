"""Delegate of a class list: paints a row and edits its name."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.ui.widgets import theme_colors
from studio.ui.widgets.class_model import CLASS_ROLE, ClassModel, ClassRow
from studio.ui.widgets.class_row_layout import PENCIL, ClassRowLayout
from studio.ui.widgets.image_conversion import Pixels, to_qimage
from studio.ui.widgets.model_index import Index
from studio.ui.widgets.paint_helpers import mix_colors, sized_font, transparent_pixmap
from studio.ui.widgets.painted_icons import draw_icon
from studio.ui.widgets.pixmap_cache import PixmapCache
from studio.ui.widgets.tooltip import wrap_tooltip

_BAR_HEIGHT, _MIN_SEGMENT = 8.0, 1.5
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class ClassDelegate(QStyledItemDelegate):
    """Paints rows of a `ClassModel` and edits their names; the images of a row are cached."""

    def __init__(self, classes: ClassModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._classes = classes
        self._cache = PixmapCache()
        self.layout = ClassRowLayout(0)

    def set_layout(self, layout: ClassRowLayout) -> bool:
        """Set the layout of the rows; return False if it is the same."""
        if layout == self.layout:
            return False
        self.layout = layout
        self.clear_cache()
        return True

    def clear_cache(self) -> None:
        """Discard cached images, as the classes or the layout changed."""
        self._cache.clear()

    # Qt

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.layout.width, self.layout.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ClassRow = index.data(CLASS_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(option.rect.topLeft())
        self._paint_background(painter, option, index)
        self._paint_name(painter, option, row)
        ratio = painter.device().devicePixelRatioF()
        key = (index.row(), ratio)
        pixmap = self._cache.get(key, partial(self._render_images, row, ratio))
        painter.drawPixmap(QPointF(self.layout.mean.left(), 0), pixmap)
        self._paint_count(painter, option.font, row)
        painter.restore()

    def _paint_background(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        colors, state = theme_colors.current(), option.state
        box = QRectF(0, 0, self.layout.width, self.layout.height)
        if index.row() + 1 < self._classes.rowCount():
            painter.fillRect(
                QRectF(16, box.bottom() - 1, box.width() - 32, 1), QColor(colors.border)
            )
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent_soft if selected else colors.hover))
            painter.drawRoundedRect(box.adjusted(4, 2, -4, -3), 6, 6)
        if selected and state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 2))
            painter.drawRoundedRect(box.adjusted(5, 3, -5, -4), 5, 5)

    def _paint_name(self, painter: QPainter, option: QStyleOptionViewItem, row: ClassRow) -> None:
        colors, box = theme_colors.current(), QRectF(self.layout.name)
        active = QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected
        if option.state & active:
            draw_icon(painter, "pencil", self.layout.pencil, colors.muted)
            box.setRight(box.right() - PENCIL - 4)
        font = sized_font(option.font, 13, bold=True)
        middle = self.layout.height / 2
        if row.subtitle:
            box.setBottom(middle + 2)
            _paint_text(
                painter, box, font, colors.text, row.name, _LEFT | Qt.AlignmentFlag.AlignBottom
            )
            below = QRectF(box.left(), middle + 2, box.width(), middle)
            small = sized_font(option.font, 12)
            _paint_text(painter, below, small, colors.muted, row.subtitle, _LEFT)
        else:
            _paint_text(painter, box, font, colors.text, row.name, _LEFT | _MIDDLE)

    def _render_images(self, row: ClassRow, ratio: float) -> QPixmap:
        """Return the mean image and the tiles as one pixmap."""
        area = self.layout.tiles.united(self.layout.mean)
        pixmap = transparent_pixmap(QSize(round(area.width() + 1), self.layout.height), ratio)
        painter = QPainter(pixmap)
        painter.translate(-self.layout.mean.left(), 0)
        _paint_images(painter, [self.layout.mean], row.mean_image[None])
        _paint_images(painter, self.layout.tile_rects(), row.images)
        painter.end()
        return pixmap

    def _paint_count(self, painter: QPainter, base: QFont, row: ClassRow) -> None:
        colors, box = theme_colors.current(), self.layout.bar
        middle = self.layout.height / 2
        line = QRectF(box.left(), middle - 20, box.width(), 20)
        _paint_text(
            painter, line, sized_font(base, 13), colors.text, f"{row.count:,}", _LEFT | _MIDDLE
        )
        percent = self._classes.percent_of(row)
        _paint_text(painter, line, sized_font(base, 12), colors.muted, percent, _RIGHT | _MIDDLE)
        track = QRectF(box.left(), middle + 4, box.width(), _BAR_HEIGHT)
        _paint_segments(painter, track, row.counts, self._classes.max_count)

    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        row: ClassRow = index.data(CLASS_ROLE)
        editor = QLineEdit(parent)
        editor.setObjectName("class_name_editor")
        editor.setAccessibleName(f"New name of the class {row.name}")
        editor.setPlaceholderText(row.original)
        tip = f"Enter confirms, Esc cancels. An empty name restores {row.original}"
        editor.setToolTip(wrap_tooltip(tip))
        return editor

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        box = self.layout.name.translated(option.rect.topLeft()).toRect()
        editor.setGeometry(box.left() - 9, box.center().y() - 15, box.width() + 12, 32)


def segment_colors() -> tuple[QColor, ...]:
    """Return the colors of the segments of a bar: three shades of the accent, then grey."""
    colors = theme_colors.current()
    shades = [mix_colors(colors.accent, colors.surface, opacity) for opacity in (1.0, 0.6, 0.3)]
    return (*shades, QColor(colors.muted))


def _paint_segments(
    painter: QPainter, track: QRectF, counts: tuple[int, ...], max_count: int
) -> None:
    left = track.left()
    for count, color in zip(counts, segment_colors(), strict=False):
        width = max(_MIN_SEGMENT, track.width() * count / max_count) if count else 0.0
        painter.fillRect(QRectF(left, track.top(), width, track.height()), color)
        left += width


def _paint_images(painter: QPainter, boxes: Sequence[QRectF], pixels: Pixels) -> None:
    """Paint as many images, uint8 [n, C, H, W], as there are boxes."""
    count, _, height, width = pixels[: len(boxes)].shape
    if not count:
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, width > boxes[0].width())
    # Converting one large image is as fast as converting one small one.
    image = to_qimage(np.concatenate(pixels[:count], axis=2))
    for index, box in enumerate(boxes[:count]):
        painter.drawImage(box, image, QRectF(index * width, 0, width, height))


def _paint_text(
    painter: QPainter, box: QRectF, font: QFont, color: str, text: str, flags: Qt.AlignmentFlag
) -> None:
    elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, int(box.width()))
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(box, flags | Qt.TextFlag.TextSingleLine, elided)
