"""A predictor for the window: it answers between two pen movements, even beside a training."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.paths import BUNDLED
from studio.runs import RunStore
from studio.ui.tasks import one_thread

if TYPE_CHECKING:
    from studio.data.drawing import DrawingStyle
    from studio.data.image_files import ImageSource
    from studio.inference import DrawingPrediction, Predictor


class LivePredictor:
    """Runs a `Predictor` on a single thread.

    A batch of one image gives several threads nothing to share, and on busy cores they wait for
    each other: 6 ms instead of 1.5 ms on two cores beside a training.
    """

    def __init__(self, predictor: "Predictor") -> None:
        self._predictor = predictor
        self.class_names: tuple[str, ...] = predictor.class_names
        self.drawing: DrawingStyle = predictor.card.drawing
        self.variant = predictor.card.model.variant
        self.source = predictor.card.data.source
        self.val_accuracy = predictor.card.val_accuracy
        self.warning = predictor.warning

    @classmethod
    def load(cls, run: str, store: RunStore) -> "LivePredictor":
        """Load the model of a run id or "bundled". Raises RunError or CheckpointError."""
        from studio.inference import Predictor

        return cls(Predictor.load("bundled" if run == BUNDLED else store.open(run).path))

    def predict_drawing(self, ink: NDArray[np.uint8]) -> "DrawingPrediction | None":
        """See `Predictor.predict_drawing`."""
        with one_thread():
            return self._predictor.predict_drawing(ink)

    def predict_picture(self, source: "ImageSource") -> "DrawingPrediction | None":
        """See `Predictor.predict_picture`."""
        with one_thread():
            return self._predictor.predict_picture(source)

    def saliency(self, image: NDArray[np.uint8], class_index: int) -> NDArray[np.float32]:
        """See `studio.insight.saliency.saliency_map`."""
        from studio.insight.saliency import saliency_map

        with one_thread():
            return saliency_map(self._predictor, image, class_index)
