"""The samples, means and walls of previews."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.train.data.preview_samples import (
    MAX_TILES,
    TILE_SIDE,
    WALL_COLUMNS,
    WALL_ROWS,
    class_means,
    class_samples,
    class_tiles,
    shrunk,
    wall_indices,
)
from tests.ui.train.own_dataset import make_dataset

NONE = np.zeros(0, np.int64)


def test_small_images_stay_as_they_are():
    images = np.zeros((2, 3, 2 * TILE_SIDE - 1, 2 * TILE_SIDE - 1), np.uint8)
    assert shrunk(images) is images


def test_large_images_become_the_means_of_their_blocks():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2, 3, 224, 230), np.uint8)
    small = shrunk(images)
    assert small.shape == (2, 3, 56, 57)
    assert small[1, 2, 0, 1] == int(images[1, 2, :4, 4:8].mean())


def test_the_mean_is_that_of_the_training_images():
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (900, 1, 6, 6), np.uint8)
    groups = [np.arange(0, 700), np.arange(700, 900), NONE]
    means = class_means(images, groups)
    assert means.shape == (3, 1, 6, 6)
    for mean, rows in zip(means[:2], groups[:2], strict=True):
        assert np.abs(mean - images[rows].mean(0)).max() <= 0.5
    assert means[2].max() == 0


def test_a_class_without_samples_is_black():
    images = make_dataset()
    groups = [np.array([3]), NONE, NONE, NONE]
    firsts = class_samples(images, groups)
    assert firsts[:, 1, 0, 0].tolist() == [20, 60, 100, 0]


def test_many_large_images_are_kept_in_small_numbers():
    images = np.zeros((4000, 3, 64, 64), np.uint8)
    few = class_tiles(images, [np.arange(40)] * 10)
    many = class_tiles(images, [np.arange(40)] * 4000)
    assert {len(tiles) for tiles in few} == {MAX_TILES}
    assert {len(tiles) for tiles in many} == {2}


def test_an_empty_dataset_has_no_samples():
    empty = np.zeros((0, 1, 8, 8), np.uint8)
    assert class_means(empty, []).shape == (0, 1, 8, 8)
    assert class_tiles(empty, []) == ()
    assert len(wall_indices([])) == 0


@given(st.lists(st.integers(0, 150), max_size=30))
def test_a_wall_repeats_no_sample_and_is_as_full_as_possible(counts):
    ends = np.cumsum([0, *counts])
    groups = [np.arange(a, b) for a, b in itertools.pairwise(ends)]
    rows = wall_indices(groups)
    assert len(set(rows.tolist())) == len(rows)
    assert set(rows.tolist()) <= set(range(sum(counts)))
    assert len(rows) == min(WALL_COLUMNS * WALL_ROWS, sum(counts))
