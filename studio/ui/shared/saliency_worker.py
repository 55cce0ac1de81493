"""Saliency maps, computed in the background: which pixels mattered for a prediction."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from studio.insight.saliency import INPUT_TIMES_GRADIENT, SaliencyMaps, SaliencyMethod
from studio.runs import RunStore
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import LatestWorker


@dataclass(frozen=True, eq=False)
class SaliencyRequest:
    """Asks which pixels of `image`, uint8 [C, h, w], speak for or against each of `classes`.

    `model` is a predictor, or a run id or "bundled", which is then loaded by the worker. `sample`
    is whatever the caller needs to recognize the result.
    """

    model: LivePredictor | str
    image: NDArray[np.uint8]
    classes: tuple[int, ...]
    method: SaliencyMethod = INPUT_TIMES_GRADIENT
    sample: int = 0


class SaliencyWorker(LatestWorker):
    """Computes saliency maps: `completed` carries a request and its `SaliencyMaps`.

    `progressed` carries a request and the fraction done. A newer request stops the one in progress.
    """

    progressed = Signal(object, float)

    def __init__(self, store: RunStore, parent: QObject | None = None) -> None:
        super().__init__(self._compute_saliency, parent)
        self._store = store
        self._loaded: tuple[str, LivePredictor] | None = None  # used by the thread only

    def _compute_saliency(self, request: SaliencyRequest) -> SaliencyMaps:
        model = request.model
        predictor = self._load(model) if isinstance(model, str) else model
        return predictor.saliency(
            request.image,
            request.classes,
            request.method,
            partial(self._report, request),
            self.is_superseded,
        )

    def _report(self, request: SaliencyRequest, fraction: float, _message: str) -> None:
        self.progressed.emit(request, fraction)

    def _load(self, run: str) -> LivePredictor:
        if self._loaded is None or self._loaded[0] != run:
            self._loaded = run, LivePredictor.load(run, self._store)
        return self._loaded[1]
