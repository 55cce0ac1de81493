"""A predictor for the window: it answers between two pen movements, even beside a training."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.insight.activations import Activations, compute_activations, driving_regions
from studio.insight.filters import FilterSlices, find_filter
from studio.insight.saliency import (
    GRAD_CAM,
    INPUT_TIMES_GRADIENT,
    SaliencyMaps,
    SaliencyMethod,
    compute_saliency,
)
from studio.models import plan_layers
from studio.runs import RunStore
from studio.training.snapshots import Snapshot, ViewingCost
from studio.ui.tasks import one_thread, spare_threads

if TYPE_CHECKING:
    from studio.config import Fit
    from studio.data.drawing import DrawingStyle
    from studio.data.handwriting.sample import HandwritingSample
    from studio.data.image_files import ImageSource
    from studio.data.opened_steps import OpenedImageSteps
    from studio.inference import DrawingPrediction, Predictor
    from studio.insight.handwriting import HandwritingEvaluation
    from studio.insight.input_effects import InputEffects, Trace


class LivePredictor:
    """Runs a `Predictor` on a single thread.

    A batch of one image gives several threads nothing to share, and on busy cores they wait for
    each other: 6 ms instead of 1.5 ms on two cores beside a training. `viewing` counts what a model
    in training takes each time that it is shown.
    """

    def __init__(self, predictor: "Predictor", viewing: ViewingCost | None = None) -> None:
        self._predictor = predictor
        self._viewing, self._counted = viewing, set[str]()
        self.class_names: tuple[str, ...] = predictor.class_names
        self.drawing: DrawingStyle = predictor.card.drawing
        self.config = predictor.card.model
        self.image_size = predictor.card.model.image_size
        self.variant = predictor.card.model.variant
        self.source = predictor.card.data.source
        self.fit: Fit = predictor.card.data.fit
        self.val_accuracy = predictor.card.val_accuracy
        self.warning = predictor.warning

    @classmethod
    def load(cls, run: str, store: RunStore) -> "LivePredictor":
        """Load the model of a key: a run id, "bundled", `RUN@EPOCH` or `RUN@now`.

        Of a run in training, `RUN@now` is here its last checkpoint; see `load_snapshot`. Raises
        RunError or CheckpointError.
        """
        from studio.inference import Predictor

        return cls(Predictor.load(store.weights_source(run)))

    @classmethod
    def load_snapshot(cls, snapshot: Snapshot) -> "LivePredictor":
        """Build a predictor of a model in training. Raises CheckpointError when it diverged."""
        from studio.inference import Predictor

        with snapshot.viewing.counting():
            return cls(Predictor(snapshot.build_model(), snapshot.card), snapshot.viewing)

    @contextmanager
    def counting(self, work: str) -> Iterator[None]:
        """Count the processor time of a block if it is the first of this name.

        A new snapshot causes no more: what follows is what the user does.
        """
        viewing = None if work in self._counted else self._viewing
        self._counted.add(work)
        with viewing.counting() if viewing else nullcontext():
            yield

    @contextmanager
    def _one_thread(self, work: str) -> Iterator[None]:
        with self.counting(work), one_thread():
            yield

    def predict_drawing(self, ink: NDArray[np.uint8]) -> "DrawingPrediction | None":
        """See `Predictor.predict_drawing`."""
        with self._one_thread("prediction"):
            return self._predictor.predict_drawing(ink)

    def predict_picture(
        self, source: "ImageSource", should_stop: ShouldStop = never_stop
    ) -> "DrawingPrediction | None":
        """See `Predictor.predict_picture`."""
        with self._one_thread("prediction"):
            return self._predictor.predict_picture(source, should_stop)

    def input_effects(
        self,
        drawing: NDArray[np.uint8],
        image: "OpenedImageSteps | None" = None,
        without: Collection[str] = (),
        has_toggled: bool = True,
    ) -> "InputEffects | None":
        """See `compute_input_effects`, for a drawing [H, W] or an opened image instead.

        Raises ImageError and Stopped.
        """
        from studio.data.drawing.steps import trace_drawing
        from studio.insight.input_effects import compute_input_effects

        card = self._predictor.card
        size, channels = card.model.image_size, card.model.in_channels
        trace: Trace = partial(trace_drawing, drawing, card.drawing, size)
        if image is not None and card.drawing == "picture":
            trace = partial(image.trace_photo, size, card.data.fit, channels)
        elif image is not None:
            trace = partial(image.trace_strokes, card.drawing, size)
        with self._one_thread("effects"):
            return compute_input_effects(self._predictor, trace, without, has_toggled)

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Predictor.predict`."""
        with self._one_thread("prediction"):
            return self._predictor.predict(images)

    def predict_many(
        self,
        images: NDArray[np.uint8],
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> NDArray[np.float32]:
        """Predict on as many threads as there are to spare. Raises Stopped."""
        with spare_threads(should_stop) as should_stop_and_adapt:
            return self._predictor.predict(images, on_progress, should_stop_and_adapt)

    def evaluate_drawings(
        self,
        run: str,
        samples: Sequence["HandwritingSample"],
        drawings: NDArray[np.uint8],
        seen: Collection[str],
        should_stop: ShouldStop = never_stop,
    ) -> "HandwritingEvaluation":
        """See `studio.insight.handwriting.evaluate_drawings`. Raises DatasetError and Stopped."""
        from studio.insight.handwriting import evaluate_drawings

        with self._one_thread("evaluation"):
            return evaluate_drawings(
                self._predictor, run, samples, drawings, seen, should_stop=should_stop
            )

    def saliency(
        self,
        image: NDArray[np.uint8],
        classes: Sequence[int],
        method: SaliencyMethod = INPUT_TIMES_GRADIENT,
        on_progress: OnProgress = ignore_progress,
        should_stop: ShouldStop = never_stop,
    ) -> SaliencyMaps:
        """See `studio.insight.saliency.compute_saliency`."""
        if method in (INPUT_TIMES_GRADIENT, GRAD_CAM):  # of a single image
            with self._one_thread("saliency"):
                return compute_saliency(
                    self._predictor, image, classes, method, on_progress, should_stop
                )
        with spare_threads(should_stop) as should_stop_and_adapt:
            return compute_saliency(
                self._predictor, image, classes, method, on_progress, should_stop_and_adapt
            )

    def activations(
        self, image: NDArray[np.uint8], depth: int, should_stop: ShouldStop = never_stop
    ) -> Activations:
        """See `studio.insight.activations.compute_activations`. Raises Stopped."""
        with self._one_thread("activations"):
            return compute_activations(self._predictor, image, depth, should_stop)

    def driving_regions(
        self, image: NDArray[np.uint8], depth: int, channel: int
    ) -> NDArray[np.float32]:
        """See `studio.insight.activations.driving_regions`."""
        with self._one_thread("regions"):
            return driving_regions(self._predictor, image, depth, channel)

    def find_filter(self, depth: int, channel: int) -> FilterSlices | None:
        """Return the filter of a channel in the output of the first `depth` layers, if any."""
        return find_filter(self._predictor, plan_layers(self.config)[:depth], channel)
