"""Ids of samples, which do not depend on the splits of a run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNKNOWN = -1
_UNSPLIT = "all"


@dataclass(frozen=True, eq=False)
class SampleIds:
    """The ids of the N samples of a dataset, by their index in it.

    Own images are named by their file. A sample of a published dataset is named by the published
    split and its index in the files of that split, from 0: "train:41234", "test:729"; "all:17"
    where the dataset has no published splits. So a validation sample has the id of the training
    file, and the ids of a subset are those of the whole dataset.

    `files` are the N file names of own images, else empty. `published` are the names and sizes of
    the published splits in the order of the dataset. `rows` int64 [N], ascending, are the indices
    of the samples in the published dataset; None where it is complete.
    """

    files: tuple[str, ...] = ()
    published: tuple[tuple[str, int], ...] = ()
    rows: "NDArray[np.int64] | None" = None

    def id(self, index: int) -> str:
        """Return the id of the sample at `index`."""
        return self.ids([index])[0]

    def ids(self, indices: "Sequence[int] | NDArray[np.integer]") -> list[str]:
        """Return the ids of the samples at `indices`."""
        if self.files:
            return [self.files[index] for index in indices]
        rows = np.asarray(indices, np.int64)
        if self.rows is not None:
            rows = self.rows[rows]
        names, starts = self._splits
        splits = np.searchsorted(starts, rows, "right") - 1
        return [
            f"{names[split]}:{row}"
            for split, row in zip(splits.tolist(), (rows - starts[splits]).tolist(), strict=True)
        ]

    def find(self, ids: Iterable[str]) -> "NDArray[np.int64]":
        """Return the index of each id, int64; UNKNOWN (-1) for one that is not in the dataset."""
        return np.array([self._find(sample) for sample in ids], np.int64)

    def exists(self, sample: str) -> bool:
        """Whether there is such a sample in the whole dataset, also where a subset is loaded."""
        return sample in self._by_file if self.files else self._row(sample) != UNKNOWN

    def _find(self, sample: str) -> int:
        if self.files:
            return self._by_file.get(sample, UNKNOWN)
        row = self._row(sample)
        if self.rows is None or row == UNKNOWN:
            return row
        index = int(np.searchsorted(self.rows, row))
        return index if index < len(self.rows) and self.rows[index] == row else UNKNOWN

    def _row(self, sample: str) -> int:
        """Return the index in the published dataset, or UNKNOWN."""
        name, _, number = sample.rpartition(":")
        names, starts = self._splits
        if name not in names or not (number.isascii() and number.isdecimal()):
            return UNKNOWN
        index = int(number)
        if index >= dict(self.published).get(name, index + 1):
            return UNKNOWN
        return int(starts[names.index(name)]) + index

    @cached_property
    def _splits(self) -> "tuple[tuple[str, ...], NDArray[np.int64]]":
        """The names of the published splits, and the row at which each starts."""
        if not self.published:
            return (_UNSPLIT,), np.zeros(1, np.int64)
        names, sizes = zip(*self.published, strict=True)
        return names, np.array([0, *accumulate(sizes)][:-1], np.int64)

    @cached_property
    def _by_file(self) -> dict[str, int]:
        return {file: index for index, file in enumerate(self.files)}


def published_ids(count: int, test_count: int) -> SampleIds:
    """Return the ids of a published dataset of `count` samples, the last ones of the test split."""
    if not test_count:
        return SampleIds(published=((_UNSPLIT, count),))
    return SampleIds(published=(("train", count - test_count), ("test", test_count)))
