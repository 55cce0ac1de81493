"""The drawing on a canvas: its history, the stroke in progress and both rendered as pixels."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from studio.ui.widgets import transform as transforms
from studio.ui.widgets.drawing_bounds import Box, content_box, is_within_reach, mean_point
from studio.ui.widgets.drawing_history import DrawingHistory
from studio.ui.widgets.stroke_painter import paint_curve
from studio.ui.widgets.strokes import (
    Background,
    BezierCurve,
    DrawnStep,
    HistorySnapshot,
    Stroke,
    Tool,
)
from studio.ui.widgets.transform import Point, Transform

IMAGE_SIDE = 280

# From this magnification on, pixels stay sharp squares: smoothed they would only be a blur. An
# opened image of 28 x 28 px gives the model the very pixels it has.
PIXELATED_FROM = 8


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

    def extend_stroke(self, point: Point, relative_width: float = 1.0) -> list[BezierCurve]:
        """Extend the stroke to a point, in fractions of the side; return the changed segments.

        `relative_width` is a multiple of the width of the stroke.
        """
        if self.stroke is None:
            return []
        old_tail = [self.stroke.tail()] if self.stroke.points else []
        segment = self.stroke.add(point, relative_width)
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

    def transform(self, change: Transform, is_continued: bool = False) -> bool:
        """Move, scale or rotate what is drawn, and return whether that was possible.

        It is not on an empty canvas, nor if the drawing would be out of reach, too large or too
        small. A continued transform becomes one step with the one before it.
        """
        visible = self.history.visible()
        before = content_box(visible)
        after = content_box([step.transformed(change) for step in visible])
        if before is None or after is None or not is_within_reach(before, after):
            return False
        self.history.push_transform(change, is_continued)
        self._render_all()
        return True

    def box(self) -> Box | None:
        """Return the box around the pen strokes and images; None if there are none."""
        return content_box(self.history.visible())

    def rotation(self, degrees: float) -> Transform:
        """Return a clockwise rotation of the drawing, which must have a box."""
        return transforms.rotate(degrees, mean_point(self.history.visible()))

    def render(self, side: int) -> QImage:
        """Return the finished strokes and images black on white, `side` pixels wide."""
        raster = DrawingRaster(side, QColor("black"))
        raster.draw_steps(self.history.visible())
        image = QImage(side, side, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.drawImage(0, 0, raster.image)
        painter.end()
        return image

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

    def _finished_steps(self) -> list[DrawnStep]:
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

    def draw_steps(self, steps: list[DrawnStep]) -> None:
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
            paint_curve(painter, stroke, curve, QRectF(self.image.rect()), self.color)
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
        tinted = _tint(background.drawing, self.color)
        size = tinted.size().scaled(self.side, self.side, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.side - size.width()) / 2, (self.side - size.height()) / 2
        painter = QPainter(self.image)
        is_smooth = size.width() < PIXELATED_FROM * tinted.width() or background.transform.sine != 0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_smooth)
        painter.setTransform(_to_qt(background.transform, self.side))
        painter.drawImage(QRectF(left, top, size.width(), size.height()), tinted)
        painter.end()


def _to_qt(transform: Transform, side: int) -> QTransform:
    """Convert a transform of fractions to one of the pixels of a square."""
    cosine, sine = transform.cosine, transform.sine
    return QTransform(cosine, sine, -sine, cosine, transform.right * side, transform.down * side)


def _tint(opacity: NDArray[np.uint8], color: QColor) -> QImage:
    """Return an image of one color with this opacity, premultiplied for smooth scaling."""
    alpha = opacity.astype(np.uint32)
    channels = (color.red(), color.green(), color.blue())
    red, green, blue = (alpha * channel // 255 for channel in channels)
    pixels = np.ascontiguousarray(alpha << 24 | red << 16 | green << 8 | blue)
    height, width = opacity.shape
    pixel_format = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, pixel_format).copy()
