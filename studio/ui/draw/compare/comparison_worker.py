"""Has several models predict the same drawing, in the background."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import ShouldStop
from studio.data.opened_image import OpenedImage
from studio.errors import Stopped, StudioError
from studio.ui.draw.prediction_controller import PredictionRequest
from studio.ui.shared.live_predictor import LivePredictor

if TYPE_CHECKING:
    from studio.inference import DrawingPrediction


@dataclass(frozen=True, eq=False)
class ModelAnswer:
    """What one model predicts, None for an empty drawing, or why it cannot."""

    model: LivePredictor
    prediction: "DrawingPrediction | None" = None
    error: StudioError | None = None


@dataclass(frozen=True, eq=False)
class ComparisonRequest:
    """Asks each model for its prediction of ink uint8 [H, W], or of `image` if it takes photos.

    A place without a model has None.
    """

    models: Sequence[LivePredictor | None]
    ink: NDArray[np.uint8]
    image: OpenedImage | None
    should_stop: ShouldStop

    def predict(self) -> "list[ModelAnswer | None]":
        """Return an answer for each place. Raises Stopped when a newer request waits."""
        return [None if model is None else self._ask(model) for model in self.models]

    def _ask(self, model: LivePredictor) -> ModelAnswer:
        if self.should_stop():
            raise Stopped
        is_photo = self.image is not None and model.drawing == "picture"
        pixels = self.image if self.image is not None and is_photo else self.ink
        try:
            prediction = PredictionRequest(model, pixels, self.should_stop).predict()
        except StudioError as error:  # the other models answer all the same
            return ModelAnswer(model, error=error)
        return ModelAnswer(model, prediction)
