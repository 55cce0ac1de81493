"""Small icons painted as vectors; each state has its own shape besides its color."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from studio.ui.widgets.paint_helpers import transparent_pixmap

_LEAVING = ((4.5, 9.5), (7, 10.5), (9.5, 8.5), (12, 2.5))


def draw_icon(painter: QPainter, name: str, square: QRectF, color: str) -> None:
    """Draw one of the icons below into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(square.topLeft())
    painter.scale(square.width() / 16, square.height() / 16)
    pen = QPen(QColor(color), 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _ICONS[name](painter)
    painter.restore()


def icon_pixmap(name: str, size: int, color: str, ratio: float = 1.0) -> QPixmap:
    """Return an icon as a pixmap of `size` logical pixels at a device pixel ratio."""
    pixmap = transparent_pixmap(QSize(size, size), ratio)
    painter = QPainter(pixmap)
    draw_icon(painter, name, QRectF(0, 0, size, size), color)
    painter.end()
    return pixmap


def _info(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(8, 8), 6, 6)
    painter.drawLine(QPointF(8, 7.5), QPointF(8, 11))
    painter.drawPoint(QPointF(8, 5))


def _good(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(8, 8), 6, 6)
    painter.drawPolyline(QPolygonF([QPointF(5.2, 8.3), QPointF(7.2, 10.2), QPointF(10.9, 6)]))


def _warn(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(8, 2.3), QPointF(14.3, 13.2), QPointF(1.7, 13.2)]))
    painter.drawLine(QPointF(8, 6.5), QPointF(8, 9))
    painter.drawPoint(QPointF(8, 11.2))


def _bad(painter: QPainter) -> None:
    octagon = [(5.5, 2), (10.5, 2), (14, 5.5), (14, 10.5), (10.5, 14), (5.5, 14), (2, 10.5)]
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in [*octagon, (2, 5.5)]]))
    painter.drawLine(QPointF(6, 6), QPointF(10, 10))
    painter.drawLine(QPointF(10, 6), QPointF(6, 10))


def _diverged(painter: QPainter) -> None:
    """A curve that leaves its axes."""
    painter.drawPolyline(QPolygonF([QPointF(2.5, 3), QPointF(2.5, 13.5), QPointF(13.5, 13.5)]))
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in _LEAVING]))


def _working(painter: QPainter) -> None:
    painter.drawPolygon(QPolygonF([QPointF(5, 3.5), QPointF(12.5, 8), QPointF(5, 12.5)]))


def _idle(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(3.5, 3.5, 9, 9), 1.5, 1.5)


def _waiting(painter: QPainter) -> None:
    for x in (5.5, 10.5):
        painter.drawLine(QPointF(x, 3.5), QPointF(x, 12.5))


def _pencil(painter: QPainter) -> None:
    outline = [(10.9, 2.7), (13.3, 5.1), (5.3, 13.1), (2.4, 13.6), (2.9, 10.7)]
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in outline]))
    painter.drawLine(QPointF(9.2, 4.4), QPointF(11.6, 6.8))


def _reset(painter: QPainter) -> None:
    painter.drawArc(QRectF(3, 3.5, 10, 10), -60 * 16, 210 * 16)
    painter.drawPolyline(QPolygonF([QPointF(3.2, 2.8), QPointF(3.2, 6.4), QPointF(6.8, 6.4)]))


_ICONS: dict[str, Callable[[QPainter], None]] = {
    "info": _info,
    "good": _good,
    "warn": _warn,
    "bad": _bad,
    "diverged": _diverged,
    "working": _working,
    "idle": _idle,
    "waiting": _waiting,
    "pencil": _pencil,
    "reset": _reset,
}
