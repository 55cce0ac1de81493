"""Painting of stroke segments with a round pen, of even width or as it follows the pressure."""

import math
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from studio.ui.widgets.strokes import BezierCurve, Stroke
from studio.ui.widgets.transform import Point

_PIECE_PX, _MAX_PIECES = 4.0, 16  # of a segment whose width changes


class _Disc(NamedTuple):
    x: float
    y: float
    radius: float


def paint_curve(
    painter: QPainter, stroke: Stroke, curve: BezierCurve, square: QRectF, color: QColor
) -> None:
    """Paint a segment of a stroke, whose points are fractions of `square`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = stroke.width * square.width()
    if curve.start_width == curve.end_width:
        _paint_even(painter, curve, max(1.0, width * curve.start_width), square, color)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPath(_uneven_path(_discs(curve, width, square)))


def curves_rect(stroke: Stroke, curves: list[BezierCurve], square: QRectF) -> QRectF:
    """Return the part of `square` that these segments touch, including the width of the pen."""
    points = QPolygonF(
        [_to_pixels(point, square) for curve in curves for point in curve[:3]]
    ).boundingRect()
    widest = max(max(curve.start_width, curve.end_width) for curve in curves)
    margin = stroke.width * widest * square.width() / 2 + 2
    return points.adjusted(-margin, -margin, margin, margin)


def _paint_even(
    painter: QPainter, curve: BezierCurve, width: float, square: QRectF, color: QColor
) -> None:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    start, control, end = (_to_pixels(point, square) for point in curve[:3])
    if start == control == end:
        painter.drawPoint(start)
        return
    path = QPainterPath(start)
    path.quadTo(control, end)
    painter.drawPath(path)


def _discs(curve: BezierCurve, width: float, square: QRectF) -> list[_Disc]:
    """Return discs along a segment, as large as the pen is wide there."""
    start, control, end = (_to_pixels(point, square) for point in curve[:3])
    length = math.dist(start.toTuple(), control.toTuple())
    length += math.dist(control.toTuple(), end.toTuple())
    pieces = min(max(1, math.ceil(length / _PIECE_PX)), _MAX_PIECES)
    discs = []
    for t in (index / pieces for index in range(pieces + 1)):
        center = start * (1 - t) ** 2 + control * (2 * t * (1 - t)) + end * t**2
        relative = curve.start_width * (1 - t) + curve.end_width * t
        discs.append(_Disc(center.x(), center.y(), max(0.5, width * relative / 2)))
    return discs


def _uneven_path(discs: list[_Disc]) -> QPainterPath:
    """Return the discs and what lies between them, as one path that is antialiased once.

    All its outlines are clockwise, so that they add up where they overlap.
    """
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for index, disc in enumerate(discs):
        path.addEllipse(QPointF(disc.x, disc.y), disc.radius, disc.radius)
        if index and (distance := math.dist(discs[index - 1][:2], disc[:2])):
            path.addPolygon(_between(discs[index - 1], disc, distance))
            path.closeSubpath()
    return path


def _between(first: _Disc, second: _Disc, distance: float) -> QPolygonF:
    """Return the corners of what a pen covers on its way from one disc to another."""
    across = QPointF(first.y - second.y, second.x - first.x) / distance
    from_center, to_center = QPointF(first.x, first.y), QPointF(second.x, second.y)
    return QPolygonF(
        [
            from_center - across * first.radius,
            to_center - across * second.radius,
            to_center + across * second.radius,
            from_center + across * first.radius,
        ]
    )


def _to_pixels(point: Point, square: QRectF) -> QPointF:
    return QPointF(
        square.left() + point[0] * square.width(), square.top() + point[1] * square.height()
    )
