"""The samples at one strength of a transformation, as images with their predictions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QWidget

from studio.formatting import count, percent
from studio.insight.robustness import RobustnessCurve, format_value, transform_samples
from studio.ui.shared.builders import column_layout, elided_label, label
from studio.ui.tasks import LatestWorker, one_thread
from studio.ui.widgets.image_grid import ImageGrid

MAX_EXAMPLES = 60


@dataclass(frozen=True, eq=False)
class ChangedSamplesRequest:
    """Asks for the samples of `curve` at the strength `index`; `images` are all its samples."""

    curve: RobustnessCurve
    index: int
    images: npt.NDArray[np.uint8]
    class_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ChangedSamples:
    """A `TileSource` of changed images, uint8 [n, C, H, W], with true and predicted classes."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    predicted: npt.NDArray[np.int64]
    class_names: tuple[str, ...]

    def caption(self, position: int) -> str:
        """Return "4 → 9" for a wrong and "4 ✓" for a correct prediction."""
        true, predicted = int(self.labels[position]), int(self.predicted[position])
        if true == predicted:
            return f"{self.class_names[true]} ✓"
        return f"{self.class_names[true]} → {self.class_names[predicted]}"

    def details(self, position: int) -> tuple[str, ...]:
        """Return no further lines."""
        return ()

    def description(self, position: int) -> str:
        """Return both classes in words."""
        true, predicted = int(self.labels[position]), int(self.predicted[position])
        return f"True {self.class_names[true]}, predicted {self.class_names[predicted]}"

    def longest_caption(self) -> str:
        """Return the caption with the two longest class names."""
        return " → ".join(sorted(self.class_names, key=len)[-2:])


class ChangedSamplesWorker(LatestWorker):
    """Transforms the samples of the newest request."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_change_samples, parent)


class ChangedSamplesCard(QFrame):
    """Shows `ChangedSamples`, with the accuracy at this strength."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.title = elided_label("heading", "robustness_samples_title")
        self.accuracy = label("muted", name="robustness_samples_accuracy")
        self.accuracy.setWordWrap(True)
        self.grid = ImageGrid()
        self.grid.setObjectName("robustness_samples")
        self.grid.setAccessibleName("Changed samples")
        column = column_layout(self, spacing=4)
        column.setContentsMargins(12, 8, 12, 12)
        for widget in (self.title, self.accuracy):
            column.addWidget(widget)
        column.addWidget(self.grid, 1)

    def show_samples(self, request: ChangedSamplesRequest, samples: ChangedSamples) -> None:
        """Show the samples of a request."""
        curve, index = request.curve, request.index
        accuracy = curve.accuracies[index]
        low, high = accuracy.interval
        value = format_value(curve.transform, float(curve.values[index]))
        self.title.setText(f"{curve.transform.title}: {value}")
        newly_wrong = count(curve.newly_wrong(index), "sample")
        self.accuracy.setText(
            f"{percent(accuracy.value)} accuracy ({percent(low)} to {percent(high)}), "
            f"{newly_wrong} of {accuracy.total:,} wrong only because of the change"
        )
        self.grid.set_samples(samples)


def _change_samples(request: ChangedSamplesRequest) -> ChangedSamples:
    curve, index = request.curve, request.index
    rows = curve.examples(index, MAX_EXAMPLES)
    with one_thread():
        images = transform_samples(
            request.images, curve.transform, float(curve.values[index]), rows
        )
    return ChangedSamples(
        images, curve.labels[rows], curve.predicted[index][rows], request.class_names
    )
