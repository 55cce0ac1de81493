"""Predictions of several image files, as tiles of a grid and as a CSV table. No Qt."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.data.csv_cells import to_cell
from studio.files import write_atomic
from studio.formatting import percent

THUMBNAIL_PX = 96
ORDERS = ("As opened", "Least confident first", "Most confident first", "By class")

_COLUMNS = (
    "file", "predicted", "probability", "second", "second_probability", "digits", "error",
)  # fmt: skip
_NO_DRAWING = "no handwriting was found"


@dataclass(frozen=True, eq=False)
class BatchResult:
    """The prediction of file number `index`, or why there is none.

    thumbnail uint8 [3, side, side]; probabilities float32 [K]. `digits` are the classes of all
    digits found, in reading order, for a model of drawings; the probabilities are of the main one.
    """

    index: int
    thumbnail: NDArray[np.uint8] | None = None
    probabilities: NDArray[np.float32] | None = None
    digits: tuple[int, ...] = ()
    error: str = ""


class BatchTable:
    """Files and what is known of each; a `TileSource` whose positions are indices of files.

    With `has_digits`, several digits are looked for in each image.
    """

    def __init__(
        self, paths: Sequence[Path], class_names: tuple[str, ...], has_digits: bool = False
    ) -> None:
        self.paths = tuple(paths)
        self._has_digits = has_digits
        self._digits: dict[int, tuple[int, ...]] = {}
        self.class_names = class_names
        files = len(self.paths)
        # Zeros take no memory before they are written.
        self.images = np.zeros((files, 3, THUMBNAIL_PX, THUMBNAIL_PX), np.uint8)
        self._classes = np.full((files, 2), -1, np.int64)
        self._probabilities = np.zeros((files, 2), np.float32)
        self._errors: dict[int, str] = {}

    def add(self, result: BatchResult) -> None:
        """Add the result of a file."""
        if result.thumbnail is not None:
            self.images[result.index] = result.thumbnail
        if result.probabilities is None:
            self._errors[result.index] = result.error or _NO_DRAWING
            return
        self._digits[result.index] = result.digits
        best = np.argsort(-result.probabilities, kind="stable")[:2]
        self._classes[result.index, : len(best)] = best
        self._probabilities[result.index, : len(best)] = result.probabilities[best]

    def predicted(self, position: int) -> tuple[str, float]:
        """Return the predicted class of a file and its probability."""
        name = self.class_names[int(self._classes[position, 0])]
        return name, float(self._probabilities[position, 0])

    def errors(self) -> list[tuple[Path, str]]:
        """Return the files without a prediction, with the reason."""
        return [(self.paths[index], self._errors[index]) for index in sorted(self._errors)]

    @property
    def done(self) -> int:
        """How many files have a result."""
        return len(self._errors) + int((self._classes[:, 0] >= 0).sum())

    def order(self, name: str) -> NDArray[np.int64]:
        """Return the positions of the predicted files in one of `ORDERS`, int64."""
        positions = np.flatnonzero(self._classes[:, 0] >= 0)
        confidences = self._probabilities[positions, 0]
        if name == ORDERS[1]:
            return positions[np.argsort(confidences, kind="stable")]
        if name == ORDERS[2]:
            return positions[np.argsort(-confidences, kind="stable")]
        if name == ORDERS[3]:
            return positions[np.lexsort((-confidences, self._classes[positions, 0]))]
        return positions

    def cells(self, position: int) -> list[str]:
        """Return what is predicted for a file, as text: two classes, and all digits."""
        cells: list[str] = []
        pairs = zip(self._classes[position], self._probabilities[position], strict=True)
        for class_index, probability in pairs:
            known = class_index >= 0  # a model may have a single class
            name = self.class_names[int(class_index)] if known else ""
            cells += [to_cell(name), f"{float(probability):.6f}" if known else ""]
        return [*cells, to_cell(self._digit_names(position))]

    def _digit_names(self, position: int) -> str:
        return " ".join(self.class_names[index] for index in self._digits.get(position, ()))

    # As tiles

    def caption(self, position: int) -> str:
        """Return "cat · 92 %"."""
        name, probability = self.predicted(position)
        return f"{name} · {percent(probability, 0)}"

    def details(self, position: int) -> tuple[str, ...]:
        """Return the name of the file, and the digits found in it where they are looked for."""
        name = self.paths[position].name
        if not self._has_digits:
            return (name,)
        several = len(self._digits.get(position, ())) > 1
        return name, self._digit_names(position) if several else "1 digit"

    def description(self, position: int) -> str:
        """Return file and prediction."""
        several = len(self._digits.get(position, ())) > 1
        digits = f"; all digits: {self._digit_names(position)}" if several else ""
        return f"{self.paths[position].name}: {self.caption(position)}{digits}"

    def longest_caption(self) -> str:
        """Return a caption with the longest class name."""
        return f"{max(self.class_names, key=len, default='')} · 100 %"


def write_csv(path: Path, table: BatchTable) -> None:
    """Write all files with a result as a CSV table. Raises OSError or DiskFullError."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    errors = dict(table.errors())
    predicted = {int(position) for position in table.order(ORDERS[0])}
    for position, file in enumerate(table.paths):
        if position in predicted:
            writer.writerow([to_cell(str(file)), *table.cells(position), ""])
        elif file in errors:
            empty = [""] * (len(_COLUMNS) - 2)
            writer.writerow([to_cell(str(file)), *empty, to_cell(errors[file])])
    content = text.getvalue().encode("utf-8", "surrogateescape")
    write_atomic(path, lambda partial: partial.write_bytes(content))
