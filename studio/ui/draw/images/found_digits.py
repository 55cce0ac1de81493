"""The digits found in a photo: the handwriting of each and its prediction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.formatting import count, percent
from studio.ui.shared.builders import label
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import LatestWorker
from studio.ui.widgets.image_grid import ImageGrid

if TYPE_CHECKING:
    from studio.data.drawing.digit_groups import FoundDigit

TILE_PX = 56
GRID_HEIGHT_PX = 110  # of one line of tiles


@dataclass(frozen=True, eq=False)
class DigitsRequest:
    """Asks for the prediction of each digit."""

    predictor: LivePredictor
    digits: "tuple[FoundDigit, ...]"

    def compute(self) -> list[tuple[str, float] | None]:
        """Return class and probability of each digit, None for one that is none."""
        return [self._predict(digit.drawing) for digit in self.digits]

    def _predict(self, drawing: NDArray[np.uint8]) -> tuple[str, float] | None:
        prediction = self.predictor.predict_drawing(drawing)
        if prediction is None:
            return None
        best = int(np.argmax(prediction.probabilities))
        return self.predictor.class_names[best], float(prediction.probabilities[best])


@dataclass(frozen=True, eq=False)
class DigitTable:
    """Digits as tiles of a grid; `predictions` is empty until they are predicted."""

    images: NDArray[np.uint8]
    predictions: Sequence[tuple[str, float] | None] = ()

    def caption(self, position: int) -> str:
        """Return "7 · 98 %"."""
        predicted = self.predictions[position] if self.predictions else None
        return "…" if predicted is None else f"{predicted[0]} · {percent(predicted[1], 0)}"

    def details(self, position: int) -> tuple[str, ...]:
        """Return no details."""
        return ()

    def description(self, position: int) -> str:
        """Return the number of a digit and its prediction."""
        return f"Digit {position + 1}: {self.caption(position)}"

    def longest_caption(self) -> str:
        """Return a caption with a usual class name."""
        return "0 · 100 %"


class FoundDigits(QWidget):
    """Shows what was found; `digit_chosen` carries the index of a tile that was chosen."""

    digit_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label("muted", name="found_digits_label")
        self.grid = ImageGrid()
        self.grid.setObjectName("found_digits")
        self.grid.setAccessibleName("Digits found in the image")
        self.grid.setToolTip("The handwriting found, as the model gets it: choose a digit")
        self.grid.setFixedHeight(GRID_HEIGHT_PX)
        self.grid.set_image_side(TILE_PX)
        self.grid.sample_selected.connect(self._on_selected)
        self._digits: tuple[FoundDigit, ...] = ()
        self._predictor: LivePredictor | None = None
        self._chosen = -1
        self._is_showing = False
        self._worker = LatestWorker(DigitsRequest.compute, self)
        self._worker.completed.connect(self._on_predicted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self.grid)

    def show_digits(
        self, digits: "tuple[FoundDigit, ...]", chosen: int, predictor: LivePredictor | None
    ) -> None:
        """Show digits, of which one is chosen, and have them predicted."""
        are_new = digits is not self._digits or not digits
        is_outdated = are_new or predictor is not self._predictor
        self._digits, self._predictor, self._chosen = digits, predictor, chosen
        found = count(len(digits), "digit") if digits else "No handwriting"
        self._title.setText(f"{found} found" + (": choose one" if len(digits) > 1 else ""))
        if are_new:
            self._set_table(DigitTable(_tile_images(digits)))
        if is_outdated and predictor is not None and digits:
            self._worker.submit(DigitsRequest(predictor, digits))
        self._select()

    def show_searching(self) -> None:
        """Show that digits are being looked for."""
        self._digits, self._chosen = (), -1
        self._title.setText("Looking for digits…")
        self._set_table(DigitTable(_tile_images(())))

    def shutdown(self) -> None:
        """End the worker."""
        self._worker.close()

    def _on_predicted(
        self, request: DigitsRequest, predictions: list[tuple[str, float] | None]
    ) -> None:
        if request.digits is self._digits and request.predictor is self._predictor:
            self._set_table(DigitTable(self.grid.samples.table.images, predictions))
            self._select()

    def _set_table(self, table: DigitTable) -> None:
        self._is_showing = True
        self.grid.set_samples(table)
        self._is_showing = False

    def _select(self) -> None:
        self._is_showing = True
        self.grid.select_row(self._chosen)
        self._is_showing = False

    def _on_selected(self, position: int) -> None:
        if not self._is_showing and position != self._chosen:
            self.digit_chosen.emit(position)


def _tile_images(digits: "tuple[FoundDigit, ...]") -> NDArray[np.uint8]:
    """Return the handwriting of digits as squares, uint8 [N, 1, side, side]."""
    from studio.data.drawing.preprocessing import prepare_drawing

    images = np.zeros((len(digits), 1, TILE_PX, TILE_PX), np.uint8)
    for image, digit in zip(images, digits, strict=True):
        square = prepare_drawing(digit.drawing, "picture", TILE_PX)
        if square is not None:
            image[0] = square
    return images
