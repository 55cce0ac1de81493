"""Saves what each epoch predicted as a CSV table, or the ribbon as an image."""

import csv
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.data.csv_cells import to_cell
from studio.errors import StudioError
from studio.files import write_atomic
from studio.ui.draw.over_time.epoch_models import EpochPredictions
from studio.ui.shared.save_dialog import open_save_dialog
from studio.ui.tasks import TaskHost

FILTERS = "CSV table (*.csv);;PNG image (*.png)"


class EpochExporter(QObject):
    """Asks for a file and writes it in the background; `written` carries its path."""

    written = Signal(object)
    failed = Signal(object, str)

    def __init__(self, tasks: TaskHost, parent: QWidget) -> None:
        super().__init__(parent)
        self._page, self._tasks = parent, tasks
        self._content: tuple[EpochPredictions, QImage] | None = None

    def open_dialog(self, predictions: EpochPredictions, image: QImage) -> None:
        """Open a file dialog for these predictions and their image, and return at once."""
        self._content = predictions, image
        title = "Export the epochs"
        open_save_dialog(
            self._page, "epoch_export_dialog", title, "epochs.csv", FILTERS, self._write
        )

    def _write(self, path: str) -> None:
        if self._content is not None:
            task = self._tasks.start(partial(_write_epochs, *self._content, Path(path)))
            task.succeeded.connect(self.written)
            task.failed.connect(self.failed)


def _write_epochs(
    predictions: EpochPredictions,
    image: QImage,
    path: Path,
    _on_progress: OnProgress,
    _should_stop: ShouldStop,
) -> Path:
    is_image = path.suffix.lower() == ".png"
    write = partial(_save_image, image) if is_image else partial(write_table, predictions)
    try:
        write_atomic(path, write)
    except OSError as error:
        if isinstance(error, StudioError):
            raise
        raise StudioError(
            f"“{path}” cannot be written: {error.strerror or error}.", "Choose another folder."
        ) from None
    return path


def write_table(predictions: EpochPredictions, path: Path) -> None:
    """Write a row per epoch: its number, the predicted class, and each class's probability.

    The weights of now of a run in training have a row “now”.
    """
    names = predictions.class_names
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["epoch", "predicted", *map(to_cell, names)])
        for epoch, row in zip(predictions.points, predictions.probabilities, strict=True):
            values = [f"{probability:.6f}" for probability in row.tolist()]
            table.writerow([epoch, to_cell(names[int(row.argmax())]), *values])


def _save_image(image: QImage, path: Path) -> None:
    writer = QImageWriter(str(path), b"PNG")  # the temporary name has another suffix
    if not writer.write(image):
        raise OSError(writer.errorString())
