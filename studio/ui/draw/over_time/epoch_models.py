"""The models of the kept epochs of a run, and what each predicts of a drawing. No Qt here.

Of a run in training, the weights of now are one more point after its epochs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop
from studio.data.opened_image import OpenedImage
from studio.errors import Stopped
from studio.runs import RunStore
from studio.runs.stored_epochs import NOW, ModelKey, stored_epochs
from studio.ui.draw.prediction_controller import PredictionRequest
from studio.ui.shared.live_predictor import LivePredictor

MEMORY_BYTES = 256 << 20  # of the weights that stay loaded

# A kept epoch, counted from 1, or `NOW`.
Point = int | str
Stamp = tuple[Path, int]  # a file and its modification time


@dataclass(frozen=True)
class KeptEpochs:
    """The epochs of which a run has kept the weights, counted from 1 and ascending.

    `selected` is the epoch that the run selected, None where it is unknown; `is_training` whether
    the run is in training, here or in another process.
    """

    run: str
    epochs: tuple[int, ...] = ()
    selected: int | None = None
    is_training: bool = False


@dataclass(frozen=True, eq=False)
class EpochPredictions:
    """Calibrated probabilities float32 [E, K] of a drawing, one row for each of `points`."""

    points: tuple[Point, ...]
    class_names: tuple[str, ...]
    probabilities: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class EpochRequest:
    """Asks for the predictions of all epochs for ink uint8 [H, W], or a photo if they take any.

    `now` is the model in training, if the run is.
    """

    kept: KeptEpochs
    ink: NDArray[np.uint8]
    image: OpenedImage | None = None
    now: LivePredictor | None = None

    @property
    def points(self) -> tuple[Point, ...]:
        """What is predicted with, in the order of time."""
        return points_of(self.kept, self.now)

    def is_of_same_drawing(self, other: "EpochRequest") -> bool:
        """Whether both ask for predictions of the same pixels."""
        return self.image is other.image and np.array_equal(self.ink, other.ink)


def points_of(kept: KeptEpochs, now: LivePredictor | None) -> tuple[Point, ...]:
    """The kept epochs, and `NOW` for a model in training."""
    return kept.epochs if now is None else (*kept.epochs, NOW)


class EpochModels:
    """Loads the models of a run when they are first used, and keeps what fits into the memory.

    All epochs are used one after the other, so that an epoch that was dropped for another one would
    be needed again first: of too many, those that came first stay, and the others are loaded again.
    While the drawing stays the same, each epoch predicts it once, so that a model in training costs
    no more than its own predictions.
    """

    def __init__(self, store: RunStore, memory_bytes: int = MEMORY_BYTES) -> None:
        self._store, self._memory_bytes = store, memory_bytes
        self._loaded: dict[Stamp, LivePredictor] = {}
        self._run, self.used_bytes = "", 0
        self._previous: EpochRequest | None = None  # whose predictions are in `_rows`
        self._rows: dict[Stamp, tuple[tuple[str, ...], NDArray[np.float32]]] = {}

    def predict(self, request: EpochRequest, should_stop: ShouldStop) -> EpochPredictions | None:
        """Predict with each epoch; None for an empty drawing. Raises StudioError and Stopped."""
        self._forget_others(request)
        rows: list[NDArray[np.float32]] = []
        names: tuple[str, ...] = ()
        for point in request.points:
            if should_stop():
                raise Stopped
            found = self._predict_point(request, point, should_stop)
            if found is None:
                return None
            names, row = found
            rows.append(row)
        return EpochPredictions(request.points, names, np.stack(rows))

    def _forget_others(self, request: EpochRequest) -> None:
        """Forget the models of another run, and the predictions of another drawing."""
        if request.kept.run != self._run:
            self._run, self.used_bytes = request.kept.run, 0
            self._loaded.clear()
        if self._previous is None or not request.is_of_same_drawing(self._previous):
            self._rows.clear()
        self._previous = request

    def _predict_point(
        self, request: EpochRequest, point: Point, should_stop: ShouldStop
    ) -> tuple[tuple[str, ...], NDArray[np.float32]] | None:
        """Return the class names and probabilities [K] of one model; None for an empty drawing."""
        if isinstance(point, str):
            assert request.now is not None
            return _predict_with(request.now, request, should_stop)
        stamp = self._stamp(point)
        if stamp not in self._rows:
            found = _predict_with(self._load(point, stamp), request, should_stop)
            if found is None:
                return None
            self._rows[stamp] = found
        return self._rows[stamp]

    def _stamp(self, epoch: int) -> Stamp:
        path = Path(self._store.weights_source(str(ModelKey(self._run, epoch))))
        return path, path.stat().st_mtime_ns

    def _load(self, epoch: int, stamp: Stamp) -> LivePredictor:
        model = self._loaded.get(stamp)
        if model is None:
            model = LivePredictor.load(str(ModelKey(self._run, epoch)), self._store)
            size = stamp[0].stat().st_size
            if self.used_bytes + size <= self._memory_bytes:
                self._loaded[stamp] = model
                self.used_bytes += size
        return model


def _predict_with(
    model: LivePredictor, request: EpochRequest, should_stop: ShouldStop
) -> tuple[tuple[str, ...], NDArray[np.float32]] | None:
    is_photo = request.image is not None and model.drawing == "picture"
    pixels = request.image if request.image is not None and is_photo else request.ink
    prediction = PredictionRequest(model, pixels, should_stop).predict()
    return None if prediction is None else (model.class_names, prediction.probabilities)


def find_kept_epochs(
    run: str, store: RunStore, _on_progress: OnProgress, _should_stop: ShouldStop
) -> KeptEpochs:
    """Read which epochs a run, given by its key, has kept; as the work of a task."""
    found = store.run(run)
    status = found.status
    if status is None:
        return KeptEpochs(run, tuple(stored_epochs(found)))
    is_training = status.observed.is_active
    return KeptEpochs(run, tuple(stored_epochs(found)), status.best_epoch, is_training)


def describe_change(
    points: Sequence[Point], class_names: Sequence[str], probabilities: NDArray[np.float32]
) -> str:
    """Say from which kept epoch on the prediction is the present one: "7 since epoch 4"."""
    predicted = probabilities.argmax(1)
    final = class_names[int(predicted[-1])]
    others = np.flatnonzero(predicted != predicted[-1])
    if len(points) == 1:
        return "No epoch is kept yet." if points[0] == NOW else "One epoch is kept."
    if not len(others):
        return f"{final} after every kept epoch{' and now' if points[-1] == NOW else ''}."
    since = points[int(others[-1]) + 1]
    if since == NOW:
        return f"{final} now, {class_names[int(predicted[-2])]} after epoch {points[-2]}."
    return f"{final} since epoch {since}."
