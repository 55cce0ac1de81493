"""Moving the slider of the view “Over time”, and drawing while it is shown."""

from functools import partial
from typing import Any

from PySide6.QtWidgets import QSlider

from studio.bench.workload import Workload
from studio.training import Trainer
from studio.ui.bench.driver import find_child, measure_paint_ms, process_events_for, wait_until
from studio.ui.draw.over_time.over_time_view import OverTimeView
from studio.ui.draw.views import OVER_TIME
from studio.ui.main_window import MainWindow
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.prediction_bars import PredictionBars
from studio.ui.widgets.probability_ribbon import ProbabilityRibbon

EPOCHS, SAMPLES = 30, 512
_LAYOUT_MS = 500


class OverTimeBenchmark:
    """Trains a short run that keeps every epoch, and draws with all of its models."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        kept = {"optim.epochs": EPOCHS, "data.subset": SAMPLES, "engine.keep_weights": "every"}
        config = workload.config.with_values(kept)
        run = window.context.store.create(config)
        Trainer(config, run, workload.data_dir).fit()
        self.conditions: dict[str, Any] = {"epochs": EPOCHS}
        window.open_draw(run.id)
        page = window.draw_page
        page.views.open(OVER_TIME)
        self._view = find_child(page, OverTimeView, "over_time_view")
        self._ribbon = find_child(page, ProbabilityRibbon, "probability_ribbon")
        self._bars = find_child(page, PredictionBars, "over_time_bars")
        self._slider = find_child(page, QSlider, "epoch_slider")
        self._canvas = find_child(page, DigitCanvas, "digit_canvas")
        wait_until(lambda: self._slider.maximum() == EPOCHS - 1, "the epochs are listed")

    def measure(self) -> dict[str, list[float]]:
        """Return the milliseconds of each tick, and of one drawing with all epochs."""
        self._canvas.clear()
        process_events_for(_LAYOUT_MS)
        drawing = measure_paint_ms(self._ribbon, self._draw, self._view.predicted)
        self._slider.setValue(EPOCHS - 1)
        process_events_for(_LAYOUT_MS)
        ticks = [
            measure_paint_ms(self._bars, partial(self._slider.setValue, index))
            for index in (*range(EPOCHS - 1), *reversed(range(EPOCHS - 2)))
        ]
        return {"ticks": ticks, "drawing": [drawing]}

    def _draw(self) -> None:
        import numpy as np

        ink = np.zeros((280, 280), np.uint8)
        ink[60:220, 130:150] = 255
        self._canvas.set_image(ink)
