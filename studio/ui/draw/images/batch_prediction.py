"""Predicts several image files in the background."""

import time
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.data.image_files import read_file
from studio.data.isolated_images import NamedBytes, decode_model_input
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
        content = read_file(path)
        prediction = model.predict_picture(NamedBytes(content, str(path)), should_stop)
        named = NamedBytes(content, str(path))
        thumbnail = decode_model_input(named, THUMBNAIL_PX, "crop", 3, should_stop)
    except ImageError as error:
        return BatchResult(index, error=f"{error.message} {error.hint}".strip())
    probabilities = None if prediction is None else prediction.probabilities
    return BatchResult(index, thumbnail, probabilities)
