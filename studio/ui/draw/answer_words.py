"""The text of a prediction, and which classes are worth a bar."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.data.drawing.flaws import DrawingFlaw
from studio.ui.widgets.prediction_bars import percent

ALL_SHOWN_UP_TO = 10
MOST_LIKELY = 5


def bar_values(
    class_names: Sequence[str], probabilities: NDArray[np.float32]
) -> list[tuple[str, float]]:
    """All classes in their order when they are few, else the likeliest five, likeliest first."""
    values = [(name, float(share)) for name, share in zip(class_names, probabilities, strict=True)]
    if len(values) <= ALL_SHOWN_UP_TO:
        return values
    return sorted(values, key=lambda value: -value[1])[:MOST_LIKELY]


@dataclass(frozen=True)
class AnswerWords:
    """What is said of a prediction, and the classes to show with their probabilities 0..1.

    A `doubtful` prediction is not stated: the headline says why, the nearest class is in `detail`.
    """

    headline: str
    detail: str
    doubtful: bool
    bars: list[tuple[str, float]]


def describe_answer(
    class_names: Sequence[str],
    probabilities: NDArray[np.float32],
    flaw: DrawingFlaw | None = None,
    warning: str = "",
) -> AnswerWords:
    """Put probabilities [K] into words; `flaw` is the drawing's and `warning` the model's."""
    ranked = np.argsort(-probabilities, kind="stable")[:2]
    likeliest = [f"{class_names[c]} · {percent(float(probabilities[c]))}" for c in ranked]
    doubt = f"Hardly a drawing: {flaw}" if flaw else warning
    remedy = ". A thinner pen may help." if flaw is DrawingFlaw.AREA else ""
    return AnswerWords(
        headline=doubt or f"{likeliest[0]} confident",
        detail=f"Nearest: {likeliest[0]}{remedy}"
        if doubt
        else _runner_up(likeliest, probabilities[ranked]),
        doubtful=bool(doubt),
        bars=bar_values(class_names, probabilities),
    )


def _runner_up(likeliest: list[str], probabilities: NDArray[np.float32]) -> str:
    """The second class, where there is one that is worth its name."""
    if len(likeliest) < 2:
        return ""
    return f"Next: {likeliest[1]}" if probabilities[1] >= 0.01 else "No other class reaches 1 %"
