"""Groups of pictures that are the same, or nearly."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.data.quality.likeness import ALIKE, ALIKE_IN_CROWD, alike
from studio.data.quality.looks import close_pairs
from studio.errors import Stopped

Rows = NDArray[np.int64]
_EVERY = 500  # pictures between two looks at should_stop


@dataclass(frozen=True, eq=False)
class Copies:
    """For each picture the number of its group, int64 [N]: of the same ones, of all alike."""

    same: Rows
    like: Rows


def find_copies(
    pixels: NDArray[np.uint8],
    looks: NDArray[np.uint64],
    plain: NDArray[np.bool_],
    progress: Callable[[float], object],
    should_stop: Callable[[], bool],
) -> Copies:
    """Group pixels (uint8 [N, C, S, S]) with their looks (uint64 [N]).

    `plain` bool [N] marks pictures that show nothing: these are alike only where they are the same.
    Raises Stopped when asked to stop.
    """
    same = _group_same(pixels, lambda share: progress(share / 2), should_stop)
    first = np.unique(same, return_index=True)[1]
    asked = first[~plain[first]]
    close, crowded = close_pairs(looks[asked], lambda s: progress(0.5 + s / 2), should_stop)
    pairs = asked[close]
    pairs = pairs[alike(pixels, pairs, ALIKE_IN_CROWD if crowded else ALIKE)]
    return Copies(same, _join(same, same[pairs]))


def groups(numbers: Rows) -> list[Rows]:
    """Rows of each group of two or more, in order, from the numbers int64 [N] of all rows."""
    several = np.flatnonzero((np.bincount(numbers) >= 2)[numbers])
    order = several[np.argsort(numbers[several], kind="stable")]
    ends = np.flatnonzero(np.diff(numbers[order])) + 1
    found = np.split(order, ends) if len(order) else []
    return sorted(found, key=lambda rows: int(rows[0]))


def _group_same(
    pixels: NDArray[np.uint8], progress: Callable[[float], object], should_stop: Callable[[], bool]
) -> Rows:
    """Equal numbers for equal pixels; files that are the same have the same pixels too."""
    digests = np.empty(len(pixels), np.uint64)
    for row, picture in enumerate(pixels):
        if row % _EVERY == 0:
            if should_stop():
                raise Stopped
            progress(row / len(pixels))
        digest = hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=8)
        digests[row] = int.from_bytes(digest.digest())
    return np.unique(digests, return_inverse=True)[1].astype(np.int64)


def _join(numbers: Rows, pairs: Rows) -> Rows:
    """New numbers for all rows when the groups of each pair [P, 2] become one."""
    root = np.arange(int(numbers.max(initial=-1)) + 1)
    while True:
        ends = np.sort(root[pairs], axis=1)
        ends = ends[ends[:, 0] < ends[:, 1]]
        if not len(ends):
            return root[numbers]
        np.minimum.at(root, ends[:, 1], ends[:, 0])
        while not np.array_equal(root, root[root]):
            root = root[root]
