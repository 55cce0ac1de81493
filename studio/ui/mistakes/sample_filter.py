"""Which samples the Mistakes page shows, in which order, and the words it says about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studio.formatting import percent

if TYPE_CHECKING:
    from studio.insight import Evaluation

Positions = npt.NDArray[np.int64]


class SortKey(StrEnum):
    """What the grid is ordered by."""

    LOSS = "loss"
    CONFIDENCE = "confidence"
    MARGIN = "margin"
    INDEX = "index"


# Each order begins with what teaches most: the surest errors, the closest calls, the first sample.
DESCENDING_FIRST = {
    SortKey.LOSS: True,
    SortKey.CONFIDENCE: True,
    SortKey.MARGIN: False,
    SortKey.INDEX: False,
}


@dataclass(frozen=True)
class Filter:
    """What the user asked to see; None means any class."""

    true: int | None = None
    predicted: int | None = None
    all_samples: bool = False
    sort: SortKey = SortKey.LOSS
    reverse: bool = False

    @property
    def cell(self) -> tuple[int, int] | None:
        """The confusion matrix cell this filter stands for, if it is exactly one."""
        if self.true is None or self.predicted is None:
            return None
        return self.true, self.predicted

    @property
    def by_class(self) -> bool:
        """Tell whether a class is asked for."""
        return self.true is not None or self.predicted is not None


def confidences(evaluation: "Evaluation") -> npt.NDArray[np.float32]:
    """Return the probability of each sample's top class, float32 [M]."""
    # Ten times faster than the maximum of each row.
    return evaluation.probabilities[np.arange(len(evaluation.labels)), evaluation.predicted]


def margins(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return first minus second of each row of [n, K], float32 [n]; 0 is a toss of a coin."""
    if probabilities.shape[1] < 2:
        return probabilities[:, 0]
    top = np.partition(probabilities, -2, axis=1)
    return top[:, -1] - top[:, -2]


def select(evaluation: "Evaluation", wanted: Filter) -> Positions:
    """Return the positions of the samples to show, in order, int64 [n].

    A cell of the diagonal holds only right answers, so asking for it shows them even when
    `all_samples` is off. Equal values keep the order of the data set.
    """
    keep = np.ones(len(evaluation.labels), bool)
    if wanted.true is not None:
        keep &= evaluation.labels == wanted.true
    if wanted.predicted is not None:
        keep &= evaluation.predicted == wanted.predicted
    if not wanted.all_samples and not _is_diagonal(wanted):
        keep &= evaluation.labels != evaluation.predicted
    positions = np.flatnonzero(keep)
    keys = _sort_values(evaluation, wanted.sort, positions)
    if DESCENDING_FIRST[wanted.sort] != wanted.reverse:
        keys = -keys
    return positions[np.argsort(keys, kind="stable")]


def top_classes(
    probabilities: npt.NDArray[np.float32], class_names: Sequence[str], count: int = 5
) -> list[tuple[str, float]]:
    """Return the `count` most probable classes of one sample, best first."""
    order = np.argsort(-probabilities, kind="stable")[:count]
    return [(class_names[k], float(probabilities[k])) for k in order]


def headline(evaluation: "Evaluation") -> str:
    """Say how right the network is: "97.8 % right · 8 mistakes of 360"."""
    total = len(evaluation.labels)
    wrong = total - right_count(evaluation)
    if not total:
        return "No samples in this split"
    return f"{percent(1 - wrong / total)} right · {plural(wrong, 'mistake')} of {total:,}"


def right_count(evaluation: "Evaluation") -> int:
    """Return how many samples were read right."""
    return int(np.count_nonzero(evaluation.labels == evaluation.predicted))


def plural(count: int, noun: str) -> str:
    """Write "1 mistake", "8 mistakes"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def filter_words(wanted: Filter, class_names: Sequence[str]) -> str:
    """Name the class filter in words: "4 read as 9"; empty when there is none."""
    true = class_names[wanted.true] if wanted.true is not None else ""
    predicted = class_names[wanted.predicted] if wanted.predicted is not None else ""
    if true and predicted:
        return f"{true} read right" if true == predicted else f"{true} read as {predicted}"
    if true:
        return f"True {true}"
    return f"Read as {predicted}" if predicted else ""


def count_words(wanted: Filter, count: int) -> str:
    """Say how many samples are shown: "12 mistakes", "360 samples"."""
    only_right = _is_diagonal(wanted)
    return plural(count, "sample" if wanted.all_samples or only_right else "mistake")


def nothing_words(evaluation: "Evaluation", wanted: Filter) -> tuple[str, str, str]:
    """Return title, text and button of the empty grid."""
    if wanted.by_class:
        words = filter_words(wanted, evaluation.class_names)
        return f"Nothing here: {words}", "No sample fits this filter.", "Show every class"
    total = len(evaluation.labels)
    if not total:
        return "This split is empty", "Choose another split above.", ""
    return (
        "No mistakes in this split",
        f"All {total:,} samples were read right. Look at the ones with the highest loss: "
        "they were the hardest.",
        "Show all samples",
    )


def _sort_values(
    evaluation: "Evaluation", key: SortKey, positions: Positions
) -> npt.NDArray[np.float64]:
    """Return what samples are ordered by, float64 [n]."""
    if key is SortKey.LOSS:
        values: npt.NDArray = evaluation.losses[positions]
    elif key is SortKey.CONFIDENCE:
        values = confidences(evaluation)[positions]
    elif key is SortKey.MARGIN:
        values = margins(evaluation.probabilities[positions])
    else:
        values = evaluation.indices[positions]
    return values.astype(np.float64)


def _is_diagonal(wanted: Filter) -> bool:
    return wanted.cell is not None and wanted.true == wanted.predicted
