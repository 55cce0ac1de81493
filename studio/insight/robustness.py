"""Robustness: the accuracy of a model against the strength of a change of its inputs.

After D. Hendrycks and T. Dietterich, Benchmarking Neural Network Robustness to Common Corruptions
and Perturbations (2019), with the transformations of `sample_transforms`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.data.splits import stratified_sample
from studio.formatting import percent
from studio.insight.intervals import Proportion
from studio.insight.sample_transforms import SampleTransform, estimate_background

if TYPE_CHECKING:
    from studio.inference import Predictor

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]

_STEPS = 5  # on each side of the identity
_SEED = 0  # of the choice of samples, and of the noise
_CHUNK_BYTES = 64 << 20  # of float32 pixels that are transformed at a time
MINUS = "\N{MINUS SIGN}"
_NOTABLE_LOSS = 0.05  # of accuracy, from which a summary says that a model is sensitive


@dataclass(frozen=True, eq=False)
class RobustnessCurve:
    """Predictions for n samples at V strengths of one transformation.

    `values` float64 [V] ascending, one of which is the identity; `predicted` int64 [V, n];
    `labels` int64 [n].
    """

    transform: SampleTransform
    values: NDArray[np.float64]
    predicted: NDArray[np.int64]
    labels: Labels

    @property
    def accuracies(self) -> list[Proportion]:
        """The accuracy at each strength, with its interval."""
        correct = (self.predicted == self.labels).sum(1)
        return [Proportion(int(count), len(self.labels)) for count in correct]

    @property
    def unchanged(self) -> int:
        """The index of the identity in `values`."""
        return int(np.argmin(np.abs(self.values - self.transform.identity)))

    def examples(self, index: int, count: int) -> NDArray[np.int64]:
        """Return up to `count` of the n samples to show at a strength, the most telling first.

        Those that only the change made wrong come first, then the other wrong ones, then correct
        ones.
        """
        wrong = self.predicted[index] != self.labels
        was_wrong = self.predicted[self.unchanged] != self.labels
        rank = np.where(wrong & ~was_wrong, 0, np.where(wrong, 1, 2))
        return np.argsort(rank, kind="stable")[:count].astype(np.int64)

    def newly_wrong(self, index: int) -> int:
        """Count the samples that are correct unchanged, and wrong at a strength."""
        wrong = self.predicted[index] != self.labels
        return int((wrong & (self.predicted[self.unchanged] == self.labels)).sum())

    def tolerated(self) -> tuple[float, float]:
        """Return the range of values around the identity without a notable loss of accuracy."""
        fractions = np.array([accuracy.value for accuracy in self.accuracies])
        holds = fractions >= fractions[self.unchanged] - _NOTABLE_LOSS
        low = high = self.unchanged
        while low > 0 and holds[low - 1]:
            low -= 1
        while high < len(holds) - 1 and holds[high + 1]:
            high += 1
        return float(self.values[low]), float(self.values[high])


def choose_samples(labels: Labels, count: int) -> NDArray[np.int64]:
    """Return the positions of at most `count` samples, classes in proportion; always the same."""
    return stratified_sample(labels, np.arange(len(labels)), count, _SEED)


def sweep(transform: SampleTransform) -> NDArray[np.float64]:
    """Return the strengths to measure, ascending; the identity is one of them."""
    low, high, identity = transform.low, transform.high, transform.identity
    below = np.linspace(low, identity, _STEPS + 1)[:-1] if low < identity else np.empty(0)
    above = np.linspace(identity, high, _STEPS + 1) if high > identity else np.array([identity])
    return np.round(np.concatenate([below, above]), 6)


def measure_robustness(
    predictor: "Predictor",
    images: Images,
    labels: Labels,
    transform: SampleTransform,
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> RobustnessCurve:
    """Predict images, uint8 [n, C, H, W], at every strength of a transformation. Raises Stopped."""
    values = sweep(transform)
    predicted = np.empty((len(values), len(images)), np.int64)
    for row, value in enumerate(values):
        on_progress(row / len(values), f"Measuring {transform.title.lower()}")
        for part, changed in _transform_in_chunks(images, transform, float(value)):
            predicted[row, part] = predictor.predict(changed, should_stop=should_stop).argmax(1)
    return RobustnessCurve(transform, values, predicted, labels)


def transform_samples(
    images: Images, transform: SampleTransform, value: float, rows: NDArray[np.int64]
) -> Images:
    """Return some rows of images, uint8 [n, C, H, W], exactly as `measure_robustness` changes them.

    The background color and the noise depend on all images.
    """
    changed = np.empty((len(rows), *images.shape[1:]), np.uint8)
    for part, chunk in _transform_in_chunks(images, transform, value):
        inside = (rows >= part.start) & (rows < part.stop)
        changed[inside] = chunk[rows[inside] - part.start]
    return changed


def _transform_in_chunks(
    images: Images, transform: SampleTransform, value: float
) -> Iterator[tuple[slice, Images]]:
    background = estimate_background(images) if len(images) else None
    size = max(1, _CHUNK_BYTES // (4 * max(images[:1].size, 1)))
    for start in range(0, len(images), size):
        part = slice(start, start + size)
        yield part, transform.apply(images[part], value, background, _SEED + start)


def summarize_curve(curve: RobustnessCurve) -> str:
    """Say in one sentence what a change of the inputs costs."""
    transform, accuracies = curve.transform, curve.accuracies
    if not len(curve.labels):
        return "There are no samples to measure."
    start = accuracies[curve.unchanged].value
    worst = min(range(len(accuracies)), key=lambda index: accuracies[index].value)
    if start - accuracies[worst].value < _NOTABLE_LOSS:
        lowest = percent(accuracies[worst].value)
        return f"Hardly any loss of accuracy in this range: at least {lowest}."
    low, high = curve.tolerated()
    worst_text = (
        f"{percent(accuracies[worst].value)} at {format_value(transform, curve.values[worst])}"
    )
    if low == high:
        return f"Sensitive: the smallest change measured costs more than 5 points; {worst_text}."
    span = f"{format_value(transform, low)} to {format_value(transform, high)}"
    return f"Loses at most 5 points from {span}; {worst_text}."


def summarize_briefly(curve: RobustnessCurve) -> str:
    """Shorten `summarize_curve` to a line of a card: "Holds 0° to 9°; worst 21 %"."""
    if not len(curve.labels):
        return "No samples"
    fractions = [accuracy.value for accuracy in curve.accuracies]
    low, high = curve.tolerated()
    worst = f"worst {percent(min(fractions), digits=0)}"
    if (low, high) == (curve.values[0], curve.values[-1]):
        return f"Holds everywhere; {worst}"
    if low == high:
        return f"Sensitive; {worst}"
    span = f"{format_value(curve.transform, low)} to {format_value(curve.transform, high)}"
    return f"Holds {span}; {worst}"


def format_value(transform: SampleTransform, value: float) -> str:
    """Format a strength with its unit: "18°", "10 %", "× 1.2"."""
    number = f"{100 * value if transform.unit == '%' else value:.3g}".replace("-", MINUS)
    if transform.unit == "×":
        return f"× {number}"
    separator = "" if transform.unit == "°" else " "
    return f"{number}{separator}{transform.unit}"
