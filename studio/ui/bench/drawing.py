"""Drawings replayed on the canvas, and what the prediction bars say of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.bench.strokes.hands import Strokes, normalize, place
from studio.bench.strokes.samples import Drawing, draw_samples, kinds
from studio.bench.workload import Workload
from studio.data.drawing.preprocessing import prepare_drawing
from studio.inference import DrawingPrediction
from studio.ui.bench.canvas_mouse import CanvasMouse
from studio.ui.bench.driver import find_child, wait_until
from studio.ui.draw.prediction_controller import PredictionController
from studio.ui.main_window import MainWindow
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.prediction_bars import PredictionBars

COUNT = 40  # of each kind, pen and measurement
# Size of the drawing and width of the pen as fractions of the canvas.
PENS = ((0.8, 0.06), (0.8, 0.02), (0.8, 0.12), (0.4, 0.06), (0.2, 0.03), (0.2, 0.06))


@dataclass(frozen=True)
class Reading:
    """What the bars show of a drawing: the predicted class and the familiarity, 0..1."""

    label: str
    familiarity: float


class DrawingReplay:
    """Draws with mouse events on the Draw page of a window, and waits for the prediction."""

    def __init__(self, window: MainWindow) -> None:
        window.open_draw("bundled")
        self._canvas = find_child(window, DigitCanvas, "digit_canvas")
        self._bars = find_child(window, PredictionBars, "prediction_bars")
        self._mouse = CanvasMouse(self._canvas)
        self._newest: DrawingPrediction | None = None
        controller = find_child(window.draw_page, PredictionController)
        controller.predicted.connect(self._on_predicted)
        wait_until(lambda: controller.predictor is not None, "the model is loading")

    def draw(self, strokes: Strokes, width: float) -> Reading:
        """Draw strokes, in fractions of the canvas, on an empty canvas, and read the bars."""
        self._canvas.clear()
        self._canvas.set_pen_width(width)
        for line in strokes:
            self._mouse.draw_stroke(line.tolist())
        # Predictions of the unfinished drawing may still arrive.
        drawn = prepare_drawing(self._canvas.image(), "mnist", 28)
        wait_until(lambda: self._shows(drawn), "no prediction")
        label, _ = max(self._bars.values(), key=lambda value: value[1])
        return Reading(label, self._bars.familiarity())

    def draw_anywhere(
        self, drawing: Drawing, pen: tuple[float, float], random: np.random.Generator
    ) -> tuple[bool, float]:
        """Draw at a random place; return whether the class is correct, and the familiarity."""
        (label, strokes), (size, width) = drawing, pen
        reading = self.draw(place(normalize(strokes), size, width, random), width)
        return reading.label == label, reading.familiarity

    def _on_predicted(self, prediction: DrawingPrediction | None) -> None:
        self._newest = prediction

    def _shows(self, drawn: np.ndarray | None) -> bool:
        newest = self._newest
        return (
            newest is not None
            and drawn is not None
            and np.array_equal(newest.network_input[0], drawn)
        )


class DrawingBenchmark:
    """Replays drawings with the bundled model; each measurement draws others."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self._replay = DrawingReplay(window)
        self._data_dir = workload.data_dir
        self._kinds = kinds(workload.data_dir)
        self._repetition = 0
        self.conditions: dict[str, Any] = {"kinds": self._kinds, "pens": PENS}

    def measure(self) -> dict[str, list[list[tuple[bool, float]]]]:
        """Return the results of each kind: for each pen, those of `COUNT` drawings.

        A result says whether the predicted class is correct, and how familiar the drawing is.
        """
        self._repetition += 1
        random = np.random.default_rng((15, self._repetition))
        return {kind: self._replay_kind(kind, random) for kind in self._kinds}

    def _replay_kind(
        self, kind: str, random: np.random.Generator
    ) -> list[list[tuple[bool, float]]]:
        found = []
        for pen in PENS:
            drawings = draw_samples(kind, COUNT, random, self._data_dir)
            found.append([self._replay.draw_anywhere(one, pen, random) for one in drawings])
        return found
