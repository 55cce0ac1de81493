"""Scrolling through sixty thousand thumbnails from top to bottom."""

from functools import partial
from typing import Any

import numpy as np

from studio.bench.workload import Workload
from studio.data import load_dataset
from studio.insight import Evaluation
from studio.ui.bench.driver import measure_paint_ms, process_events_for
from studio.ui.main_window import MainWindow
from studio.ui.page_stack import MISTAKES

COUNT = 60_000
FRAMES = 200
_LAYOUT_MS = 500


class ThumbnailsBenchmark:
    """Shows training samples with random predictions on the Mistakes page."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self.conditions: dict[str, Any] = {}
        page = window.mistakes_page
        window.show_page(MISTAKES)
        page.loader.loaded.emit(create_evaluation(workload))
        page.samples_view.filter_model.show_all_samples()
        self._grid = page.samples_view.grid
        process_events_for(_LAYOUT_MS)

    def measure(self) -> dict[str, list[float]]:
        """Return the milliseconds of each frame; every frame shows other thumbnails."""
        bar, viewport = self._grid.verticalScrollBar(), self._grid.viewport()
        values = np.linspace(bar.minimum(), bar.maximum(), FRAMES + 1).astype(int).tolist()
        bar.setValue(values[0])
        process_events_for(_LAYOUT_MS)
        frames = [measure_paint_ms(viewport, partial(bar.setValue, value)) for value in values[1:]]
        return {"frames": frames}


def create_evaluation(workload: Workload) -> Evaluation:
    """Return random predictions for the samples of a workload, which repeat up to `COUNT`."""
    dataset = load_dataset(workload.config.data, workload.data_dir)
    indices, rng = np.arange(COUNT) % len(dataset.labels), np.random.default_rng(0)
    classes = len(dataset.class_names)
    probabilities = rng.dirichlet(np.ones(classes), COUNT).astype(np.float32)
    return Evaluation(
        run="bundled",
        dataset=dataset.name,
        split="train",
        class_names=dataset.class_names,
        images=dataset.images[indices],
        indices=indices,
        labels=dataset.labels[indices],
        probabilities=probabilities,
    )
