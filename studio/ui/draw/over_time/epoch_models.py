"""The models of the kept epochs of a run, and what each predicts of a drawing. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop
from studio.data.opened_image import OpenedImage
from studio.errors import Stopped
from studio.runs import RunStore
from studio.runs.stored_epochs import ModelKey, stored_epochs
from studio.ui.draw.prediction_controller import PredictionRequest
from studio.ui.shared.live_predictor import LivePredictor

MEMORY_BYTES = 256 << 20  # of the weights that stay loaded


@dataclass(frozen=True)
class KeptEpochs:
    """The epochs of which a run has kept the weights, counted from 1 and ascending.

    `selected` is the epoch that the run selected, None where it is unknown.
    """

    run: str
    epochs: tuple[int, ...] = ()
    selected: int | None = None


@dataclass(frozen=True, eq=False)
class EpochPredictions:
    """Calibrated probabilities float32 [E, K] of a drawing, one row for each kept epoch."""

    kept: KeptEpochs
    class_names: tuple[str, ...]
    probabilities: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class EpochRequest:
    """Asks for the predictions of all epochs for ink uint8 [H, W], or a photo if they take any."""

    kept: KeptEpochs
    ink: NDArray[np.uint8]
    image: OpenedImage | None = None


class EpochModels:
    """Loads the models of a run when they are first used, and keeps what fits into the memory.

    All epochs are used one after the other, so that an epoch that was dropped for another one would
    be needed again first: of too many, those that came first stay, and the others are loaded again.
    """

    def __init__(self, store: RunStore, memory_bytes: int = MEMORY_BYTES) -> None:
        self._store, self._memory_bytes = store, memory_bytes
        self._loaded: dict[tuple[Path, int], LivePredictor] = {}  # by file and modification time
        self._run, self.used_bytes = "", 0

    def predict(self, request: EpochRequest, should_stop: ShouldStop) -> EpochPredictions | None:
        """Predict with each epoch; None for an empty drawing. Raises StudioError and Stopped."""
        kept = request.kept
        if kept.run != self._run:
            self._run, self.used_bytes = kept.run, 0
            self._loaded.clear()
        rows: list[NDArray[np.float32]] = []
        names: tuple[str, ...] = ()
        for epoch in kept.epochs:
            if should_stop():
                raise Stopped
            model = self._load(epoch)
            is_photo = request.image is not None and model.drawing == "picture"
            pixels = request.image if request.image is not None and is_photo else request.ink
            prediction = PredictionRequest(model, pixels, should_stop).predict()
            if prediction is None:
                return None
            rows.append(prediction.probabilities)
            names = model.class_names
        return EpochPredictions(kept, names, np.stack(rows))

    def _load(self, epoch: int) -> LivePredictor:
        key = str(ModelKey(self._run, epoch))
        path = Path(self._store.weights_source(key))
        stat = path.stat()
        stamp = path, stat.st_mtime_ns
        model = self._loaded.get(stamp)
        if model is None:
            model = LivePredictor.load(key, self._store)
            if self.used_bytes + stat.st_size <= self._memory_bytes:
                self._loaded[stamp] = model
                self.used_bytes += stat.st_size
        return model


def find_kept_epochs(
    run: str, store: RunStore, _on_progress: OnProgress, _should_stop: ShouldStop
) -> KeptEpochs:
    """Read which epochs a run, given by its key, has kept; as the work of a task."""
    found = store.run(run)
    status = found.status
    return KeptEpochs(run, tuple(stored_epochs(found)), status.best_epoch if status else None)


def describe_change(
    epochs: Sequence[int], class_names: Sequence[str], probabilities: NDArray[np.float32]
) -> str:
    """Say from which kept epoch on the prediction is the present one: "7 since epoch 4"."""
    predicted = probabilities.argmax(1)
    final = int(predicted[-1])
    others = np.flatnonzero(predicted != final)
    if len(epochs) == 1:
        return "One epoch is kept."
    if not len(others):
        return f"{class_names[final]} after every kept epoch."
    return f"{class_names[final]} since epoch {epochs[int(others[-1]) + 1]}."
