"""Draws on the canvas with mouse events, as a hand would."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from studio.ui.widgets.digit_canvas import DigitCanvas

# In the drawing area, 0..1 in both directions.
Point = Sequence[float]

_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class CanvasMouse:
    """Presses, moves and releases the left button over a canvas."""

    def __init__(self, canvas: DigitCanvas) -> None:
        self._canvas = canvas

    def draw_stroke(self, points: Sequence[Point]) -> None:
        """Draw one stroke through points."""
        self.press(points[0])
        for point in points[1:]:
            self.move(point)
        self.release(points[-1])

    def press(self, point: Point) -> None:
        """Begin a stroke."""
        self._send(QEvent.Type.MouseButtonPress, point, _LEFT, _LEFT)

    def move(self, point: Point) -> None:
        """Go on to a point."""
        self._send(QEvent.Type.MouseMove, point, _NONE, _LEFT)

    def release(self, point: Point) -> None:
        """End the stroke."""
        self._send(QEvent.Type.MouseButtonRelease, point, _LEFT, _NONE)

    def _send(
        self,
        event_type: QEvent.Type,
        point: Point,
        button: Qt.MouseButton,
        buttons: Qt.MouseButton,
    ) -> None:
        side = min(self._canvas.width(), self._canvas.height())
        left, top = (self._canvas.width() - side) / 2, (self._canvas.height() - side) / 2
        # A mouse reports whole pixels.
        local = QPointF(round(left + point[0] * side), round(top + point[1] * side))
        on_screen = QPointF(self._canvas.mapToGlobal(local))
        modifiers = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(event_type, local, on_screen, button, buttons, modifiers)
        QApplication.sendEvent(self._canvas, event)
