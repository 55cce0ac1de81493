"""What the page asks its worker: each question holds all it needs and answers itself."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage

from studio.callbacks import OnProgress, ShouldStop
from studio.data.opened_image import OpenedImage, load_opened_image
from studio.ui.draw.live_predictor import LivePredictor
from studio.ui.draw.picture_input import Picked

if TYPE_CHECKING:
    from studio.inference import DrawingPrediction

HOTTEST = 99  # percentile shown as hottest: one outlier must not leave all else dark


@dataclass(frozen=True, eq=False)
class WhatIsIt:
    """Read a drawing: ink uint8 [H, W], 255 = ink."""

    predictor: LivePredictor
    ink: NDArray[np.uint8]

    def answer(self) -> "DrawingPrediction | None":
        """The prediction, None for an empty sheet."""
        return self.predictor.predict_drawing(self.ink)


@dataclass(frozen=True, eq=False)
class WhatIsThisPhoto:
    """Predict an image as it is, with its colours and its shades."""

    predictor: LivePredictor
    image: OpenedImage

    def answer(self) -> "DrawingPrediction | None":
        """The prediction."""
        return self.predictor.predict_picture(self.image.source)


@dataclass(frozen=True, eq=False)
class Why:
    """Explain an answer: which pixels of the network's input made it say this class."""

    predictor: LivePredictor
    network_input: NDArray[np.uint8]
    class_index: int

    def answer(self) -> NDArray[np.float32]:
        """Heat, float32 [h, w] of 0..1, 1 at the few pixels that count most."""
        saliency = np.abs(self.predictor.saliency(self.network_input, self.class_index))
        most = float(np.percentile(saliency, HOTTEST))
        heat = np.clip(saliency / most, 0, 1) if most > 0 else np.zeros_like(saliency)
        return heat.astype(np.float32)


Question = WhatIsIt | WhatIsThisPhoto | Why


def answer(question: Question) -> object:
    """What a LatestWorker calls."""
    return question.answer()


def load_predictor(
    key: str, path: Path | None, on_progress: OnProgress, _should_stop: ShouldStop
) -> tuple[str, LivePredictor]:
    """Load the network of a key; `path` is its run folder, None for the bundled one."""
    on_progress(0.0, "Loading the network")
    return key, LivePredictor.load("bundled" if path is None else path)


def load_image(picked: Picked, on_progress: OnProgress, _should_stop: ShouldStop) -> OpenedImage:
    """Decode what was opened, pasted or dropped. Raises ImageError."""
    on_progress(0.0, "Opening the image")
    return load_opened_image(_pixels(picked) if isinstance(picked, QImage) else picked)


def _pixels(image: QImage) -> Image.Image:
    """The pixels of a QImage, with its transparency where it has any."""
    alpha = image.hasAlphaChannel()
    format_ = QImage.Format.Format_RGBA8888 if alpha else QImage.Format.Format_RGBX8888
    plain = image.convertToFormat(format_)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1)
    pixels = rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4)
    # A copy: Pillow shares an array's memory, and this memory goes with `plain`.
    return Image.fromarray(pixels.copy() if alpha else pixels[..., :3].copy())
