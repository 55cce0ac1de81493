"""How each training sample was predicted in each epoch, as recorded during the training."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.array_files import read_npy
from studio.runs.growing_array import read_rows
from studio.runs.manifest import verify_file
from studio.runs.run import Run

# Files in the folder `history` of a run.
PROBABILITY, CORRECT, INDICES = "probability.npy", "correct.npy", "indices.npy"

# Value of `correct` where a sample was not trained on in an epoch; its probability is NaN.
NOT_SEEN = 255


@dataclass(frozen=True, eq=False)
class TrainingHistory:
    """The outcome of N training samples in E epochs, the first of which is row 0.

    `indices` int64 [N] are the samples' rows in the dataset. `probability` float16 [E, N] is the
    softmax probability of the sample's label, `correct` uint8 [E, N] whether the label was the most
    probable class: 1 or 0. Both are of the augmented sample as the model was trained on it, before
    the update of that step, with dropout, and not calibrated. The last epoch may be incomplete:
    samples that were not trained on have NaN and `NOT_SEEN`.
    """

    indices: NDArray[np.int64]
    probability: NDArray[np.float16]
    correct: NDArray[np.uint8]

    @property
    def epochs(self) -> int:
        """Number of recorded epochs, including an incomplete last one."""
        return len(self.probability)

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        return np.argsort(self.indices, kind="stable")

    def positions(self, indices: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return where samples are on the axis N, by their rows in the dataset; -1 if nowhere."""
        ordered = self.indices[self._order]
        found = np.minimum(np.searchsorted(ordered, indices), max(len(ordered) - 1, 0))
        if not len(ordered):
            return np.full(len(indices), -1, np.intp)
        return np.where(ordered[found] == indices, self._order[found], -1)

    def take(self, positions: NDArray[np.intp]) -> "TrainingHistory":
        """Return the history of some samples; at position -1 no epoch has seen the sample."""
        known = positions >= 0
        probability = np.where(known, self.probability[:, positions], np.float16(np.nan))
        correct = np.where(known, self.correct[:, positions], np.uint8(NOT_SEEN))
        return TrainingHistory(np.where(known, self.indices[positions], -1), probability, correct)


def load_history(run: Run | Path | str) -> TrainingHistory | None:
    """Read the history of a run or its folder; None if it has none that can be read.

    Raises DamagedRunError when it is not what the training recorded.
    """
    folder = history_folder(run)
    if not folder.exists():  # also where a person removed all of it
        return None
    for name in (PROBABILITY, CORRECT, INDICES):
        verify_file(folder / name)
    try:
        probability = read_rows(folder / PROBABILITY)
        correct = read_rows(folder / CORRECT)
        indices = read_npy(folder / INDICES)
    except (OSError, ValueError):
        return None
    epochs = min(len(probability), len(correct))
    shapes_fit = probability.shape[1:] == correct.shape[1:] == indices.shape
    arrays = {"float16": probability, "uint8": correct, "int64": indices}
    dtypes_fit = all(array.dtype == dtype for dtype, array in arrays.items())
    if not epochs or not shapes_fit or not dtypes_fit:
        return None
    return TrainingHistory(indices, probability[:epochs], correct[:epochs])


def history_folder(run: Run | Path | str) -> Path:
    """Return the folder of a run's history, which need not exist."""
    return (run.path if isinstance(run, Run) else Path(run)) / "history"
