"""Predicts several image files in the background."""

import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.data.image_crop import border_color
from studio.data.image_files import read_file
from studio.data.isolated_images import NamedBytes, decode_model_input, decode_photo
from studio.errors import ImageError, Stopped
from studio.formatting import count
from studio.ui.draw.image_input import SUFFIXES
from studio.ui.draw.images.batch_table import THUMBNAIL_PX, BatchResult
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import NewestTask, TaskHost

MAX_FILES = 5000
_EMIT_S = 0.15  # at least between two emissions of results


class BatchPredictor(NewestTask):
    """`listed` carries all files, `predicted` a list of `BatchResult`; then `finished` follows."""

    listed = Signal(object)
    predicted = Signal(object)
    finished = Signal()

    def __init__(self, tasks: TaskHost, parent: QObject | None = None) -> None:
        super().__init__(tasks, parent)
        self._number = 0  # of the work that may still emit

    def predict(self, paths: Sequence[Path], model: LivePredictor) -> None:
        """Predict files, and those in folders, instead of the ones before."""
        self._number += 1
        self.start(partial(self._work, self._number, tuple(paths), model), self._on_done)

    def _work(
        self,
        number: int,
        paths: tuple[Path, ...],
        model: LivePredictor,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> None:
        on_progress(0.0, "Listing the files")
        files = list_images(paths)
        self.listed.emit((number, files))
        waiting: list[BatchResult] = []
        emitted = time.monotonic()
        for index, path in enumerate(files):
            if should_stop():
                raise Stopped
            waiting.append(predict_file(index, path, model, should_stop))
            if time.monotonic() - emitted > _EMIT_S or index == len(files) - 1:
                self.predicted.emit((number, waiting))
                on_progress((index + 1) / len(files), f"{index + 1:,} of {count(len(files))}")
                waiting, emitted = [], time.monotonic()

    def is_newest(self, number: int) -> bool:
        """Whether results with this number are those of the files asked for last."""
        return number == self._number

    def _on_done(self, _result: None) -> None:
        self.finished.emit()


def list_images(paths: Iterable[Path]) -> list[Path]:
    """Return the files among paths, and the image files in folders, at most `MAX_FILES`."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            files += sorted(inside)[: MAX_FILES - len(files)]
        else:
            files.append(path)
    return files[:MAX_FILES]


def predict_file(
    index: int, path: Path, model: LivePredictor, should_stop: ShouldStop
) -> BatchResult:
    """Predict one file as if it were opened alone. Raises Stopped."""
    try:
        content = NamedBytes(read_file(path), str(path))
        if model.drawing == "picture":
            return _predict_photo(index, content, model, should_stop)
        return _predict_digits(index, content, model, should_stop)
    except ImageError as error:
        return BatchResult(index, error=f"{error.message} {error.hint}".strip())


def _predict_photo(
    index: int, content: NamedBytes, model: LivePredictor, should_stop: ShouldStop
) -> BatchResult:
    prediction = model.predict_picture(content, should_stop)
    content.seek(0)
    thumbnail = decode_model_input(content, THUMBNAIL_PX, "crop", 3, should_stop)
    probabilities = None if prediction is None else prediction.probabilities
    return BatchResult(index, thumbnail, probabilities)


def _predict_digits(
    index: int, content: NamedBytes, model: LivePredictor, should_stop: ShouldStop
) -> BatchResult:
    """Predict all digits found; the probabilities are those of the main one, as if opened alone."""
    from studio.data.drawing.digit_groups import find_digits, reading_order

    decoded = decode_photo(content, should_stop=should_stop)
    digits = find_digits(decoded.foreground)
    found = [model.predict_drawing(digit.drawing) for digit in digits]
    main = found[0] if found else None
    if main is None:
        return BatchResult(index, _thumbnail(decoded.photo))
    order = reading_order([digit.box for digit in digits])
    in_order = [prediction for k in order if (prediction := found[k]) is not None]
    classes = tuple(int(prediction.probabilities.argmax()) for prediction in in_order)
    return BatchResult(index, _thumbnail(decoded.photo), main.probabilities, classes)


def _thumbnail(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a whole photo in a square, continued with the color of its border."""
    image = Image.fromarray(photo)
    size = (THUMBNAIL_PX, THUMBNAIL_PX)
    square = ImageOps.pad(image, size, Image.Resampling.BOX, color=border_color(image))
    return np.asarray(square).transpose(2, 0, 1)
