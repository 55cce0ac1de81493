"""Find duplicates and near-duplicates, and report how they affect training."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from studio.callbacks import ShouldStop
from studio.data.class_mapping import LEFT_OUT
from studio.data.image_dataset import ImageDataset
from studio.data.image_folder.image_table import ImageTable
from studio.data.pixel_cache import build_pixels, open_pixels
from studio.data.quality.images import find_blank
from studio.data.quality.near_duplicates import (
    MIN_CORRELATION,
    MIN_CORRELATION_CROWDED,
    find_similar_pairs,
    is_correlated,
)
from studio.data.quality.report import Issue, Severity
from studio.errors import Stopped
from studio.formatting import count

Indices = NDArray[np.int64]

# Increase it when the same images would be grouped differently.
_VERSION = 1

_CHECK_EVERY = 500  # images between two calls of should_stop


@dataclass(frozen=True, eq=False)
class DuplicateGroups:
    """The group of each image, int64 [N]: images with equal pixels, and also similar images."""

    exact: Indices
    similar: Indices


def cached_duplicates(
    table: ImageTable, on_progress: Callable[[float], object], should_stop: ShouldStop
) -> DuplicateGroups:
    """Find the duplicates among the images of the table, or load them from the pixel cache.

    They depend neither on splits nor on class names. Raises DatasetError when the disk is full,
    Stopped when asked to stop.
    """
    key = f"{table.key}-copies{_VERSION}"

    def compare() -> dict[str, Indices]:
        blank = find_blank(table)
        found = find_duplicates(table.pixels, table.image_hashes, blank, on_progress, should_stop)
        return {"same": found.exact, "like": found.similar}

    # An entry without any image.
    _, groups = open_pixels(key) or build_pixels(key, (1, 1, 1), (), compare)
    return DuplicateGroups(groups["same"], groups["like"])


def find_duplicates(
    pixels: NDArray[np.uint8],
    image_hashes: NDArray[np.uint64],
    blank: NDArray[np.bool_],
    on_progress: Callable[[float], object],
    should_stop: ShouldStop,
) -> DuplicateGroups:
    """Group images (uint8 [N, C, S, S]) by their pixels and difference hashes (uint64 [N]).

    Images that are `blank` (bool [N]) are only exact duplicates, never similar. Raises Stopped
    when asked to stop.
    """
    exact = _group_equal(pixels, lambda done: on_progress(done / 2), should_stop)
    first = np.unique(exact, return_index=True)[1]
    candidates = first[~blank[first]]
    pairs, is_crowded = find_similar_pairs(
        image_hashes[candidates], lambda done: on_progress(0.5 + done / 2), should_stop
    )
    pairs = candidates[pairs]
    min_correlation = MIN_CORRELATION_CROWDED if is_crowded else MIN_CORRELATION
    pairs = pairs[is_correlated(pixels, pairs, min_correlation)]
    return DuplicateGroups(exact, _join_groups(exact, exact[pairs]))


def duplicate_groups(groups: Indices) -> list[Indices]:
    """Return the indices of each group of two or more, in order, for the groups int64 [N]."""
    repeated = np.flatnonzero((np.bincount(groups) >= 2)[groups])
    order = repeated[np.argsort(groups[repeated], kind="stable")]
    ends = np.flatnonzero(np.diff(groups[order])) + 1
    found = np.split(order, ends) if len(order) else []
    return sorted(found, key=lambda indices: int(indices[0]))


def _group_equal(
    pixels: NDArray[np.uint8], on_progress: Callable[[float], object], should_stop: ShouldStop
) -> Indices:
    """Equal numbers for equal pixels."""
    digests = np.empty(len(pixels), np.uint64)
    for index, image in enumerate(pixels):
        if index % _CHECK_EVERY == 0:
            if should_stop():
                raise Stopped
            on_progress(index / len(pixels))
        digest = hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=8)
        digests[index] = int.from_bytes(digest.digest())
    return np.unique(digests, return_inverse=True)[1].astype(np.int64)


def _join_groups(groups: Indices, pairs: Indices) -> Indices:
    """New groups for all images, in which the groups of each pair [P, 2] are one."""
    # Late, because the window imports this package and starts faster without scipy.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    total = int(groups.max(initial=-1)) + 1
    edges = coo_array((np.ones(len(pairs), bool), (pairs[:, 0], pairs[:, 1])), (total, total))
    _, joined = connected_components(edges, directed=False)
    return np.asarray(joined[groups], np.int64)


def check_duplicates(duplicates: DuplicateGroups, dataset: ImageDataset) -> list[Issue]:
    """Report duplicates with different labels, across splits, and within; group by group.

    Images of classes that are left out are not duplicates of anything.
    """
    used = np.flatnonzero(dataset.labels != LEFT_OUT)
    exact, similar = (
        [used[indices] for indices in duplicate_groups(groups[used])]
        for groups in (duplicates.exact, duplicates.similar)
    )
    near = [indices for indices in similar if len(np.unique(duplicates.exact[indices])) > 1]
    issues = [
        _label_conflict([rows for rows in exact if len(np.unique(dataset.labels[rows])) > 1]),
        _leak(similar, dataset),
        _repetition(
            exact,
            "duplicates",
            "warn",
            "exact duplicates",
            "Keep one image of each group: duplicates make a class look larger than it is.",
        ),
        _repetition(
            near,
            "near_duplicates",
            "note",
            "near-duplicates",
            "Compare the images of each group. Versions of one photograph count as one image.",
        ),
    ]
    return [issue for issue in issues if issue.samples]


def _label_conflict(groups: list[Indices]) -> Issue:
    images = count(len(groups), "image")
    verb = "is" if len(groups) == 1 else "are"
    return Issue(
        "label_conflict",
        "warn",
        f"{images} {verb} in more than one class",
        "No model can predict both labels. Keep each image in the class it belongs to.",
        _flatten(groups),
    )


def _leak(similar: list[Indices], dataset: ImageDataset) -> Issue:
    is_train, is_held_out = np.zeros((2, len(dataset.labels)), bool)
    is_train[dataset.splits["train"]] = True
    is_held_out[dataset.splits["val"]] = is_held_out[dataset.splits["test"]] = True
    across = [rows for rows in similar if is_train[rows].any() and is_held_out[rows].any()]
    samples = _flatten(across)
    leaked = int(is_held_out[list(samples)].sum())
    verb = "is" if leaked == 1 else "are"
    return Issue(
        "leak",
        "warn",
        f"{count(leaked, 'image')} of validation and test {verb} also in training, "
        "or nearly the same",
        "Accuracy will look better than it is. Keep each group in one split.",
        samples,
    )


def _repetition(
    groups: list[Indices], code: str, severity: Severity, title: str, advice: str
) -> Issue:
    samples = _flatten(groups)
    title = f"{len(samples):,} images are {title}, in {count(len(groups), 'group')}"
    return Issue(code, severity, title, advice, samples)


def _flatten(groups: list[Indices]) -> tuple[int, ...]:
    return tuple(chain.from_iterable(group.tolist() for group in groups))
