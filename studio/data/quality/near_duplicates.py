"""Find pairs of similar images by their difference hashes, and confirm them by correlation.

Hashes are not compared pair by pair: of four bands of 16 bits, at least one differs in at most one
bit where the hashes differ in at most seven (pigeonhole), so that only images with equal or
neighboring values of a band are compared. M. Norouzi, A. Punjani, D. Fleet, Fast search in Hamming
space with multi-index hashing, CVPR 2012.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import ShouldStop, never_stop
from studio.errors import Stopped

# On CIFAR-10 most duplicates that were cropped, shifted or toned differ in at most 7 of 64 bits;
# beyond that most pairs are similar by chance.
MAX_DISTANCE = 7

# Correlation of small grey images. On CIFAR-10, of pairs with close hashes nearly all above 0.9 are
# one photograph cropped, toned or saved twice; skies, and cars of one pose, stay below.
MIN_CORRELATION = 0.9

# In a crowded dataset, of digits or clothes, different images reach 0.98; a copy saved again has
# at least this.
MIN_CORRELATION_CROWDED = 0.99

# With more pairs than this all images are similar, as digits are.
MAX_PAIRS = 2_000_000
# Fraction of all pairs that are similar by chance: 5e-7 on CIFAR-10, 0.01 to 0.03 on MNIST and its
# relatives.
_CHANCE = 1e-3

_BANDS, _BAND_BITS = 4, 16

# Each image is compared with at most this many of the same band value; otherwise a dataset in which
# half the images have one hash would take minutes. On CIFAR-10 fewer than 80 share a value.
_MAX_CANDIDATES = 512

_CHUNK_PAIRS = 1 << 18  # a few MB, which stay in the processor's cache
_PROBES: list[tuple[int, int | None]] = [
    (band, bit) for bit in (None, *range(_BAND_BITS)) for band in range(_BANDS)
]
_EQUAL_NEIGHBOURS = 8  # images with one hash are compared with this many of those that follow

_GREY_SIDE = 16  # of the images that are correlated
_CHUNK_IMAGES = 4096

Pairs = NDArray[np.int64]
Hashes = NDArray[np.uint64]


def find_similar_pairs(
    image_hashes: Hashes,
    on_progress: Callable[[float], object] = lambda done: None,
    should_stop: ShouldStop = never_stop,
) -> tuple[Pairs, bool]:
    """Return pairs int64 [P, 2] of indices of hashes (uint64 [N]) that differ in at most 7 bits.

    Also returns whether the dataset is crowded, with too many pairs for a hash to tell images
    apart; then only the closest pairs are returned. Of images with equal hashes each is paired with
    some that follow, and the first one represents them towards other hashes. Raises Stopped when
    asked to stop.
    """
    hashes, first, group = np.unique(image_hashes, return_index=True, return_inverse=True)
    close, distance = _find_close(hashes, on_progress, should_stop)
    pairs = np.concatenate([_pair_equal(group), first[close]])
    count = len(image_hashes)
    is_crowded = len(pairs) > count + _CHANCE * count**2 / 2 or distance < MAX_DISTANCE
    return pairs, is_crowded


def is_correlated(
    pixels: NDArray[np.uint8], pairs: Pairs, min_correlation: float
) -> NDArray[np.bool_]:
    """Return which pairs [P, 2] of images (uint8 [N, C, S, S]) correlate at least so: bool [P].

    Light, contrast, noise and a small shift hardly change the correlation.
    """
    indices, positions = np.unique(pairs, return_inverse=True)
    chunks = range(0, len(indices), _CHUNK_IMAGES)
    greys = np.concatenate(
        [
            np.zeros((0, min(_GREY_SIDE, pixels.shape[-1]) ** 2), np.float32),
            *(_normalized_greys(pixels[indices[k : k + _CHUNK_IMAGES]]) for k in chunks),
        ]
    )
    left, right = positions.reshape(-1, 2).T
    correlations = [
        np.einsum(
            "pc,pc->p", greys[left[k : k + _CHUNK_IMAGES]], greys[right[k : k + _CHUNK_IMAGES]]
        )
        for k in range(0, len(pairs), _CHUNK_IMAGES)
    ]
    return np.concatenate([np.zeros(0, np.float32), *correlations]) >= min_correlation


def _normalized_greys(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Small grey images with mean 0 and norm 1, float32 [n, side * side]."""
    side = pixels.shape[-1]
    edges = np.arange(min(_GREY_SIDE, side)) * side // min(_GREY_SIDE, side)
    grey = pixels.sum(axis=1, dtype=np.uint16)
    sums = np.add.reduceat(grey, edges, axis=1, dtype=np.float32)
    sums = np.add.reduceat(sums, edges, axis=2)
    size = np.diff(edges, append=side).astype(np.float32)
    flat = (sums / (size[:, None] * size)).reshape(len(pixels), -1)
    flat -= flat.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(norm, 1e-6), np.float32)


def _pair_equal(group: NDArray[np.intp]) -> Pairs:
    """Pair each index with those that follow it in its group of equal hashes."""
    order = np.argsort(group, kind="stable")
    pairs = []
    for step in range(1, _EQUAL_NEIGHBOURS + 1):
        same = group[order[:-step]] == group[order[step:]]
        pairs.append(np.stack([order[:-step][same], order[step:][same]], axis=1))
    return np.concatenate(pairs)


def _find_close(
    hashes: Hashes, on_progress: Callable[[float], object], should_stop: ShouldStop
) -> tuple[Pairs, int]:
    """Pairs of distinct hashes within a distance, which shrinks when there are many pairs."""
    hashes = _spread_bits(hashes)
    bands = hashes.view(np.uint16).reshape(-1, _BANDS)
    distance, found = MAX_DISTANCE, np.zeros((0, 2), np.int64)
    for number, (band, bit) in enumerate(_PROBES):
        if distance < _BANDS and bit is not None:
            continue  # at such a distance one band is equal
        collected = [found]
        for left, right in _candidate_pairs(bands[:, band], bit):
            if should_stop():
                raise Stopped
            near = np.bitwise_count(hashes[left] ^ hashes[right]) <= distance
            collected.append(np.stack([left[near], right[near]], axis=1))
            if sum(map(len, collected)) > MAX_PAIRS:
                found, distance = _keep_closest(hashes, collected, distance)
                collected = [found]
        found = np.concatenate(collected)
        on_progress((number + 1) / len(_PROBES))
    return _unique_pairs(found, len(hashes)), distance


def _keep_closest(hashes: Hashes, collected: list[Pairs], distance: int) -> tuple[Pairs, int]:
    """Drop the most distant pairs until half of the allowed number is free again."""
    pairs = np.concatenate(collected)
    distances = np.bitwise_count(hashes[pairs[:, 0]] ^ hashes[pairs[:, 1]])
    while len(pairs) > MAX_PAIRS // 2:
        distance -= 1
        pairs, distances = pairs[distances <= distance], distances[distances <= distance]
    return pairs, distance


def _unique_pairs(pairs: Pairs, count: int) -> Pairs:
    """Each pair of indices below `count` once, the lower index first."""
    ordered = np.sort(pairs, axis=1)
    numbers = np.unique(ordered[:, 0] * count + ordered[:, 1])
    return np.stack(np.divmod(numbers, max(count, 1)), axis=1)


def _spread_bits(hashes: Hashes) -> Hashes:
    """Reorder the bits so that those that vary most are distributed evenly over the bands.

    Bits of one corner of the images often agree; together in a band they would take few values.
    """
    bits = np.unpackbits(hashes.view(np.uint8).reshape(-1, 8), axis=1)
    evenness = np.abs(bits.mean(axis=0) - 0.5) if len(hashes) else np.zeros(64)
    order = np.argsort(evenness, kind="stable").reshape(_BAND_BITS, _BANDS).T.ravel()
    return np.packbits(np.ascontiguousarray(bits[:, order]), axis=1).view(np.uint64).ravel()


def _candidate_pairs(
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
    for first, second in _expand(left, begin, np.minimum(end - begin, _MAX_CANDIDATES)):
        yield order[first], order[second]


def _expand(
    left: NDArray[np.intp], begin: NDArray[np.intp], counts: NDArray[np.intp]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Pairs of left[k] with begin[k], begin[k] + 1, ...: counts[k] of them."""
    total = np.cumsum(counts)
    limits = np.arange(0, total[-1] + _CHUNK_PAIRS, _CHUNK_PAIRS) if len(total) else np.zeros(0)
    edges = np.searchsorted(total, limits, side="right")
    for low, high in pairwise(edges):
        some = counts[low:high]
        offset = np.repeat(begin[low:high] - (np.cumsum(some) - some), some)
        yield np.repeat(left[low:high], some), np.arange(len(offset)) + offset
