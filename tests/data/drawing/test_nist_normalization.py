"""The normalisation that made the UCI digits, step by step."""

import numpy as np
import pytest

from studio.data.drawing.nist_normalization import block_counts


def test_a_full_box_is_thinned_twice():
    counts = block_counts(np.full((40, 40), 255, np.uint8))
    # 20 x 32 pixels lose two on each side: 16 x 28 stay, in columns 8..23 and rows 2..29.
    assert counts.sum() == 16 * 28
    assert not counts[:, :2].any()
    assert not counts[:, 6:].any()
    assert counts[1:7, 2:6].min() == 16


def test_counts_stay_within_a_block():
    rng = np.random.default_rng(0)
    counts = block_counts((rng.random((64, 48)) < 0.4).astype(np.uint8) * 255)
    assert counts.shape == (8, 8)
    assert counts.max() <= 16


@pytest.mark.parametrize("lean", [-12, 12])
def test_left_edges_near_top_and_bottom_are_brought_in_line(lean):
    box = np.zeros((64, 40), np.uint8)
    for row in range(64):
        left = round(14 + lean * (row - 32) / 32)
        box[row, left : left + 12] = 255
    counts = block_counts(box)
    inked = [np.flatnonzero(row)[0] for row in counts[1:7]]
    assert max(inked) - min(inked) <= 1


def test_a_hairline_survives():
    hair = np.zeros((200, 200), np.uint8)
    np.fill_diagonal(hair, 255)
    assert block_counts(hair).sum() > 60


def test_one_pixel_is_a_drawing():
    assert block_counts(np.full((1, 1), 255, np.uint8)).any()
