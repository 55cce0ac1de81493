"""Which samples the Mistakes page shows, in which order, and the texts about them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
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
    ENTROPY = "entropy"
    FORGETTING = "forgetting"
    ISSUE = "issue"
    INDEX = "index"


class Outcome(StrEnum):
    """Which predictions are shown."""

    MISTAKES = "mistakes"
    CORRECT = "correct"
    ALL = "all"


class FixState(StrEnum):
    """Which label fixes a sample has."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RELABELED = "relabeled"
    EXCLUDED = "excluded"
    AMBIGUOUS = "ambiguous"


# Each order starts with the most useful samples: confident mistakes, close calls, the first sample.
_ASCENDING_FIRST = {SortKey.MARGIN, SortKey.INDEX}


@dataclass(frozen=True, eq=False)
class Subset:
    """Samples chosen in another view: their positions, int64 [n], and where they were chosen."""

    positions: Positions
    title: str


@dataclass(frozen=True)
class SampleFilter:
    """What the user wants to see; the defaults show all mistakes, the highest loss first.

    `true`, `predicted` and `second`, the second most probable class, are class numbers; None means
    any. `true_in_top2`: whether the true class is among the two most probable ones, None if either.
    The confidences are fractions, both included. `text` are words that are all in the name or the
    classes of a sample. `differs_from` is the key of a run that predicts another class.
    """

    true: int | None = None
    predicted: int | None = None
    outcome: Outcome = Outcome.MISTAKES
    sort: SortKey = SortKey.LOSS
    reverse: bool = False
    second: int | None = None
    true_in_top2: bool | None = None
    min_confidence: float = 0.0
    max_confidence: float = 1.0
    text: str = ""
    tag: str = ""
    fix: FixState | None = None
    differs_from: str = ""
    subset: Subset | None = None

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
        return (self.sort not in _ASCENDING_FIRST) != self.reverse

    def is_changed(self, *names: str) -> bool:
        """Return whether any of these fields has another value than by default."""
        return any(getattr(self, name) != _DEFAULTS[name] for name in names)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the outcome leaves samples out."""
        return self.is_changed(*(set(_DEFAULTS) - {"outcome", "sort", "reverse"}))


_DEFAULTS = {field.name: field.default for field in fields(SampleFilter)}


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
    """Summarize an evaluation: "97.8 % accuracy · 8 mistakes of 360", brief without the 360.

    Ambiguous samples are counted apart: "… · 2 ambiguous".
    """
    if not len(evaluation.labels):
        return "No samples in this split"
    correct, total = (
        int(evaluation.correct[evaluation.counted].sum()),
        int(evaluation.counted.sum()),
    )
    mistakes = count(total - correct, "mistake")
    ambiguous = len(evaluation.labels) - total
    texts = [
        f"{percent(correct / total)} accuracy",
        mistakes if brief else f"{mistakes} of {total:,}",
    ]
    return " · ".join(texts + ([f"{ambiguous:,} ambiguous"] if ambiguous else []))


def outcome_text(true: str, predicted: str) -> str:
    """Describe the outcome of a prediction: "4 predicted as 9" or "4 predicted correctly"."""
    return f"{true} predicted {'correctly' if true == predicted else f'as {predicted}'}"
