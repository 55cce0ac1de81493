"""Distort strokes as different hands and pens would, and render them as the canvas does."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from studio.data.drawing.preprocessing import prepare_drawing

Strokes = Sequence[NDArray[np.float64]]  # polylines [n, 2] as (x, y)
Random = np.random.Generator

CANVAS = 280
WIDTHS = 0.01, 0.14  # of the pen, as fractions of the canvas
SIZES = 0.19, 0.95  # of the longer side of a drawing
MAX_BOLDNESS = 0.36  # width of the pen by the longer side: bolder strokes merge


def normalize(strokes: Strokes) -> list[NDArray[np.float64]]:
    """Center strokes, and scale them so that the longer side of their box is 1."""
    points = np.concatenate(list(strokes))
    low, high = points.min(0), points.max(0)
    scale = max(float((high - low).max()), 1e-6)
    return [(line - (low + high) / 2) / scale for line in strokes]


def distort(strokes: Strokes, random: Random, strength: float = 1.0) -> list[NDArray[np.float64]]:
    """Slant, turn, stretch and bend strokes smoothly; a tremor, and gaps in some of them."""
    strokes = normalize(strokes)
    angle, shear = random.normal(0, np.radians(6) * strength), random.normal(0, 0.16 * strength)
    stretch = np.exp(random.normal(0, 0.13 * strength))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1.0, -shear], [0.0, 1.0]]) @ np.diag([stretch, 1 / stretch])
    points = np.concatenate(strokes)
    extent = 0.3 + 0.7 * (points.max(0) - points.min(0))  # narrow digits bend less sideways
    waves = [
        (
            random.normal(0, 1.0, 2),
            random.uniform(0, 6.3),
            random.normal(0, 0.028 * strength, 2) * extent,
        )
        for _ in range(4)
    ]
    result = []
    for line in strokes:
        line = resample(line, random)
        bent = line.copy()
        for direction, phase, amplitude in waves:
            bent = bent + np.sin(line @ (direction * 4) + phase)[:, None] * amplitude
        result.append(bent @ matrix.T)
    if random.random() < 0.3:  # a tremor of the hand
        result = [line + random.normal(0, 0.008, line.shape) for line in result]
    if random.random() < 0.2:
        result = _interrupt(result, random)
    return normalize(result)


def resample(line: NDArray[np.float64], random: Random) -> NDArray[np.float64]:
    """Points at even distances; a quick mouse reports few of them."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    length = float(steps.sum())
    if length < 1e-6:
        return line
    spacing = random.uniform(0.02, 0.09)
    count = max(3, int(np.ceil(length / spacing)) + 1)
    positions = np.concatenate([[0.0], np.cumsum(steps)])
    targets = np.linspace(0, length, count)
    return np.stack([np.interp(targets, positions, line[:, axis]) for axis in (0, 1)], axis=1)


def _interrupt(strokes: Strokes, random: Random) -> list[NDArray[np.float64]]:
    """Leave a short gap in the longest stroke, or take a little off its end."""
    strokes = sorted(strokes, key=len)
    *others, line = strokes
    if len(line) < 12:
        return list(strokes)
    gap = max(1, round(len(line) * random.uniform(0.03, 0.09)))
    if random.random() < 0.4:
        return [*others, line[gap:]]
    at = int(random.integers(3, len(line) - gap - 2))
    return [*others, line[:at], line[at + gap :]]


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


def place(strokes: Strokes, size: float, width: float, random: Random) -> Strokes:
    """Put normalized strokes anywhere on the canvas where they fit."""
    points = np.concatenate(list(strokes)) * size
    low, high = points.min(0) - width / 2, points.max(0) + width / 2
    room = np.maximum(1 - (high - low), 0)
    offset = -low + random.uniform(0, 1, 2) * room
    return [line * size + offset for line in strokes]


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
