"""One row of the class board: name, mean picture, pictures, and a bar of its share."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
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
from studio.ui.widgets.image_conversion import Pixels, PixmapCache, to_qimage
from studio.ui.widgets.painted_icons import draw_icon
from studio.ui.widgets.tooltip import wrap_tooltip

Index = QModelIndex | QPersistentModelIndex
_BAR, _LEAST_BAR = 8.0, 1.5
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class ClassDelegate(QStyledItemDelegate):
    """Paints rows of a `ClassModel` and edits their names. Pictures are drawn once and kept."""

    def __init__(self, classes: ClassModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._classes = classes
        self._kept = PixmapCache()
        self.layout = ClassRowLayout(0)

    def set_layout(self, layout: ClassRowLayout) -> bool:
        """Lay rows out so; False when they already are."""
        if layout == self.layout:
            return False
        self.layout = layout
        self.refit()
        return True

    def refit(self) -> None:
        """Forget what was drawn: the classes or the layout are new."""
        self._kept.clear()

    # Qt

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.layout.width, self.layout.height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ClassRow = index.data(CLASS_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(option.rect.topLeft())
        self._paint_ground(painter, option, index)
        self._paint_name(painter, option, row)
        ratio = painter.device().devicePixelRatioF()
        key = (index.row(), ratio)
        strip = self._kept.get(key, partial(self._draw_pictures, row, ratio))
        painter.drawPixmap(QPointF(self.layout.mean.left(), 0), strip)
        self._paint_share(painter, option.font, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
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
        flag = QStyle.StateFlag
        if self._classes.editable and option.state & (flag.State_MouseOver | flag.State_Selected):
            draw_icon(painter, "pencil", self.layout.pencil, colors.muted)
            box.setRight(box.right() - PENCIL - 4)
        font = _sized(option.font, 13, bold=True)
        middle = self.layout.height / 2
        if row.subtitle:
            box.setBottom(middle + 2)
            _write(painter, box, font, colors.text, row.name, _LEFT | Qt.AlignmentFlag.AlignBottom)
            below = QRectF(box.left(), middle + 2, box.width(), middle)
            note = _sized(option.font, 12)
            _write(painter, below, note, colors.muted, row.subtitle, _LEFT)
        else:
            _write(painter, box, font, colors.text, row.name, _LEFT | _MIDDLE)

    def _draw_pictures(self, row: ClassRow, ratio: float) -> QPixmap:
        """The mean picture and the tiles side by side."""
        area = self.layout.tiles.united(self.layout.mean)
        strip = QPixmap(QSize(round(area.width() + 1), self.layout.height) * ratio)
        strip.setDevicePixelRatio(ratio)
        strip.fill(Qt.GlobalColor.transparent)
        painter = QPainter(strip)
        painter.translate(-self.layout.mean.left(), 0)
        _draw_side_by_side(painter, [self.layout.mean], row.mean_image[None])
        _draw_side_by_side(painter, self.layout.tile_rects(), row.images)
        painter.end()
        return strip

    def _paint_share(self, painter: QPainter, base: QFont, row: ClassRow) -> None:
        colors, box = theme_colors.current(), self.layout.bar
        middle = self.layout.height / 2
        line = QRectF(box.left(), middle - 20, box.width(), 20)
        _write(painter, line, _sized(base, 13), colors.text, f"{row.count:,}", _LEFT | _MIDDLE)
        share = f"{100 * row.count / self._classes.total:.1f} %"
        _write(painter, line, _sized(base, 12), colors.muted, share, _RIGHT | _MIDDLE)
        track = QRectF(box.left(), middle + 4, box.width(), _BAR)
        _paint_parts(painter, track, row.counts, self._classes.most)

    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        row: ClassRow = index.data(CLASS_ROLE)
        editor = QLineEdit(parent)
        editor.setObjectName("class_name_editor")
        editor.setAccessibleName(f"New name of the class {row.name}")
        editor.setPlaceholderText(row.original)
        tip = f"Enter keeps the name, Esc leaves it. Nothing at all brings back {row.original}"
        editor.setToolTip(wrap_tooltip(tip))
        return editor

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        box = self.layout.name.translated(option.rect.topLeft()).toRect()
        editor.setGeometry(box.left() - 9, box.center().y() - 15, box.width() + 12, 32)


def part_colors() -> tuple[QColor, ...]:
    """The tones of the parts of a bar: from full to pale, and grey for what is left over."""
    colors = theme_colors.current()
    tones = [_blend(colors.accent, colors.surface, share) for share in (1.0, 0.6, 0.3)]
    return (*tones, QColor(colors.muted))


def _paint_parts(painter: QPainter, track: QRectF, parts: tuple[int, ...], most: int) -> None:
    left = track.left()
    for count, color in zip(parts, part_colors(), strict=False):
        width = max(_LEAST_BAR, track.width() * count / most) if count else 0.0
        painter.fillRect(QRectF(left, track.top(), width, track.height()), color)
        left += width


def _draw_side_by_side(painter: QPainter, boxes: Sequence[QRectF], pixels: Pixels) -> None:
    """Draw as many pictures, uint8 [n, C, H, W], as there are boxes."""
    count, _, height, width = pixels[: len(boxes)].shape
    if not count:
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, width > boxes[0].width())
    image = to_qimage(np.concatenate(pixels[:count], axis=2))  # one costs what many would each
    for place, box in enumerate(boxes[:count]):
        painter.drawImage(box, image, QRectF(place * width, 0, width, height))


def _sized(base: QFont, size: int, bold: bool = False) -> QFont:
    font = QFont(base)
    font.setPixelSize(size)
    font.setBold(bold)
    return font


def _write(
    painter: QPainter, box: QRectF, font: QFont, color: str, text: str, flags: Qt.AlignmentFlag
) -> None:
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, int(box.width()))
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(box, flags | Qt.TextFlag.TextSingleLine, shown)


def _blend(color: str, ground: str, share: float) -> QColor:
    above, below = QColor(color), QColor(ground)

    def mix(a: int, b: int) -> int:
        return round(share * a + (1 - share) * b)

    return QColor(
        mix(above.red(), below.red()),
        mix(above.green(), below.green()),
        mix(above.blue(), below.blue()),
    )
