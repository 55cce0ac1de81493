"""Saliency maps, computed in the background: which pixels mattered for a prediction."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from studio.runs import RunStore
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import LatestWorker

HOTTEST_PERCENTILE = 99  # shown as 1, so that a single outlier does not darken all other pixels


@dataclass(frozen=True, eq=False)
class SaliencyRequest:
    """Asks which pixels of `image`, uint8 [C, h, w], speak for or against class `class_index`.

    `model` is a predictor, or a run id or "bundled", which is then loaded by the worker. `sample`
    is whatever the caller needs to recognize the result.
    """

    model: LivePredictor | str
    image: NDArray[np.uint8]
    class_index: int
    sample: int = 0


class SaliencyWorker(LatestWorker):
    """Computes saliency maps: `completed` carries a request and its map, float32 [h, w] of 0..1."""

    def __init__(self, store: RunStore, parent: QObject | None = None) -> None:
        super().__init__(self._compute_saliency, parent)
        self._store = store
        self._loaded: tuple[str, LivePredictor] | None = None  # used by the thread only

    def _compute_saliency(self, request: SaliencyRequest) -> NDArray[np.float32]:
        model = request.model
        predictor = self._load(model) if isinstance(model, str) else model
        return scale_saliency(predictor.saliency(request.image, request.class_index))

    def _load(self, run: str) -> LivePredictor:
        if self._loaded is None or self._loaded[0] != run:
            self._loaded = run, LivePredictor.load(run, self._store)
        return self._loaded[1]


def scale_saliency(saliency: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale a saliency map [h, w] to 0..1 so that `HOTTEST_PERCENTILE` is 1."""
    magnitude = np.abs(saliency)
    hottest = float(np.percentile(magnitude, HOTTEST_PERCENTILE))
    scaled = np.clip(magnitude / hottest, 0, 1) if hottest > 0 else np.zeros_like(magnitude)
    return scaled.astype(np.float32)
