"""The loss plot with a million points."""

from typing import Any

import numpy as np
from PySide6.QtWidgets import QGraphicsView, QPushButton

from studio.bench.workload import Workload
from studio.ui.bench.driver import painted_ms, wait_until
from studio.ui.bench.finding import find
from studio.ui.main_window import MainWindow
from studio.ui.widgets.curve_plot import CurvePlot

POINTS = 1_000_000
_REDRAWS = 20
_EPOCHS = 100


class MillionPoints:
    """A loss that falls and trembles, as of a long training; each redraw comes after a new step."""

    def __init__(self, window: MainWindow, _job: Workload) -> None:
        self.facts: dict[str, Any] = {}
        self._end = float(_EPOCHS)
        window.open_train()
        find(window, QPushButton, "curves_tab").click()
        self._plot = find(window, CurvePlot, "loss_plot")
        x = np.linspace(0, _EPOCHS, POINTS)
        tremble = np.random.default_rng(0).exponential(0.2, POINTS)
        self._plot.set_curve("training", x, np.exp(-x / 30) + tremble)
        wait_until(
            lambda: self._plot.findChild(QGraphicsView) is not None, "the plot is being built"
        )
        self._canvas = find(self._plot, QGraphicsView).viewport()

    def turn(self) -> dict[str, list[float]]:
        """Milliseconds of each redraw."""
        return {"redraws": [painted_ms(self._canvas, self._grow) for _ in range(_REDRAWS)]}

    def _grow(self) -> None:
        self._end += _EPOCHS / POINTS
        self._plot.append("training", self._end, 0.5)
        self._plot.redraw()
