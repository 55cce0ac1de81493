"""Time from a pen movement to the painted prediction."""

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QLabel, QWidget

from studio.bench.workload import Workload
from studio.ui.bench.canvas_mouse import CanvasMouse
from studio.ui.bench.driver import find_child, measure_paint_ms, process_events_for, wait_until
from studio.ui.bench.training import TrainingBenchmark
from studio.ui.draw.prediction_controller import PredictionController
from studio.ui.main_window import MainWindow
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.prediction_bars import PredictionBars

MOVES = 40
WARM_UP_MS = 1000
_MOVE_INTERVAL_MS = 16  # a mouse reports about as often as a screen is refreshed


class StrokeBenchmark:
    """Draws a zero with the bundled model, first idle and then during a training."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self._training = TrainingBenchmark(window, workload)
        self.conditions: dict[str, Any] = self._training.conditions
        window.open_draw("bundled")
        self._canvas = find_child(window, DigitCanvas, "digit_canvas")
        self._mouse = CanvasMouse(self._canvas)
        # What is painted in the end, and the signal after which painting counts.
        self._painted: QWidget = find_child(window, PredictionBars, "prediction_bars")
        self._updated = find_child(window.draw_page, PredictionController).predicted
        label = find_child(window, QLabel, "prediction_label")
        wait_until(lambda: label.text() == "Nothing drawn yet", "the model is loading")

    def measure(self) -> dict[str, list[float]]:
        """Return the milliseconds of each move of both strokes."""
        idle = self._draw_stroke()
        self._training.resume()
        process_events_for(WARM_UP_MS)
        training = self._draw_stroke()
        self._training.pause()
        return {"idle": idle, "training": training}

    def _draw_stroke(self) -> list[float]:
        """Draw one stroke on an empty canvas."""
        self._canvas.clear()
        first, *points = zero_outline(MOVES + 1)
        self._mouse.press(first)
        times_ms = []
        for point in points:
            move = partial(self._mouse.move, point)
            times_ms.append(measure_paint_ms(self._painted, move, self._updated))
            process_events_for(_MOVE_INTERVAL_MS)
        self._mouse.release(points[-1])
        process_events_for(_MOVE_INTERVAL_MS)
        return times_ms


def zero_outline(count: int) -> list[tuple[float, float]]:
    """Return points of a stroke in the shape of a zero, 0..1 in both directions."""
    angles = np.linspace(0, 2 * np.pi, count)
    return [(0.5 - 0.2 * float(np.sin(t)), 0.5 - 0.3 * float(np.cos(t))) for t in angles]
