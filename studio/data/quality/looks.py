"""Pairs of pictures whose looks differ in few bits, without comparing each with each.

Cut 64 bits into four bands: where two looks differ in seven bits at most, some band differs in one
bit at most (pigeonhole). So only pictures of one band value, or of neighbouring values, meet.
M. Norouzi, A. Punjani, D. Fleet, Fast search in Hamming space with multi-index hashing, CVPR 2012.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studio.errors import Stopped

# On CIFAR-10 most copies that were cropped, shifted or toned anew stay within 7 bits of 64; beyond
# are more pictures that are alike by chance.
FARTHEST = 7

# More pairs than this are no copies: all pictures of the set look alike, as digits do.
_MOST_PAIRS = 2_000_000
_CHANCE = 1e-3  # of all pairs; 5e-7 were found on CIFAR-10, 1 to 3 in 100 on sets of the MNIST kind

_BANDS, _BAND_BITS = 4, 16

# Pictures that share a band value meet so many others at most, or half a set of one look would
# take minutes. Fewer than 80 of CIFAR-10 share one; a set where more do is crowded anyway.
_MOST_MEETINGS = 512

_CHUNK = 1 << 18  # candidates at a time: a few MB, which stay in the processor's cache
_PROBES: list[tuple[int, int | None]] = [
    (band, bit) for bit in (None, *range(_BAND_BITS)) for band in range(_BANDS)
]
_SAME_LOOK = 8  # pictures of one and the same look are compared with so many that follow

Pairs = NDArray[np.int64]
Codes = NDArray[np.uint64]


def close_pairs(
    looks: Codes,
    progress: Callable[[float], object] = lambda share: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[Pairs, bool]:
    """Pairs int64 [P, 2] of positions in `looks` (uint64 [N]) that differ in 7 bits at most.

    Also returns whether the set is crowded: too many pairs for a look to tell pictures apart; then
    only the closest are returned. Of positions with equal looks each is paired with some that
    follow, and the first stands for all towards other looks. Raises Stopped when asked to stop.
    """
    codes, first, group = np.unique(looks, return_index=True, return_inverse=True)
    apart, reach = _between(codes, progress, should_stop)
    pairs = np.concatenate([_within(group), first[apart]])
    crowded = len(pairs) > len(looks) + _CHANCE * len(looks) ** 2 / 2 or reach < FARTHEST
    return pairs, crowded


def _within(group: NDArray[np.intp]) -> Pairs:
    """Each position with those that follow it in its group of equal looks."""
    order = np.argsort(group, kind="stable")
    pairs = []
    for step in range(1, _SAME_LOOK + 1):
        same = group[order[:-step]] == group[order[step:]]
        pairs.append(np.stack([order[:-step][same], order[step:][same]], axis=1))
    return np.concatenate(pairs)


def _between(
    codes: Codes, progress: Callable[[float], object], should_stop: Callable[[], bool]
) -> tuple[Pairs, int]:
    """Pairs of different codes within reach, and the reach, which shrinks when there are many."""
    codes = _spread_bits(codes)
    bands = codes.view(np.uint16).reshape(-1, _BANDS)
    reach, found = FARTHEST, np.zeros((0, 2), np.int64)
    for number, (band, bit) in enumerate(_PROBES):
        if reach < _BANDS and bit is not None:
            continue  # so near, some band is the same
        fresh = [found]
        for left, right in _meetings(bands[:, band], bit):
            if should_stop():
                raise Stopped
            near = np.bitwise_count(codes[left] ^ codes[right]) <= reach
            fresh.append(np.stack([left[near], right[near]], axis=1))
            if sum(map(len, fresh)) > _MOST_PAIRS:
                found, reach = _closest(codes, fresh, reach)
                fresh = [found]
        found = np.concatenate(fresh)
        progress((number + 1) / len(_PROBES))
    return _once(found, len(codes)), reach


def _closest(codes: Codes, found: list[Pairs], reach: int) -> tuple[Pairs, int]:
    """Give up the farthest pairs until half the room is free again."""
    pairs = np.concatenate(found)
    apart = np.bitwise_count(codes[pairs[:, 0]] ^ codes[pairs[:, 1]])
    while len(pairs) > _MOST_PAIRS // 2:
        reach -= 1
        pairs, apart = pairs[apart <= reach], apart[apart <= reach]
    return pairs, reach


def _once(pairs: Pairs, count: int) -> Pairs:
    """Each pair of positions below `count` once, the lower position first."""
    ends = np.sort(pairs, axis=1)
    numbers = np.unique(ends[:, 0] * count + ends[:, 1])
    return np.stack(np.divmod(numbers, max(count, 1)), axis=1)


def _spread_bits(codes: Codes) -> Codes:
    """The same bits in another order: those that vary most are dealt evenly to the bands.

    Bits of one corner often agree; together in a band they would make few and crowded values.
    """
    bits = np.unpackbits(codes.view(np.uint8).reshape(-1, 8), axis=1)
    evenness = np.abs(bits.mean(axis=0) - 0.5) if len(codes) else np.zeros(64)
    order = np.argsort(evenness, kind="stable").reshape(_BAND_BITS, _BANDS).T.ravel()
    return np.packbits(np.ascontiguousarray(bits[:, order]), axis=1).view(np.uint64).ravel()


def _meetings(
    values: NDArray[np.uint16], bit: int | None
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Pairs of equal 16-bit values, or of values that differ in just that bit, in chunks."""
    order = np.argsort(values, kind="stable")
    ordered = values[order].astype(np.int64)
    starts = np.searchsorted(ordered, np.arange((1 << _BAND_BITS) + 1))
    left = np.arange(len(order))
    if bit is None:
        begin, end = left + 1, starts[ordered + 1]
    else:
        left = np.flatnonzero(ordered >> bit & 1 == 0)
        other = ordered[left] | 1 << bit
        begin, end = starts[other], starts[other + 1]
    for one, two in _expand(left, begin, np.minimum(end - begin, _MOST_MEETINGS)):
        yield order[one], order[two]


def _expand(
    left: NDArray[np.intp], begin: NDArray[np.intp], counts: NDArray[np.intp]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Pairs of left[k] with begin[k], begin[k] + 1, ...: counts[k] of them."""
    total = np.cumsum(counts)
    every = np.arange(0, total[-1] + _CHUNK, _CHUNK) if len(total) else np.zeros(0)
    edges = np.searchsorted(total, every, side="right")
    for low, high in pairwise(edges):
        some = counts[low:high]
        offset = np.repeat(begin[low:high] - (np.cumsum(some) - some), some)
        yield np.repeat(left[low:high], some), np.arange(len(offset)) + offset
