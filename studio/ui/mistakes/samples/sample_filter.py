"""Which samples the Mistakes page shows, in which order, and the texts about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studio.formatting import count, percent

if TYPE_CHECKING:
    from studio.insight import Evaluation

Positions = npt.NDArray[np.int64]


class SortKey(StrEnum):
    """What the grid is ordered by."""

    LOSS = "loss"
    CONFIDENCE = "confidence"
    MARGIN = "margin"
    INDEX = "index"


# Each order starts with the most useful samples: confident mistakes, close calls, the first sample.
DESCENDING_FIRST = {SortKey.LOSS, SortKey.CONFIDENCE}


@dataclass(frozen=True)
class SampleFilter:
    """What the user wants to see. `true` and `predicted` are class numbers; None means any."""

    true: int | None = None
    predicted: int | None = None
    all_samples: bool = False
    sort: SortKey = SortKey.LOSS
    reverse: bool = False

    @property
    def cell(self) -> tuple[int, int] | None:
        """The cell of the confusion matrix that the filter selects, if it is exactly one."""
        if self.true is None or self.predicted is None:
            return None
        return self.true, self.predicted

    @property
    def has_class(self) -> bool:
        """Whether only samples of one true or predicted class are shown."""
        return self.true is not None or self.predicted is not None

    @property
    def is_diagonal(self) -> bool:
        """Whether the filter selects a diagonal cell, which holds only correct predictions."""
        return self.cell is not None and self.true == self.predicted

    @property
    def is_descending(self) -> bool:
        """Whether the highest value comes first."""
        return (self.sort in DESCENDING_FIRST) != self.reverse


def select(evaluation: "Evaluation", wanted: SampleFilter) -> Positions:
    """Return the positions of the samples to show, in order, int64 [n].

    A diagonal cell holds only correct predictions, so they are shown even if `all_samples` is off.
    Equal values keep the order of the dataset.
    """
    keep = np.ones(len(evaluation.labels), bool)
    if wanted.true is not None:
        keep &= evaluation.labels == wanted.true
    if wanted.predicted is not None:
        keep &= evaluation.predicted == wanted.predicted
    if not wanted.all_samples and not wanted.is_diagonal:
        keep &= evaluation.labels != evaluation.predicted
    positions = np.flatnonzero(keep)
    values = _sort_values(evaluation, wanted.sort, positions)
    return positions[np.argsort(-values if wanted.is_descending else values, kind="stable")]


def confidences(evaluation: "Evaluation") -> npt.NDArray[np.float32]:
    """Return the probability of each sample's predicted class, float32 [M]."""
    # Indexing is ten times faster than the maximum of each row.
    return evaluation.probabilities[np.arange(len(evaluation.labels)), evaluation.predicted]


def margins(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the highest minus the second highest of each row of [n, K], float32 [n]."""
    if probabilities.shape[1] < 2:
        return probabilities[:, 0]
    top = np.partition(probabilities, -2, axis=1)
    return top[:, -1] - top[:, -2]


def top_classes(
    probabilities: npt.NDArray[np.float32], class_names: Sequence[str], k: int = 5
) -> list[tuple[str, float]]:
    """Return the `k` most probable classes of one sample, most probable first."""
    order = np.argsort(-probabilities, kind="stable")[:k]
    return [(class_names[c], float(probabilities[c])) for c in order]


def accuracy_text(evaluation: "Evaluation", brief: bool = False) -> str:
    """Summarize an evaluation: "97.8 % accuracy · 8 mistakes of 360", brief without the 360."""
    total = len(evaluation.labels)
    if not total:
        return "No samples in this split"
    correct = int(np.count_nonzero(evaluation.labels == evaluation.predicted))
    mistakes = count(total - correct, "mistake")
    return f"{percent(correct / total)} accuracy · {mistakes}{'' if brief else f' of {total:,}'}"


def filter_text(wanted: SampleFilter, class_names: Sequence[str]) -> str:
    """Describe the class filter: "4 predicted as 9"; empty if there is none."""
    true = class_names[wanted.true] if wanted.true is not None else ""
    predicted = class_names[wanted.predicted] if wanted.predicted is not None else ""
    if true and predicted:
        return outcome_text(true, predicted)
    if true:
        return f"True class {true}"
    return f"Predicted {predicted}" if predicted else ""


def outcome_text(true: str, predicted: str) -> str:
    """Describe the outcome of a prediction: "4 predicted as 9" or "4 predicted correctly"."""
    return f"{true} predicted {'correctly' if true == predicted else f'as {predicted}'}"


def count_text(wanted: SampleFilter, shown: int) -> str:
    """Count the samples shown: "12 mistakes", "360 samples"."""
    return count(shown, "sample" if wanted.all_samples or wanted.is_diagonal else "mistake")


def empty_text(evaluation: "Evaluation", wanted: SampleFilter) -> tuple[str, str, str]:
    """Return title, text and button of the empty grid."""
    if wanted.has_class:
        description = filter_text(wanted, evaluation.class_names)
        return f"No samples: {description}", "No sample matches this filter.", "Show all classes"
    total = len(evaluation.labels)
    if not total:
        return "This split is empty", "Choose another split above.", ""
    return (
        "No mistakes in this split",
        f"All {total:,} samples were predicted correctly. "
        "Those with the highest loss were the hardest.",
        "Show all samples",
    )


def _sort_values(
    evaluation: "Evaluation", key: SortKey, positions: Positions
) -> npt.NDArray[np.float64]:
    """Return the values that samples are ordered by, float64 [n]."""
    if key is SortKey.LOSS:
        values: npt.NDArray = evaluation.losses[positions]
    elif key is SortKey.CONFIDENCE:
        values = confidences(evaluation)[positions]
    elif key is SortKey.MARGIN:
        values = margins(evaluation.probabilities[positions])
    else:
        values = evaluation.indices[positions]
    return values.astype(np.float64)
