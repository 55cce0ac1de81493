"""Panning the map of sixty thousand samples."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.bench.workload import Workload
from studio.ui.bench.driver import measure_paint_ms, process_events_for
from studio.ui.bench.thumbnails import create_evaluation
from studio.ui.main_window import MainWindow
from studio.ui.mistakes.embedding.map_colors import ColorBy, color_samples
from studio.ui.page_stack import MISTAKES
from studio.ui.widgets.scatter_view import ScatterView

COUNT = 60_000
FRAMES = 200
_GROUPS, _SPREAD = 10, 0.12
_LAYOUT_MS = 500
_STEP_PX = 3.0


class SampleMapBenchmark:
    """Shows random groups of points on the Mistakes page, and pans them at two magnifications."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self.conditions: dict[str, Any] = {}
        page = window.mistakes_page
        window.show_page(MISTAKES)
        evaluation = create_evaluation(workload)
        self._scatter = ScatterView(page)
        self._scatter.setGeometry(page.rect())  # larger than the map on the page
        positions = random_positions(COUNT)
        colors = color_samples(evaluation, np.arange(COUNT), ColorBy.TRUE, dark=False)
        self._scatter.set_points(positions, colors.colors)
        self._scatter.set_colors(colors.colors, colors.order)
        self._scatter.show()
        process_events_for(_LAYOUT_MS)

    def measure(self) -> dict[str, list[float]]:
        """Return the milliseconds of each frame: half of them with all points in view."""
        self._scatter.show_all()
        whole = self._pan()
        self._scatter.zoom_in()
        self._scatter.zoom_in()
        return {"frames": whole + self._pan()}

    def _pan(self) -> list[float]:
        steps = np.where(np.arange(FRAMES // 2) % 50 < 25, _STEP_PX, -_STEP_PX).tolist()
        return [measure_paint_ms(self._scatter, partial(self._scatter.pan, dx, 0)) for dx in steps]


def random_positions(count: int) -> NDArray[np.float32]:
    """Return positions float32 [count, 2] in groups, as on a map by t-SNE."""
    rng = np.random.default_rng(0)
    angles = 2 * np.pi * rng.integers(0, _GROUPS, count) / _GROUPS
    centers = 0.7 * np.stack([np.cos(angles), np.sin(angles)], 1)
    positions = centers + _SPREAD * rng.normal(size=(count, 2))
    return np.clip(positions, -1, 1).astype(np.float32)
