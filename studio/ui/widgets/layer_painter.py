"""Paints the boxes of a network diagram."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from studio.ui.widgets import theme_colors
from studio.ui.widgets.layer_geometry import Box
from studio.ui.widgets.paint_helpers import mix_colors

# Layers in the color of the layer that they usually follow, but paler.
_TINTS = {
    "norm": ("conv", 0.6),
    "activation": ("conv", 0.35),
    "vector_norm": ("linear", 0.6),
    "vector_activation": ("linear", 0.35),
}


def outline(box: Box) -> QPolygonF:
    """Return the outline of a whole box."""
    x, y, w, h, dx, dy = box.left, box.top, box.width, box.height, box.slant, box.rise
    back = [(x, y), (x + dx, y - dy), (x + dx + w, y - dy), (x + dx + w, y + h - dy)]
    return QPolygonF([QPointF(*corner) for corner in [*back, (x + w, y + h), (x, y + h)]])


def paint_box(painter: QPainter, box: Box, edge: QColor | str | None = None) -> None:
    """Paint a box: its front, its top and the side that faces the next layer.

    A box that is marked has an `edge` of another color.
    """
    color = layer_color("input" if box.layer.frozen else box.layer.kind)
    painter.setPen(QPen(color, 1) if edge is None else QPen(QColor(edge), 1.5))
    x, y, w, h, dx, dy = box.left, box.top, box.width, box.height, box.slant, box.rise
    painter.setBrush(fade(color, 0.85))
    painter.drawRect(QRectF(x, y, w, h))
    if box.is_vector:
        return
    painter.setBrush(fade(color, 0.35))
    painter.drawPolygon(
        [QPointF(x, y), QPointF(x + dx, y - dy), QPointF(x + dx + w, y - dy), QPointF(x + w, y)]
    )
    painter.setBrush(fade(color, 0.18))
    painter.drawPolygon(_side(box, 0, 1))
    if box.layer.kernel and h > 16:
        painter.setBrush(fade(color, 0.9))
        size = min(1.0, box.layer.kernel / box.layer.side)
        painter.drawPolygon(_side(box, 0.5 - size / 2, 0.5 + size / 2))


def paint_image(painter: QPainter, box: Box, image: QImage) -> None:
    """Paint an image onto the side of a box."""
    origin, right, _, below = (_side(box, 0, 1).at(index) for index in range(4))
    along, down = (right - origin) / image.width(), (below - origin) / image.height()
    painter.save()
    # Affine: Qt paints it much faster than the perspective of `QTransform.quadToQuad`.
    affine = QTransform(along.x(), along.y(), down.x(), down.y(), origin.x(), origin.y())
    painter.setTransform(affine, True)
    painter.drawImage(0, 0, image)
    painter.restore()


def _side(box: Box, low: float, high: float) -> QPolygonF:
    """Return the section low..high (0..1 in both directions) of the side that faces right."""
    x, y, h = box.left + box.width, box.top, box.height

    def at(along: float, down: float) -> QPointF:
        return QPointF(x + along * box.slant, y + down * h - along * box.rise)

    return QPolygonF([at(low, low), at(high, low), at(high, high), at(low, high)])


def caption_text(box: Box) -> str:
    """Return the size of a layer's output."""
    layer = box.layer
    return f"{layer.depth}" if box.is_vector else f"{layer.depth} × {layer.side}²"


def layer_color(kind: str) -> QColor:
    """Return the color of a kind of layer."""
    colors = theme_colors.current()
    series = {"input": colors.muted, "conv": colors.series[0], "pool": colors.series[1]}
    layer, opacity = _TINTS.get(kind, (kind, 1.0))
    return fade(QColor(series.get(layer, colors.series[2])), opacity)


def fade(color: QColor, opacity: float) -> QColor:
    """Mix `color` into the surface color; the result is opaque, so that boxes hide others."""
    return mix_colors(color, theme_colors.current().surface, opacity)
