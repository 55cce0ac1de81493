"""Dragging the scroll bar of sixty thousand thumbnails from end to end."""

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QCheckBox

from studio.bench.workload import Workload
from studio.data import load_dataset
from studio.insight import Evaluation
from studio.ui.bench.driver import painted_ms, rest
from studio.ui.bench.finding import find
from studio.ui.main_window import MainWindow
from studio.ui.page_stack import MISTAKES

COUNT = 60_000
_FRAMES = 200
_LAID_OUT_MS = 500


class Thumbnails:
    """Every training picture on the Mistakes page, read right or wrong by chance."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self.facts: dict[str, Any] = {}
        page = window.mistakes_page
        window.show_page(MISTAKES)
        page.loader.loaded.emit(make_evaluation(workload))
        find(page, QCheckBox, "all_samples_check").click()
        self._grid = page.evaluation_view.grid
        rest(_LAID_OUT_MS)

    def turn(self) -> dict[str, list[float]]:
        """Milliseconds of each frame; every frame shows other pictures."""
        bar, viewport = self._grid.verticalScrollBar(), self._grid.viewport()
        places = np.linspace(bar.minimum(), bar.maximum(), _FRAMES + 1).astype(int).tolist()
        bar.setValue(places[0])
        rest(_LAID_OUT_MS)
        frames = [painted_ms(viewport, partial(bar.setValue, place)) for place in places[1:]]
        return {"frames": frames}


def make_evaluation(workload: Workload) -> Evaluation:
    """Random predictions for the training samples of a workload, repeated as needed."""
    pictures = load_dataset(workload.config.data, workload.data_dir)
    rows, rng = np.arange(COUNT) % len(pictures.labels), np.random.default_rng(0)
    classes = len(pictures.class_names)
    shares = rng.dirichlet(np.ones(classes), COUNT).astype(np.float32)
    return Evaluation(
        run="bundled",
        dataset=pictures.name,
        split="train",
        class_names=pictures.class_names,
        images=pictures.images[rows],
        indices=rows,
        labels=pictures.labels[rows],
        probabilities=shares,
    )
