"""From a move of the pen to the painted answer."""

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

from studio.bench.workload import Workload
from studio.ui.bench.driver import painted_ms, rest, wait_until
from studio.ui.bench.finding import find
from studio.ui.bench.training import WindowTraining
from studio.ui.draw.prediction_controller import PredictionController
from studio.ui.main_window import MainWindow
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.prediction_bars import PredictionBars

_MOVES = 40
_BETWEEN_MS = 16  # a mouse moves about as often as a screen is drawn
_WARM_MS = 1000
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Strokes:
    """Draws a zero with the bundled network beside it, once idle and once beside a training."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self._training = WindowTraining(window, workload)
        self.facts: dict[str, Any] = self._training.facts
        window.open_draw("bundled")
        self._canvas = find(window, DigitCanvas, "digit_canvas")
        self._bars = find(window, PredictionBars, "prediction_bars")
        self._controller = find(window.draw_page, PredictionController)
        label = find(window, QLabel, "prediction_label")
        wait_until(lambda: label.text() == "Nothing drawn yet", "the network is loading")

    def turn(self) -> dict[str, list[float]]:
        """Milliseconds of each move of both strokes."""
        idle = self._draw()
        self._training.go_on()
        rest(_WARM_MS)
        beside = self._draw()
        self._training.pause()
        return {"idle": idle, "training": beside}

    def _draw(self) -> list[float]:
        """One stroke on a fresh sheet."""
        self._canvas.clear()
        first, *places = zero(_MOVES + 1)
        self._send(QEvent.Type.MouseButtonPress, first, _LEFT, _LEFT)
        times = []
        for place in places:
            times.append(self._move(place))
            rest(_BETWEEN_MS)
        self._send(QEvent.Type.MouseButtonRelease, places[-1], _LEFT, _NONE)
        rest(_BETWEEN_MS)
        return times

    def _move(self, place: tuple[float, float]) -> float:
        def move() -> None:
            self._send(QEvent.Type.MouseMove, place, _NONE, _LEFT)

        return painted_ms(self._bars, move, self._controller.predicted)

    def _send(
        self,
        kind: QEvent.Type,
        place: tuple[float, float],
        button: Qt.MouseButton,
        buttons: Qt.MouseButton,
    ) -> None:
        """A real mouse event at a place of the sheet, in shares of its side."""
        side = min(self._canvas.width(), self._canvas.height())
        left, top = (self._canvas.width() - side) / 2, (self._canvas.height() - side) / 2
        where = QPointF(left + place[0] * side, top + place[1] * side)
        whole = QPointF(self._canvas.mapToGlobal(where))
        modifiers = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, where, whole, button, buttons, modifiers)
        QApplication.sendEvent(self._canvas, event)


def zero(count: int) -> list[tuple[float, float]]:
    """Places of a stroke, in shares of the sheet's side."""
    turns = np.linspace(0, 2 * np.pi, count)
    return [(0.5 - 0.2 * float(np.sin(t)), 0.5 - 0.3 * float(np.cos(t))) for t in turns]
