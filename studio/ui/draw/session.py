"""What the views of the Draw page share: the canvas, the model and its newest prediction."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.paths import BUNDLED
from studio.ui.context import StudioContext
from studio.ui.draw.image_input import UndecodedImage
from studio.ui.widgets.digit_canvas import DigitCanvas

if TYPE_CHECKING:
    from studio.inference import DrawingPrediction
    from studio.ui.shared.live_predictor import LivePredictor


class DrawSession(QObject):
    """Tells the views of a model or prediction that changed, and the page what a view asks for.

    `model_requested` carries the key of a model, `image_requested` an `UndecodedImage`.
    `train_requested` asks for the Train page.
    """

    model_changed = Signal()
    prediction_changed = Signal()
    model_requested = Signal(str)
    image_requested = Signal(object)
    train_requested = Signal()

    def __init__(self, context: StudioContext, canvas: DigitCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self.context = context
        self.canvas = canvas
        self.model: LivePredictor | None = None  # None while it is loaded
        self.model_key = BUNDLED
        self.prediction: DrawingPrediction | None = None  # None for a blank canvas

    def set_model(self, key: str, model: "LivePredictor | None") -> None:
        """Set the key of the model chosen, and the model once it is loaded.

        A model in training is set again and again: its last prediction stays until the next one.
        """
        if key != self.model_key or model is None or self.model is None:
            self.prediction = None
        self.model_key, self.model = key, model
        self.model_changed.emit()

    def set_prediction(self, prediction: "DrawingPrediction | None") -> None:
        """Set the newest prediction, None where there is none."""
        if prediction is self.prediction:
            return
        self.prediction = prediction
        self.prediction_changed.emit()

    def choose_model(self, key: str) -> None:
        """Have the page choose another model, as its picker would."""
        self.model_requested.emit(key)

    def open_image(self, source: UndecodedImage) -> None:
        """Have the page open an image, as a drop would."""
        self.image_requested.emit(source)
