"""The figures of an evaluation, with what the number of samples allows to conclude from them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.formatting import count, percent
from studio.insight.calibration import ReliabilityBins, reliability_bins
from studio.insight.confusion import ConfusedPair, confused_pairs
from studio.insight.intervals import MAX_CLASS_WIDTH, MAX_WIDTH, Proportion
from studio.insight.selective import SelectivePrediction

if TYPE_CHECKING:
    from studio.insight.evaluation import Evaluation

MAX_PAIRS = 12
MIN_CALIBRATION_SAMPLES = 100  # with fewer, a bin holds too few to estimate its accuracy
_SMALL_ERROR = 0.02  # expected calibration error up to which confidence can be taken literally


@dataclass(frozen=True)
class ClassFigures:
    """Precision, recall and F1 of one class; `f1` is NaN for a class that does not occur."""

    name: str
    precision: Proportion
    recall: Proportion
    f1: float

    @property
    def support(self) -> int:
        """Number of samples of the class."""
        return self.recall.total

    @property
    def is_uncertain(self) -> bool:
        """Whether the interval of the recall is wider than 20 percentage points."""
        return self.recall.width > MAX_CLASS_WIDTH


@dataclass(frozen=True, eq=False)
class Overview:
    """All figures of an evaluation. Samples marked as ambiguous are counted in `ambiguous` only.

    `positions` int64 [n] are those of the other samples in the evaluation.
    """

    class_names: tuple[str, ...]
    accuracy: Proportion
    ambiguous: Proportion
    classes: tuple[ClassFigures, ...]
    pairs: tuple[ConfusedPair, ...]
    reliability: ReliabilityBins
    selective: SelectivePrediction
    positions: NDArray[np.int64]

    @property
    def mistakes(self) -> int:
        """Number of misclassified samples."""
        return self.accuracy.total - self.accuracy.count

    def abstained(self, threshold: float) -> NDArray[np.int64]:
        """Positions in the evaluation that a model abstaining at `threshold` does not answer."""
        return self.positions[self.selective.abstained(threshold)]


def summarize_evaluation(evaluation: "Evaluation") -> Overview:
    """Compute the figures of an evaluation; some 10 ms for 60,000 samples."""
    counted, correct = evaluation.counted, evaluation.correct
    positions = np.flatnonzero(counted)
    rows = np.arange(len(counted))
    confidence = evaluation.probabilities[rows, evaluation.predicted][counted]
    return Overview(
        class_names=evaluation.class_names,
        accuracy=Proportion(int(correct[counted].sum()), len(positions)),
        ambiguous=Proportion(int(correct[~counted].sum()), int((~counted).sum())),
        classes=class_figures(evaluation.confusion, evaluation.class_names),
        pairs=tuple(confused_pairs(evaluation.confusion, MAX_PAIRS)),
        reliability=reliability_bins(confidence, correct[counted]),
        selective=SelectivePrediction(confidence, correct[counted]),
        positions=positions,
    )


def class_figures(
    confusion: NDArray[np.int64], class_names: tuple[str, ...]
) -> tuple[ClassFigures, ...]:
    """Return the figures of each class from counts [true, predicted]."""
    found = []
    for index, name in enumerate(class_names):
        hits, support = int(confusion[index, index]), int(confusion[index].sum())
        predicted = int(confusion[:, index].sum())
        f1 = 2 * hits / (support + predicted) if support + predicted else float("nan")
        found.append(ClassFigures(name, Proportion(hits, predicted), Proportion(hits, support), f1))
    return tuple(found)


def interval_text(proportion: Proportion) -> str:
    """Describe an interval: "95 % interval 98.3 % to 98.8 %"."""
    if not proportion.total:
        return "no samples"
    low, high = proportion.interval
    return f"95 % interval {percent(low)} to {percent(high)}"


def accuracy_note(overview: Overview) -> str:
    """Say what the accuracy cannot tell because there are too few samples; empty if it can.

    The rule: the 95 % interval is wider than 10 percentage points.
    """
    accuracy = overview.accuracy
    if not accuracy.total or accuracy.width <= MAX_WIDTH:
        return ""
    samples = count(accuracy.total, "sample")
    return (
        f"{samples} {'is' if accuracy.total == 1 else 'are'} too few to say: the 95 % interval of "
        f"the accuracy is {100 * accuracy.width:.0f} percentage points wide. Evaluate on more "
        "samples before comparing runs."
    )


def class_note(overview: Overview) -> str:
    """Say which classes have too few samples; empty if none.

    The rule: the 95 % interval of the recall is wider than 20 percentage points.
    """
    few = [figures for figures in overview.classes if figures.is_uncertain]
    if not few:
        return ""
    rule = "their recall is uncertain by more than 20 percentage points"
    if len(few) == len(overview.classes):
        return f"Too few samples in every class: {rule}."
    names = ", ".join(figures.name for figures in few[:5])
    more = f" and {len(few) - 5:,} more" if len(few) > 5 else ""
    return f"Too few samples of {names}{more}: {rule}."


def calibration_note(reliability: ReliabilityBins) -> str:
    """Put the calibration error into words, and say in which direction the confidence is wrong."""
    if not reliability.counts.any():
        return "There are no samples to compare."
    error, gap = reliability.error, reliability.mean_gap
    if reliability.counts.sum() < MIN_CALIBRATION_SAMPLES:
        samples = count(int(reliability.counts.sum()), "sample")
        return (
            f"Confidence and accuracy differ by {percent(error)} on average, but {samples} cannot "
            f"tell chance from a habit of the model: {MIN_CALIBRATION_SAMPLES} or more are needed."
        )
    found = f"Confidence and accuracy differ by {percent(error)} on average"
    if error <= _SMALL_ERROR:
        return f"{found}: confidence can be taken literally."
    if abs(gap) < error / 2:
        return f"{found}, too high for some predictions and too low for others."
    tendency, actual = ("overconfident", "less") if gap > 0 else ("underconfident", "more")
    return f"{found}: the model is {tendency}; it is correct {actual} often than it says."
