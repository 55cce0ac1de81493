"""How a model learned its training samples: when, how surely, and which it forgot again."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from studio.runs import Run
from studio.runs.history import NOT_SEEN, TrainingHistory, load_history

if TYPE_CHECKING:  # it imports torch
    from studio.insight.evaluation import Evaluation

# Values of `LearningStatistics.learned_epoch`.
NEVER_LEARNED: Final = -1
UNKNOWN: Final = 0

# Limits between the regions: of the mean probability, and the lowest one of its standard deviation,
# which is at most 0.5 for values of 0..1.
CONFIDENT: Final = 0.5
VARIABLE: Final = 0.25
# At most this fraction of the samples is called ambiguous.
MOST_AMBIGUOUS: Final = 1 / 3

# Fewer epochs say little about variability.
FEW_EPOCHS: Final = 4

# Samples computed at a time, for memory of about 64 MB with 100 epochs.
_CHUNK: Final = 20_000


@dataclass(frozen=True)
class Region:
    """A group of samples by how they were learned."""

    key: str
    title: str
    rule: str
    meaning: str


REGIONS: Final = (
    Region(
        "easy",
        "Easy",
        f"mean confidence from {CONFIDENT:.0%}, and not ambiguous",
        "Learned early and kept: usually correct labels and typical images.",
    ),
    Region(
        "ambiguous",
        "Ambiguous",
        f"the most variable third, if their variability is at least {VARIABLE:g}",
        "The model kept changing its mind: often near the boundary between classes.",
    ),
    Region(
        "hard",
        "Hard",
        f"mean confidence below {CONFIDENT:.0%}, and not ambiguous",
        "Seldom predicted correctly: rare forms, poor images, and some wrong labels.",
    ),
    Region(
        "never_learned",
        "Never learned",
        "predicted correctly in no epoch",
        "Look here first for wrong labels.",
    ),
)
EASY, AMBIGUOUS, HARD, NEVER = range(len(REGIONS))


@dataclass(frozen=True, eq=False)
class LearningStatistics:
    """What the epochs of a training say about each of N samples.

    `learned_epoch` int32 [N]: the first epoch, from 1, in which the sample was predicted correctly,
    `NEVER_LEARNED` if there is none, `UNKNOWN` for a sample without history. `forgotten` int32 [N]:
    how often a correct prediction was followed by a wrong one, M. Toneva et al., An Empirical Study
    of Example Forgetting during Deep Neural Network Learning (2019); -1 if unknown. `confidence`
    and `variability` float32 [N]: mean and population standard deviation over the epochs of the
    probability of the label, S. Swayamdipta et al., Dataset Cartography (2020); NaN if unknown.
    `region` int8 [N]: index into `REGIONS`, -1 if unknown. `epochs` is the number of epochs.

    The regions: never learned, if no epoch was correct; otherwise ambiguous, if the variability is
    at least `variable_from`; otherwise easy, if the confidence is at least `CONFIDENT`, else hard.
    `variable_from` is where the most variable third of the samples begins, as in the paper, but at
    least `VARIABLE`: a dataset that is learned without hesitation has no ambiguous samples. The
    paper also takes the least confident third as hard; a fixed limit allows that there are none.
    """

    epochs: int
    variable_from: float
    learned_epoch: NDArray[np.int32]
    forgotten: NDArray[np.int32]
    confidence: NDArray[np.float32]
    variability: NDArray[np.float32]
    region: NDArray[np.int8]

    @classmethod
    def from_history(cls, history: TrainingHistory) -> "LearningStatistics":
        """Compute the statistics of all samples of a history, in its order."""
        count = len(history.indices)
        parts = [
            _statistics(history.probability[:, start:stop], history.correct[:, start:stop])
            for start, stop in ((at, at + _CHUNK) for at in range(0, max(count, 1), _CHUNK))
        ]
        learned, forgotten, confidence, variability = (
            np.concatenate(values) for values in zip(*parts, strict=True)
        )
        known = learned != UNKNOWN
        variable_from = _variable_from(variability[known])
        region = np.select(
            [
                ~known,
                learned == NEVER_LEARNED,
                variability >= variable_from,
                confidence >= CONFIDENT,
            ],
            [-1, NEVER, AMBIGUOUS, EASY],
            HARD,
        ).astype(np.int8)
        return cls(
            history.epochs, variable_from, learned, forgotten, confidence, variability, region
        )

    def take(self, positions: NDArray[np.integer[Any]]) -> "LearningStatistics":
        """Return the statistics of some samples; those of position -1 are unknown."""
        columns: tuple[NDArray[Any], ...] = (
            self.learned_epoch,
            self.forgotten,
            self.confidence,
            self.variability,
            self.region,
        )
        unknown = *_unknown(1), np.full(1, -1, np.int8)
        values = [
            np.concatenate((known, missing))[positions]  # -1 takes the last one, which is unknown
            for known, missing in zip(columns, unknown, strict=True)
        ]
        return LearningStatistics(self.epochs, self.variable_from, *values)

    def counts(self) -> list[int]:
        """Return the number of samples of each region."""
        known = self.region[self.region >= 0]
        return [int(count) for count in np.bincount(known, minlength=len(REGIONS))]


def history_values(evaluation: "Evaluation", run: Run | Path | str) -> LearningStatistics | None:
    """Return the statistics of an evaluation's samples, in its order.

    Samples that the run was not trained on are unknown. None if the run has no history, or if that
    of none of the samples.
    """
    history = evaluation_history(evaluation, run)
    return None if history is None else LearningStatistics.from_history(history)


def evaluation_history(evaluation: "Evaluation", run: Run | Path | str) -> TrainingHistory | None:
    """Return the history of an evaluation's samples, in its order; None like `history_values`."""
    history = load_history(run)
    if history is None:
        return None
    positions = history.positions(evaluation.indices)
    return history.take(positions) if (positions >= 0).any() else None


def _unknown(count: int) -> tuple[NDArray[Any], ...]:
    nan = np.full(count, np.nan, np.float32)
    return (
        np.full(count, UNKNOWN, np.int32),
        np.full(count, -1, np.int32),
        nan,
        nan.copy(),
    )


def _statistics(
    probability: NDArray[np.float16], correct: NDArray[np.uint8]
) -> tuple[NDArray[Any], ...]:
    """Return learned epoch, forgotten count, confidence and variability of samples [E, N]."""
    seen = correct != NOT_SEEN
    values = np.where(seen, probability, 0).astype(np.float32)
    times = np.maximum(seen.sum(0), 1).astype(np.float32)
    confidence = values.sum(0) / times
    squares = np.where(seen, values - confidence, 0) ** 2
    variability = np.sqrt(squares.sum(0) / times)
    was_correct = correct == 1
    ever = was_correct.any(0)
    learned = np.where(ever, was_correct.argmax(0) + 1, NEVER_LEARNED).astype(np.int32)
    forgotten = _count_forgotten(correct).astype(np.int32)
    columns = learned, forgotten, confidence, variability
    known = seen.any(0)
    return tuple(
        np.where(known, column, unknown)
        for column, unknown in zip(columns, _unknown(correct.shape[1]), strict=True)
    )


def _variable_from(variability: NDArray[np.float32]) -> float:
    if not len(variability):
        return VARIABLE
    return max(VARIABLE, float(np.quantile(variability, 1 - MOST_AMBIGUOUS)))


def _count_forgotten(correct: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Count for each sample [E, N] how often 1 is followed by 0, leaving out epochs not seen."""
    last = np.zeros(correct.shape[1], bool)
    count = np.zeros(correct.shape[1], np.int64)
    for row in correct:
        count += last & (row == 0)
        last = np.where(row == NOT_SEEN, last, row == 1)
    return count
