"""Redrawing of a loss plot with a million points."""

from typing import Any

import numpy as np
from PySide6.QtWidgets import QGraphicsView, QPushButton

from studio.bench.workload import Workload
from studio.ui.bench.driver import find_child, measure_paint_ms, wait_until
from studio.ui.main_window import MainWindow
from studio.ui.widgets.curve_plot import CurvePlot

POINTS = 1_000_000
REDRAWS = 20
_EPOCHS = 100


class PlotBenchmark:
    """Shows a noisy, falling loss as of a long training, and appends points to it."""

    def __init__(self, window: MainWindow, _workload: Workload) -> None:
        self.conditions: dict[str, Any] = {}
        self._last_x = float(_EPOCHS)
        window.open_train()
        find_child(window, QPushButton, "curves_tab").click()
        self._plot = find_child(window, CurvePlot, "loss_plot")
        x = np.linspace(0, _EPOCHS, POINTS)
        noise = np.random.default_rng(0).exponential(0.2, POINTS)
        self._plot.set_curve("training", x, np.exp(-x / 30) + noise)
        wait_until(
            lambda: self._plot.findChild(QGraphicsView) is not None, "the plot is being built"
        )
        self._viewport = find_child(self._plot, QGraphicsView).viewport()

    def measure(self) -> dict[str, list[float]]:
        """Return the milliseconds of each redraw."""
        redraws = [measure_paint_ms(self._viewport, self._append_point) for _ in range(REDRAWS)]
        return {"redraws": redraws}

    def _append_point(self) -> None:
        self._last_x += _EPOCHS / POINTS
        self._plot.append("training", self._last_x, 0.5)
        self._plot.redraw()
