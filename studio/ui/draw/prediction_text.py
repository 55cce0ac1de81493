"""The text of a prediction, and which classes get a bar."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing import DrawingFlaw
from studio.formatting import percent
from studio.runs.familiarity import UNFAMILIAR

MAX_CLASSES_WITH_BAR = 10
TOP_CLASSES = 5


@dataclass(frozen=True)
class PredictionText:
    """The headline and detail of a prediction, and the bars: (class, probability 0..1).

    The headline of a `doubtful` prediction says why; the nearest class is then in `detail`.
    `familiarity` is how much the input resembles the training data, 0..1; None where unknown.
    """

    headline: str
    detail: str
    doubtful: bool
    bars: list[tuple[str, float]]
    familiarity: float | None = None


def describe_prediction(
    class_names: Sequence[str],
    probabilities: NDArray[np.float32],
    flaw: DrawingFlaw | None = None,
    warning: str = "",
    familiarity: float | None = None,
) -> PredictionText:
    """Describe probabilities [K]; `flaw` is that of the drawing, `warning` that of the model.

    `familiarity` is that of the input, see `studio.inference.DrawingPrediction`.
    """
    first, *others = np.argsort(-probabilities, kind="stable")[:2]
    predicted = f"{class_names[first]} · {percent(float(probabilities[first]), digits=0)}"
    doubt = f"Hardly a drawing: {flaw}" if flaw else warning
    if not doubt and familiarity is not None and familiarity < UNFAMILIAR:
        doubt = _unlike(class_names)
    bars = bar_values(class_names, probabilities)
    if doubt:
        remedy = ". A thinner pen may help." if flaw is DrawingFlaw.AREA else ""
        return PredictionText(doubt, f"Nearest: {predicted}{remedy}", True, bars, familiarity)
    detail = ""
    if others:
        probability = float(probabilities[others[0]])
        second = f"{class_names[others[0]]} · {percent(probability, digits=0)}"
        detail = f"Next: {second}" if probability >= 0.01 else "No other class reaches 1 %"
    return PredictionText(f"{predicted} confident", detail, False, bars, familiarity)


def _unlike(class_names: Sequence[str]) -> str:
    """What is said of an input unlike the training data."""
    are_digits = all(len(name) == 1 and name.isdecimal() for name in class_names)
    return "Unlike any digit I know" if are_digits else "Unlike anything it was trained on"


def bar_values(
    class_names: Sequence[str], probabilities: NDArray[np.float32]
) -> list[tuple[str, float]]:
    """Return all classes in their order if there are few, else the most probable ones."""
    values = [(name, float(p)) for name, p in zip(class_names, probabilities, strict=True)]
    if len(values) <= MAX_CLASSES_WITH_BAR:
        return values
    return sorted(values, key=lambda value: -value[1])[:TOP_CLASSES]
