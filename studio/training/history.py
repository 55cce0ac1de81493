"""Records in each epoch how every training sample was predicted, from the steps themselves."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.array_files import read_npy
from studio.files import write_atomic, write_in_place
from studio.runs.growing_array import GrowingArray
from studio.runs.history import CORRECT, INDICES, NOT_SEEN, PROBABILITY
from studio.training.distributed.sharding import Sharding

# Logits collected before their probabilities are computed: one computation for many steps.
_BLOCK_VALUES: Final = 1 << 17


class HistoryRecorder:
    """Records nothing, for a training without history."""

    def begin_epoch(self, epoch: int, order: Sequence[Tensor], batch: int) -> None:
        """Begin an epoch, counted from 0, or continue it at `batch` of its batches of indices."""

    def record(self, samples: Tensor, labels: Tensor, logits: Tensor) -> None:
        """Record a step of this process, without waiting for the device.

        samples int64 [B], indices into the training split, on the CPU; labels int64 [B] and logits
        [B, K] on the device.
        """

    def save(self, merge: bool) -> None:
        """Write the epoch as far as it is. Waits for the device.

        All processes save at the same time if `merge` is set, otherwise each one on its own.
        """


class RunHistoryRecorder(HistoryRecorder):
    """Records into the history of a run. A folder that cannot be written ends no training."""

    def __init__(
        self,
        folder: Path | None,
        indices: NDArray[np.int64],
        device: str,
        sharding: Sharding,
    ) -> None:
        """`folder` is None in all processes but the main one; `indices` are rows of the dataset."""
        self._files = HistoryFiles(folder, indices) if folder else None
        self._sharding = sharding
        self._outcomes = OutcomeBuffer(len(indices), device)
        self._samples: list[Tensor] = []
        self._epoch = 0
        # Outcomes from before the training was interrupted; the probabilities, then 1 for correct.
        self._earlier = np.full((2, len(indices)), np.nan, np.float32)

    def begin_epoch(self, epoch: int, order: Sequence[Tensor], batch: int) -> None:
        self._epoch = epoch
        self._samples = []
        self._outcomes.clear()
        self._earlier.fill(np.nan)
        if self._files is None:
            return
        if batch:
            seen = torch.cat(list(order[:batch])).numpy()
            self._earlier[:, seen] = self._files.read(epoch)[:, seen]
            self._files.discard(epoch + 1)
            self._files.write(epoch, self._earlier)
        else:
            self._files.discard(epoch)

    def record(self, samples: Tensor, labels: Tensor, logits: Tensor) -> None:
        if not self._sharding.is_empty:
            self._samples.append(samples)
            self._outcomes.add(labels, logits)

    def save(self, merge: bool) -> None:
        outcomes = torch.from_numpy(self._earlier.copy())
        if self._samples:
            outcomes[:, torch.cat(self._samples)] = self._outcomes.read()
        if merge:
            outcomes = self._sharding.merge(outcomes)
        if self._files and not outcomes.isnan().all():
            self._files.write(self._epoch, outcomes.numpy())


class OutcomeBuffer:
    """Probability and correctness of up to `capacity` predictions, kept on the device."""

    def __init__(self, capacity: int, device: str) -> None:
        self._outcomes = torch.empty(2, capacity, device=device)
        self._count = 0  # of the outcomes
        self._logits = torch.empty(0, 0, device=device)
        self._labels: list[Tensor] = []
        self._pending = 0  # logits whose outcomes are not computed yet

    def clear(self) -> None:
        """Forget everything."""
        self._count = self._pending = 0
        self._labels = []

    def add(self, labels: Tensor, logits: Tensor) -> None:
        """Add labels int64 [B] and logits [B, K], without waiting for the device."""
        size, classes = logits.shape
        if self._pending + size > len(self._logits):
            self._compute()
            if size > len(self._logits):
                block_size = max(size, _BLOCK_VALUES // classes)
                self._logits = self._outcomes.new_empty(block_size, classes)
        # Copied, as the next replay of a CUDA graph overwrites them.
        self._logits.narrow(0, self._pending, size).copy_(logits)
        self._labels.append(labels)
        self._pending += size

    def read(self) -> Tensor:
        """Return float32 [2, M] on the CPU: probability of the label, and 1 where it is correct."""
        self._compute()
        return self._outcomes[:, : self._count].cpu()

    def _compute(self) -> None:
        """Compute the outcomes of the pending logits."""
        if not self._pending:
            return
        logits, labels = self._logits[: self._pending], torch.cat(self._labels)
        outcomes = self._outcomes[:, self._count : self._count + self._pending]
        outcomes[0] = logits.softmax(1).gather(1, labels[:, None])[:, 0]
        outcomes[1] = logits.argmax(1) == labels
        self._count, self._pending, self._labels = self._count + self._pending, 0, []


class HistoryFiles:
    """The files of a run's history. Failures are logged once, and lose only history."""

    def __init__(self, folder: Path, indices: NDArray[np.int64]) -> None:
        self._folder, self._indices = folder, indices
        self._probability = GrowingArray(folder / PROBABILITY, "<f2", len(indices), np.nan)
        self._correct = GrowingArray(folder / CORRECT, "|u1", len(indices), NOT_SEEN)
        self._has_failed = False

    def read(self, epoch: int) -> NDArray[np.float32]:
        """Return the outcomes float32 [2, N] of an epoch, NaN where there is none."""
        outcomes = np.full((2, len(self._indices)), np.nan, np.float32)
        try:
            if self._has_same_samples():
                probability = self._probability.read_row(epoch)
                correct = self._correct.read_row(epoch)
                outcomes[0] = probability
                outcomes[1] = np.where(correct == NOT_SEEN, np.nan, correct)
        except OSError as error:
            self._report(error)
        return outcomes

    def write(self, epoch: int, outcomes: NDArray[np.float32]) -> None:
        """Write the outcomes of an epoch."""
        probability, correct = outcomes
        seen = ~np.isnan(probability)

        def write_rows() -> None:
            self._probability.write_row(epoch, probability)
            self._correct.write_row(epoch, np.where(seen, correct == 1, NOT_SEEN))

        try:
            self._prepare()
            write_in_place(self._folder / PROBABILITY, write_rows)
        except OSError as error:
            self._report(error)

    def discard(self, epochs: int) -> None:
        """Discard the epochs from `epochs` on."""
        try:
            self._probability.truncate(epochs)
            self._correct.truncate(epochs)
        except OSError as error:
            self._report(error)

    def _prepare(self) -> None:
        """Create the folder and the list of samples; a history of other samples is discarded."""
        if self._has_same_samples():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self.discard(0)

        def write(partial: Path) -> None:
            with partial.open("wb") as file:
                np.save(file, self._indices)

        write_atomic(self._folder / INDICES, write)

    def _has_same_samples(self) -> bool:
        try:
            return np.array_equal(read_npy(self._folder / INDICES), self._indices)
        except (OSError, ValueError):
            return False

    def _report(self, error: OSError) -> None:
        if not self._has_failed:
            message = "The history of the training samples cannot be written: %s"
            logging.getLogger(__name__).warning(message, error)
        self._has_failed = True
