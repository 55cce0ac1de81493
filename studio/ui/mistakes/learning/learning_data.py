"""What the view "Learning" shows of an evaluation, and its texts. No Qt."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studio.formatting import count, percent
from studio.insight.learning import (
    FEW_EPOCHS,
    NEVER_LEARNED,
    REGIONS,
    LearningStatistics,
    evaluation_history,
)
from studio.runs.history import NOT_SEEN, TrainingHistory

if TYPE_CHECKING:
    from studio.insight import Evaluation

_TIMES = {0: "never forgotten", 1: "forgotten once", 2: "forgotten twice"}


@dataclass(frozen=True, eq=False)
class LearningData:
    """History and statistics of the samples of an evaluation, in its order.

    `positions` int64 [n] are the samples that have a history: the points of the plot.
    """

    history: TrainingHistory
    statistics: LearningStatistics
    positions: NDArray[np.int64]

    def region_positions(self, region: int) -> NDArray[np.int64]:
        """Return the positions of the samples of a region, the least confident first."""
        positions = np.flatnonzero(self.statistics.region == region)
        return positions[np.argsort(self.statistics.confidence[positions], kind="stable")]

    def curve(self, position: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the epochs, from 1, that have seen a sample, and its probability in each."""
        probability = self.history.probability[:, position].astype(np.float64)
        seen = np.flatnonzero(np.isfinite(probability))
        return seen + 1, probability[seen]


def load_learning(evaluation: "Evaluation", run: Path) -> LearningData | None:
    """Read the history of an evaluation's samples; None if there is none."""
    history = evaluation_history(evaluation, run)
    if history is None:
        return None
    statistics = LearningStatistics.from_history(history)
    return LearningData(history, statistics, np.flatnonzero(statistics.region >= 0))


def summary_text(data: LearningData) -> str:
    """Summarize a history: "10 epochs · 48,000 training samples · 120 forgotten at least once"."""
    forgotten = int((data.statistics.forgotten > 0).sum())
    parts = [
        count(data.history.epochs, "epoch"),
        count(len(data.positions), "training sample"),
        f"{forgotten:,} forgotten at least once",
    ]
    return " · ".join(parts)


def caution_text(data: LearningData) -> str:
    """Say what the figures cannot tell."""
    epochs = data.history.epochs
    if epochs < FEW_EPOCHS:
        return f"Only {count(epochs, 'epoch')}: the variability says little yet."
    if (data.history.correct[-1, data.positions] == NOT_SEEN).any():
        return "The last epoch is incomplete."
    return (
        "Low confidence does not prove a wrong label. Measured on augmented images, before each "
        "update of the model."
    )


def learned_text(data: LearningData, position: int) -> str:
    """Say when a sample was learned: "Learned in epoch 3, forgotten twice"."""
    learned = int(data.statistics.learned_epoch[position])
    if learned == NEVER_LEARNED:
        epochs = int((data.history.correct[:, position] != NOT_SEEN).sum())
        return f"Predicted correctly in none of {count(epochs, 'epoch')}"
    forgotten = int(data.statistics.forgotten[position])
    return f"Learned in epoch {learned}, {_TIMES.get(forgotten, f'forgotten {forgotten} times')}"


def figures_text(data: LearningData, position: int) -> str:
    """Return region and figures of a sample: "Hard · confidence 31.2 % · variability 0.14"."""
    statistics = data.statistics
    title = REGIONS[int(statistics.region[position])].title
    confidence = percent(float(statistics.confidence[position]))
    return f"{title} · confidence {confidence} · variability {statistics.variability[position]:.2f}"


def region_text(data: LearningData, region: int) -> str:
    """Count the samples of a region: "1,203 · 2.5 %"."""
    number = data.statistics.counts()[region]
    return f"{number:,} · {percent(number / max(len(data.positions), 1))}"
