"""Loads the chosen model, and has it predict the newest drawing."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import ShouldStop, never_stop
from studio.data.opened_image import OpenedImage
from studio.ui.context import StudioContext
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.shared.model_loader import ModelLoader, load_predictor
from studio.ui.tasks import LatestWorker, Work

if TYPE_CHECKING:
    from studio.inference import DrawingPrediction


@dataclass(frozen=True, eq=False)
class PredictionRequest:
    """Asks for the class of `image`: ink uint8 [H, W], 255 = ink, or an image to take as it is."""

    predictor: LivePredictor
    image: NDArray[np.uint8] | OpenedImage
    should_stop: ShouldStop = never_stop

    def predict(self) -> "DrawingPrediction | None":
        """Return the prediction, None for an empty drawing. Raises ImageError and Stopped."""
        if isinstance(self.image, OpenedImage):
            return self.predictor.predict_picture(self.image.source, self.should_stop)
        return self.predictor.predict_drawing(self.image)


class PredictionController(QObject):
    """Predicts the newest drawing only, and drops predictions of a model no longer chosen."""

    loaded = Signal(str)
    load_failed = Signal(object, str)
    predicted = Signal(object)
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.predictor: LivePredictor | None = None  # the model that predicts, once it is loaded
        viewer = parent if isinstance(parent, QWidget) else None
        self._loader = ModelLoader(context, viewer, self, self._load_files)
        self._loader.loaded.connect(self._on_loaded)
        self._loader.failed.connect(self._on_load_failed)
        self.has_failed = False  # whether no model, or not the one chosen last, could be loaded
        self._worker = LatestWorker(PredictionRequest.predict, self)
        self._worker.completed.connect(self._on_predicted)
        self._worker.failed.connect(self.failed)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Class names of the loaded model; empty while there is none."""
        return self.predictor.class_names if self.predictor else ()

    @property
    def predicts_photos(self) -> bool:
        """Whether the loaded model was trained on photos, so that any image is one for it."""
        return self.predictor is not None and self.predictor.drawing == "picture"

    @property
    def warning(self) -> str:
        """Why the loaded model cannot be trusted; empty if it can."""
        return self.predictor.warning if self.predictor else ""

    def load(self, key: str) -> None:
        """Load the model of a run id or "bundled"; `loaded` or `load_failed` follows.

        A model in training, `RUN@now`, is `loaded` again and again while it learns.
        """
        self.predictor = None
        self.has_failed = False
        self._loader.load(key)

    def _load_files(self, key: str) -> Work:
        return partial(load_predictor, key, self._context.store)

    def predict(self, ink: NDArray[np.uint8], image: OpenedImage | None) -> bool:
        """Predict the ink, uint8 [H, W], or for a model of photos `image` if there is one.

        Returns False if no model is loaded.
        """
        if self.predictor is None:
            return False
        pixels = ink if image is None or not self.predicts_photos else image
        request = PredictionRequest(self.predictor, pixels, self._worker.is_superseded)
        self._worker.submit(request)
        return True

    def cancel(self) -> None:
        """Drop what was requested, because the canvas is empty."""
        self._worker.cancel()

    def close(self) -> None:
        """End the worker."""
        self._loader.stop()
        self._worker.close()

    def _on_loaded(self, key: str, predictor: LivePredictor) -> None:
        self.predictor = predictor
        self.has_failed = False
        with predictor.counting("model shown"):
            self.loaded.emit(key)

    def _on_load_failed(self, error: object, traceback_text: str) -> None:
        self.has_failed = True
        self.load_failed.emit(error, traceback_text)

    def _on_predicted(
        self, request: PredictionRequest, prediction: "DrawingPrediction | None"
    ) -> None:
        if request.predictor is self.predictor:
            with request.predictor.counting("prediction shown"):
                self.predicted.emit(prediction)
