"""The drawing on a canvas: its history, the stroke in progress and both rendered as pixels."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from studio.ui.widgets.strokes import (
    Background,
    BezierCurve,
    DrawingHistory,
    DrawingStep,
    HistorySnapshot,
    Point,
    Stroke,
    Tool,
)

IMAGE_SIDE = 280


class Drawing:
    """Keeps strokes as points and renders each segment once, for the screen and for the array."""

    def __init__(self) -> None:
        self.stroke: Stroke | None = None
        self.screen = DrawingRaster(1, QColor("black"))
        self._array = DrawingRaster(IMAGE_SIDE, QColor("white"))
        self.history = DrawingHistory()

    def image(self) -> NDArray[np.uint8]:
        """Return the drawing, uint8 [280, 280], 255 = stroke, up to the position of the pen."""
        if self.stroke is None:
            return self._array.pixels()
        array = self._array.copy()
        array.draw_curves(self.stroke, [self.stroke.tail()])
        return array.pixels()

    def is_blank(self) -> bool:
        """Return whether nothing is visible."""
        return self.history.is_blank() and self.stroke is None

    @property
    def bare_background(self) -> Background | None:
        """The background as long as nothing is drawn on it."""
        return self.history.bare_background() if self.stroke is None else None

    def start_stroke(self, tool: Tool, width: float, starts_drawing: bool = False) -> None:
        """Begin a stroke; `width` is a fraction of the side.

        With `starts_drawing` it hides everything before it.
        """
        self.stroke = Stroke(tool, width, starts_drawing=starts_drawing)
        if starts_drawing:
            self._render_all()

    def extend_stroke(self, point: Point) -> list[BezierCurve]:
        """Extend the stroke to a point, in fractions of the side; return the changed segments."""
        if self.stroke is None:
            return []
        old_tail = [self.stroke.tail()] if self.stroke.points else []
        segment = self.stroke.add(point)
        if segment is None:
            return []
        self._render(self.stroke, [segment])
        return [segment, self.stroke.tail(), *old_tail]

    def finish_stroke(self) -> bool:
        """Finish the stroke; return False if there is none."""
        stroke, self.stroke = self.stroke, None
        if stroke is None:
            return False
        self._render(stroke, [stroke.tail()])
        self.history.push(stroke)
        return True

    def undo(self) -> None:
        """Undo the last stroke or background."""
        self.history.undo()
        self._render_all()

    def redo(self) -> None:
        """Redo what was undone last."""
        self.history.redo()
        self._render_all()

    def snapshot(self) -> HistorySnapshot:
        """Return a copy of all steps, which later changes leave alone."""
        return self.history.snapshot(self.stroke)

    def prepend(self, earlier: HistorySnapshot) -> None:
        """Put an earlier drawing below this one, also while a stroke is in progress."""
        self.history.prepend(earlier)
        self._render_all()
        if self.stroke is not None:
            self._render(self.stroke, self.stroke.curves()[:-1])

    def set_background(self, background: Background) -> None:
        """Cover everything with a background, empty or with an image."""
        self.history.push(background)
        self._render_all()

    def resize_screen(self, side: int, color: QColor) -> None:
        """Render again for the screen, `side` device pixels wide."""
        self.screen = DrawingRaster(side, color)
        self.screen.draw_steps(self._finished_steps())
        if self.stroke is not None:
            self.screen.draw_curves(self.stroke, self.stroke.curves()[:-1])

    def _render(self, stroke: Stroke, curves: list[BezierCurve]) -> None:
        self._array.draw_curves(stroke, curves)
        self.screen.draw_curves(stroke, curves)

    def _render_all(self) -> None:
        steps = self._finished_steps()
        self._array.draw_steps(steps)
        self.screen.draw_steps(steps)

    def _finished_steps(self) -> list[DrawingStep]:
        """Return the visible steps below the stroke in progress."""
        return [] if self.stroke and self.stroke.starts_drawing else self.history.visible()


class DrawingRaster:
    """A drawing as a transparent square image in one color, `side` pixels wide."""

    def __init__(self, side: int, color: QColor) -> None:
        self.side = max(1, side)
        self.color = color
        self.image = QImage(self.side, self.side, QImage.Format.Format_ARGB32_Premultiplied)
        self.image.fill(Qt.GlobalColor.transparent)

    def copy(self) -> "DrawingRaster":
        """Return an independent copy."""
        other = DrawingRaster(self.side, self.color)
        other.image = self.image.copy()
        return other

    def draw_steps(self, steps: list[DrawingStep]) -> None:
        """Draw from scratch, as after an undo or at a new size."""
        self.image.fill(Qt.GlobalColor.transparent)
        for step in steps:
            if isinstance(step, Background):
                self._draw_background(step)
            else:
                self.draw_curves(step, step.curves())

    def draw_curves(self, stroke: Stroke, curves: list[BezierCurve]) -> None:
        """Draw segments of a stroke, or erase along them.

        Each is drawn by itself, as while the pen moved, so that the same strokes always give the
        same pixels: edges are antialiased where segments meet.
        """
        painter = QPainter(self.image)
        if stroke.tool == "eraser":
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        for curve in curves:
            paint_curves(painter, stroke, [curve], QRectF(self.image.rect()), self.color)
        painter.end()

    def pixels(self) -> NDArray[np.uint8]:
        """Return the opacity of the drawing, uint8 [side, side], 255 = stroke."""
        alpha = self.image.convertToFormat(QImage.Format.Format_Alpha8)
        rows = np.frombuffer(alpha.constBits(), np.uint8).reshape(self.side, alpha.bytesPerLine())
        return rows[:, : self.side].copy()

    def _draw_background(self, background: Background) -> None:
        self.image.fill(Qt.GlobalColor.transparent)
        if background.drawing is None or background.drawing.size == 0:
            return
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        tinted = _tint(background.drawing, self.color)
        size = tinted.size().scaled(self.side, self.side, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.side - size.width()) / 2, (self.side - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), tinted)
        painter.end()


def paint_curves(
    painter: QPainter, stroke: Stroke, curves: list[BezierCurve], square: QRectF, color: QColor
) -> None:
    """Paint segments, whose points are fractions of `square`, with a round pen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, max(1.0, stroke.width * square.width()))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath()
    for curve in curves:
        start, control, end = (_to_pixels(point, square) for point in curve)
        if start == control == end:
            painter.drawPoint(start)
            continue
        if path.isEmpty() or path.currentPosition() != start:
            path.moveTo(start)
        path.quadTo(control, end)
    painter.drawPath(path)


def curves_rect(stroke: Stroke, curves: list[BezierCurve], square: QRectF) -> QRectF:
    """Return the part of `square` that these segments touch, including the width of the pen."""
    points = QPolygonF([_to_pixels(point, square) for curve in curves for point in curve])
    margin = stroke.width * square.width() / 2 + 2
    return points.boundingRect().adjusted(-margin, -margin, margin, margin)


def _to_pixels(point: Point, square: QRectF) -> QPointF:
    return QPointF(
        square.left() + point[0] * square.width(), square.top() + point[1] * square.height()
    )


def _tint(opacity: NDArray[np.uint8], color: QColor) -> QImage:
    """Return an image of one color with this opacity, premultiplied for smooth scaling."""
    alpha = opacity.astype(np.uint32)
    channels = (color.red(), color.green(), color.blue())
    red, green, blue = (alpha * channel // 255 for channel in channels)
    pixels = np.ascontiguousarray(alpha << 24 | red << 16 | green << 8 | blue)
    height, width = opacity.shape
    pixel_format = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, pixel_format).copy()
