"""What the page asks its worker: each question holds all it needs and answers itself."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from studio.data.pictures import ink_of, open_picture
from studio.errors import PictureError
from studio.ui.draw.live_predictor import LivePredictor
from studio.ui.tasks import Progress, ShouldStop

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
class WhatIsThisPicture:
    """Read a picture file as it is, with its colours and its shades."""

    predictor: LivePredictor
    path: Path

    def answer(self) -> "DrawingPrediction | None":
        """The prediction."""
        return self.predictor.predict_picture(self.path)


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


Question = WhatIsIt | WhatIsThisPicture | Why


def answer(question: Question) -> object:
    """What a LatestWorker calls."""
    return question.answer()


def load_predictor(
    key: str, path: Path | None, progress: Progress, _should_stop: ShouldStop
) -> tuple[str, LivePredictor]:
    """Load the network of a key; `path` is its run folder, None for the bundled one."""
    progress(0.0, "Loading the network")
    return key, LivePredictor.load("bundled" if path is None else path)


def read_ink(
    source: Path | QImage, progress: Progress, _should_stop: ShouldStop
) -> tuple[NDArray[np.uint8], Path | QImage]:
    """The ink of a picture file or of a picture from the clipboard, and which it was.

    Raises PictureError.
    """
    progress(0.0, "Opening the picture")
    picture = open_picture(source if isinstance(source, Path) else _as_file(source))
    ink = ink_of(picture)
    if not ink.any():
        raise PictureError("The picture is blank: there is nothing to read.", "Choose another one.")
    return ink, source


def _as_file(image: QImage) -> BytesIO:
    """Through the one loader, so that transparency and size are treated alike."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setCompression(0)  # it is unpacked again at once
    if not writer.write(image):
        raise PictureError("The clipboard holds no picture that can be read.", "Copy it again.")
    return BytesIO(buffer.data().data())
