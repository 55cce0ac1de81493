"""Ink as pixels: draws marks in one colour on a transparent square of any size."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from studio.ui.widgets.strokes import Curve, Mark, Sheet, Stroke


class InkLayer:
    """A square image, `side` pixels wide, whose alpha channel is the amount of ink."""

    def __init__(self, side: int, color: QColor) -> None:
        self.side = max(1, side)
        self.color = color
        self.image = QImage(self.side, self.side, QImage.Format.Format_ARGB32_Premultiplied)
        self.image.fill(Qt.GlobalColor.transparent)

    def copy(self) -> "InkLayer":
        """The same ink on a sheet of its own."""
        other = InkLayer(self.side, self.color)
        other.image = self.image.copy()
        return other

    def draw_marks(self, marks: list[Mark]) -> None:
        """Draw from scratch, as after an undo or at a new size."""
        self.image.fill(Qt.GlobalColor.transparent)
        for mark in marks:
            if isinstance(mark, Sheet):
                self._draw_sheet(mark)
            else:
                self.draw_curves(mark, mark.curves())

    def draw_curves(self, stroke: Stroke, curves: list[Curve]) -> None:
        """Add pieces of a stroke; the eraser takes ink away."""
        painter = QPainter(self.image)
        if stroke.tool == "eraser":
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        paint_curves(painter, stroke, curves, QRectF(self.image.rect()), self.color)
        painter.end()

    def ink(self) -> NDArray[np.uint8]:
        """The amount of ink, uint8 [side, side], 255 = full."""
        alpha = self.image.convertToFormat(QImage.Format.Format_Alpha8)
        rows = np.frombuffer(alpha.constBits(), np.uint8).reshape(self.side, alpha.bytesPerLine())
        return rows[:, : self.side].copy()

    def _draw_sheet(self, sheet: Sheet) -> None:
        self.image.fill(Qt.GlobalColor.transparent)
        if sheet.ink is None or sheet.ink.size == 0:
            return
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        picture = _tinted(sheet.ink, self.color)
        size = picture.size().scaled(self.side, self.side, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.side - size.width()) / 2, (self.side - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), picture)
        painter.end()


def paint_curves(
    painter: QPainter, stroke: Stroke, curves: list[Curve], square: QRectF, color: QColor
) -> None:
    """Stroke pieces of a line, given in shares of `square`, with a round pen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, max(1.0, stroke.width * square.width()))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath()
    for start, control, end in (_placed_curve(curve, square) for curve in curves):
        if start == control == end:
            painter.drawPoint(start)
            continue
        if path.isEmpty() or path.currentPosition() != start:
            path.moveTo(start)
        path.quadTo(control, end)
    painter.drawPath(path)


def curves_rect(stroke: Stroke, curves: list[Curve], square: QRectF) -> QRectF:
    """The part of `square` that these pieces touch, with the width of the pen."""
    xs = [x for curve in curves for x, _ in curve]
    ys = [y for curve in curves for _, y in curve]
    top_left = _placed((min(xs), min(ys)), square)
    bottom_right = _placed((max(xs), max(ys)), square)
    margin = stroke.width * square.width() / 2 + 2
    return QRectF(top_left, bottom_right).adjusted(-margin, -margin, margin, margin)


def _placed_curve(curve: Curve, square: QRectF) -> tuple[QPointF, QPointF, QPointF]:
    return _placed(curve.start, square), _placed(curve.control, square), _placed(curve.end, square)


def _placed(point: tuple[float, float], square: QRectF) -> QPointF:
    return QPointF(
        square.left() + point[0] * square.width(), square.top() + point[1] * square.height()
    )


def _tinted(ink: NDArray[np.uint8], color: QColor) -> QImage:
    """Ink as a premultiplied picture in a colour, so that it can be scaled smoothly."""
    depth = ink.astype(np.uint32)
    parts = (color.red(), color.green(), color.blue())
    red, green, blue = (depth * part // 255 for part in parts)
    pixels = np.ascontiguousarray(depth << 24 | red << 16 | green << 8 | blue)
    height, width = ink.shape
    kind = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, kind).copy()
