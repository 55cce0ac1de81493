"""Scrolling through sixty thousand thumbnails from top to bottom, and filtering them."""

from functools import partial
from typing import Any

import numpy as np

from studio.bench.workload import Workload
from studio.data import load_dataset
from studio.insight import Evaluation
from studio.ui.bench.driver import measure_paint_ms, process_events_for, wait_until
from studio.ui.main_window import MainWindow
from studio.ui.mistakes.samples.sample_filter import Outcome, SampleFilter, SortKey
from studio.ui.page_stack import MISTAKES
from studio.ui.widgets.image_grid import IMAGE_SIDES
from studio.ui.widgets.tile_badge import TileBadge

COUNT = 60_000
FRAMES = 200
FILTERS = (
    SampleFilter(outcome=Outcome.ALL, sort=SortKey.ENTROPY),
    SampleFilter(outcome=Outcome.ALL, sort=SortKey.MARGIN, true_in_top2=True),
    SampleFilter(true=3, sort=SortKey.CONFIDENCE, min_confidence=0.3),
    SampleFilter(outcome=Outcome.ALL, text="1", sort=SortKey.INDEX),
    SampleFilter(second=5, reverse=True),
)
FILTER_CHANGES = 50
_LAYOUT_MS = 500
_LARGE_SIDE = IMAGE_SIDES[-2]
_BADGES = (TileBadge("→ 9"), TileBadge("excluded", "bad", fades_image=True))


class ThumbnailsBenchmark:
    """Shows training samples with random predictions on the Mistakes page."""

    def __init__(self, window: MainWindow, workload: Workload) -> None:
        self.conditions: dict[str, Any] = {}
        page = window.mistakes_page
        window.show_page(MISTAKES)
        page.session.begin("bundled", "train")
        page.loader.loaded.emit(create_evaluation(workload))
        view = page.samples_view
        self._filter_model, self._grid = view.filter_model, view.grid
        columns = view.browser.columns
        assert columns is not None
        wait_until(lambda: columns.is_prepared or columns.is_small, "samples are prepared")
        process_events_for(_LAYOUT_MS)

    def measure(self) -> dict[str, list[float]]:
        """Return the milliseconds of each frame.

        `frames` are those of scrolling, each with other thumbnails, `large_frames` of large ones
        with two badges each, `filters` the first ones after another filter and order.
        """
        self._filter_model.set_filter(SampleFilter(outcome=Outcome.ALL))
        frames = self._scroll()
        filters = self._change_filter()
        self._filter_model.set_filter(SampleFilter(outcome=Outcome.ALL))
        self._grid.set_image_side(_LARGE_SIDE)
        self._grid.set_badges(_two_badges)
        large_frames = self._scroll()
        self._grid.set_badges(None)
        self._grid.set_image_side(None)
        return {"frames": frames, "large_frames": large_frames, "filters": filters}

    def _scroll(self) -> list[float]:
        bar, viewport = self._grid.verticalScrollBar(), self._grid.viewport()
        values = np.linspace(bar.minimum(), bar.maximum(), FRAMES + 1).astype(int).tolist()
        bar.setValue(values[0])
        process_events_for(_LAYOUT_MS)
        return [measure_paint_ms(viewport, partial(bar.setValue, value)) for value in values[1:]]

    def _change_filter(self) -> list[float]:
        wanted = [FILTERS[change % len(FILTERS)] for change in range(FILTER_CHANGES)]
        set_filter, viewport = self._filter_model.set_filter, self._grid.viewport()
        return [measure_paint_ms(viewport, partial(set_filter, each)) for each in wanted]


def _two_badges(_position: int) -> tuple[TileBadge, ...]:
    return _BADGES


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
        ids=dataset.sample_ids,
    )
