"""Dust is removed, strokes are kept."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from studio.data.drawing.denoising import remove_dust


def test_dust_is_removed_and_soft_edges_stay():
    depth = np.zeros((200, 300))
    depth[50:150, 100:110] = 200
    depth[50:150, 110] = 20
    depth[10:13, 290:293] = 200
    cleaned = remove_dust(depth)
    assert not cleaned[:20].any()
    assert np.array_equal(cleaned[40:160], depth[40:160])


def test_a_long_winding_line_is_one_component():
    depth = np.zeros((127, 127))
    for row in range(0, 127, 4):
        depth[row] = 100
        depth[row : row + 4, 126 if row % 8 else 0] = 100
    assert np.array_equal(remove_dust(depth), depth)


def test_small_images_are_unchanged():
    depth = np.zeros((28, 28))
    depth[5:20, 14] = 200
    depth[0, 0] = 200
    assert remove_dust(depth) is depth


@given(
    arrays(
        np.float64,
        array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=90),
        elements=st.sampled_from([0.0, 10.0, 255.0]),
    )
)
def test_depth_is_kept_or_set_to_zero(depth):
    cleaned = remove_dust(depth)
    assert ((cleaned == depth) | (cleaned == 0)).all()
    assert cleaned.any() == depth.any()
