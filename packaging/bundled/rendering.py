"""Render strokes with random pens as the canvas does."""

import itertools

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from studio.bench.strokes.hands import Random, Strokes, normalize, place
from studio.data.drawing.preprocessing import prepare_drawing

CANVAS = 280
WIDTHS = 0.01, 0.14  # of the pen, as fractions of the canvas
SIZES = 0.19, 0.95  # of the longer side of a drawing
MAX_BOLDNESS = 0.36  # width of the pen by the longer side: bolder strokes merge


def draw_pen(random: Random) -> tuple[float, float]:
    """A size and a pen width as fractions of the canvas."""
    small = random.random() < 0.25
    size = float(random.uniform(SIZES[0], 0.35 if small else SIZES[1]))
    if random.random() < 0.35:  # the pen that is set at first
        width = 0.06
    else:
        width = float(np.exp(random.uniform(np.log(WIDTHS[0]), np.log(WIDTHS[1]))))
    return size, min(width, MAX_BOLDNESS * size)


def paint(strokes: Strokes, width: float) -> NDArray[np.uint8]:
    """Paint strokes, in fractions of the canvas, with a round pen: uint8 [280, 280].

    Curves pass through the midpoints of their points, see `studio.ui.widgets.strokes.Stroke`.
    """
    image = QImage(CANVAS, CANVAS, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(255, 255, 255), max(1.0, width * CANVAS))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    for line in strokes:
        painter.drawPath(_path(line * CANVAS))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(CANVAS, image.bytesPerLine())[:, :CANVAS].copy()


def _path(points: NDArray[np.float64]) -> QPainterPath:
    first, *others = [QPointF(x, y) for x, y in points]
    path = QPainterPath(first)
    path.lineTo(first + QPointF(0.01, 0))  # a dot where the pen did not move
    for point, following in itertools.pairwise(others):
        path.quadTo(point, (point + following) / 2)
    if others:
        path.lineTo(others[-1])
    return path


def render(strokes: Strokes, random: Random, side: int = 28) -> NDArray[np.uint8] | None:
    """The model input of strokes with a random pen, uint8 [28, 28]; None without a mark."""
    size, width = draw_pen(random)
    return render_as(strokes, size, width, random, side)


def render_as(
    strokes: Strokes, size: float, width: float, random: Random, side: int = 28
) -> NDArray[np.uint8] | None:
    """As `render`, with this size and pen width."""
    drawing = paint(place(normalize(strokes), size, width, random), width)
    return prepare_drawing(drawing, "mnist", side)
