"""Renders and predicts the newest edit of a sample in the background."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from studio.insight.sample_edits import SampleEdit
from studio.runs import RunStore
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import LatestWorker, one_thread


@dataclass(frozen=True, eq=False)
class EditRequest:
    """Asks how `run`, an id or "bundled", predicts an edit. `background` is uint8 [C]."""

    run: str
    edit: SampleEdit
    background: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class EditedSample:
    """An edit as it looks, uint8 [C, H, W], and its probabilities, float32 [K]."""

    image: NDArray[np.uint8]
    probabilities: NDArray[np.float32]


class EditWorker(LatestWorker):
    """`completed` carries an `EditRequest` and its `EditedSample`."""

    def __init__(self, store: RunStore, parent: QObject | None = None) -> None:
        super().__init__(self._compute_edit, parent)
        self._store = store
        self._loaded: tuple[str, LivePredictor] | None = None  # used by the thread only

    def _compute_edit(self, request: EditRequest) -> EditedSample:
        predictor = self._load(request.run)
        with one_thread():
            image = request.edit.render(request.background)
        return EditedSample(image, predictor.predict(image[None])[0])

    def _load(self, run: str) -> LivePredictor:
        if self._loaded is None or self._loaded[0] != run:
            self._loaded = run, LivePredictor.load(run, self._store)
        return self._loaded[1]
