"""Rectangles of canvas, tools and side widget at any size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.draw.page_layout import MAX_SIDE_PX, MIN_SIDE_PX, compute_geometry

TOOLS_HEIGHT, TOOLS_WIDTH = 32, 360


@pytest.mark.parametrize(
    ("width", "height"), [(832, 380), (632, 552), (1032, 752), (1672, 1032), (3400, 1352)]
)
def test_the_canvas_is_square_and_all_fits(width, height):
    geometry = compute_geometry(width, height, TOOLS_HEIGHT, TOOLS_WIDTH)
    assert geometry.canvas.width() == geometry.canvas.height()
    assert geometry.tools.top() >= geometry.canvas.bottom()
    assert geometry.tools.bottom() < height
    assert geometry.side.right() < width


def test_the_picture_grows_with_the_window():
    small = compute_geometry(1032, 752, TOOLS_HEIGHT, TOOLS_WIDTH)
    large = compute_geometry(1672, 1032, TOOLS_HEIGHT, TOOLS_WIDTH)
    assert large.canvas.height() == 1032 - TOOLS_HEIGHT - 12
    assert large.canvas.height() > small.canvas.height() * 1.3


@given(width=st.integers(700, 4000), height=st.integers(450, 2200))
def test_parts_never_overlap(width, height):
    geometry = compute_geometry(width, height, TOOLS_HEIGHT, TOOLS_WIDTH)
    assert not geometry.canvas.intersects(geometry.tools)
    assert not geometry.canvas.intersects(geometry.side)
    assert not geometry.tools.intersects(geometry.side)
    assert MIN_SIDE_PX <= geometry.side.width() <= MAX_SIDE_PX
    assert geometry.canvas.left() >= 0
    assert geometry.side.right() < width
