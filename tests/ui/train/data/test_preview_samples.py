"""Samples, means and walls of pictures."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.train.data.preview_samples import (
    SHOWN_SIDE,
    TILES_PER_CLASS,
    WALL_COLUMNS,
    WALL_ROWS,
    first_of_each,
    mean_of_each,
    shrunk,
    some_of_each,
    wall_rows,
)
from tests.ui.train.own_dataset import image_set

NONE = np.zeros(0, np.int64)


def test_small_pictures_stay_as_they_are():
    pictures = np.zeros((2, 3, 2 * SHOWN_SIDE - 1, 2 * SHOWN_SIDE - 1), np.uint8)
    assert shrunk(pictures) is pictures


def test_large_ones_become_the_means_of_their_blocks():
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (2, 3, 224, 230), np.uint8)
    small = shrunk(pictures)
    assert small.shape == (2, 3, 56, 57)
    assert small[1, 2, 0, 1] == int(pictures[1, 2, :4, 4:8].mean())


def test_the_mean_is_that_of_the_training_pictures():
    rng = np.random.default_rng(1)
    pictures = rng.integers(0, 256, (900, 1, 6, 6), np.uint8)
    groups = [np.arange(0, 700), np.arange(700, 900), NONE]
    means = mean_of_each(pictures, groups)
    assert means.shape == (3, 1, 6, 6)
    for mean, rows in zip(means[:2], groups[:2], strict=True):
        assert np.abs(mean - pictures[rows].mean(0)).max() <= 0.5
    assert means[2].max() == 0


def test_a_class_without_any_picture_is_black():
    pictures = image_set()
    groups = [np.array([3]), NONE, NONE, NONE]
    firsts = first_of_each(pictures, groups)
    assert firsts[:, 1, 0, 0].tolist() == [20, 60, 100, 0]


def test_many_large_pictures_are_kept_in_small_numbers():
    pictures = np.zeros((4000, 3, 64, 64), np.uint8)
    few = some_of_each(pictures, [np.arange(40)] * 10)
    many = some_of_each(pictures, [np.arange(40)] * 4000)
    assert {len(tiles) for tiles in few} == {TILES_PER_CLASS}
    assert {len(tiles) for tiles in many} == {2}


def test_an_empty_set_has_no_samples():
    empty = np.zeros((0, 1, 8, 8), np.uint8)
    assert mean_of_each(empty, []).shape == (0, 1, 8, 8)
    assert some_of_each(empty, []) == ()
    assert len(wall_rows([])) == 0


@given(st.lists(st.integers(0, 150), max_size=30))
def test_a_wall_repeats_nothing_and_is_as_full_as_can_be(counts):
    ends = np.cumsum([0, *counts])
    groups = [np.arange(a, b) for a, b in itertools.pairwise(ends)]
    rows = wall_rows(groups)
    assert len(set(rows.tolist())) == len(rows)
    assert set(rows.tolist()) <= set(range(sum(counts)))
    assert len(rows) == min(WALL_COLUMNS * WALL_ROWS, sum(counts))
