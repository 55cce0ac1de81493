"""Places of canvas, tools and answer at any size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.draw.workbench import SIDE_LEAST, SIDE_MOST, arrange

TOOLS_HEIGHT, TOOLS_WIDTH = 32, 360


@pytest.mark.parametrize(("width", "height"), [(632, 552), (1032, 752), (1672, 1032), (3400, 1352)])
def test_the_canvas_is_square_and_all_fits(width, height):
    places = arrange(width, height, TOOLS_HEIGHT, TOOLS_WIDTH)
    assert places.canvas.width() == places.canvas.height()
    assert places.tools.top() >= places.canvas.bottom()
    assert places.tools.bottom() < height
    assert places.side.right() < width


def test_the_picture_grows_with_the_window():
    small = arrange(1032, 752, TOOLS_HEIGHT, TOOLS_WIDTH)
    large = arrange(1672, 1032, TOOLS_HEIGHT, TOOLS_WIDTH)
    assert large.canvas.height() == 1032 - TOOLS_HEIGHT - 12
    assert large.canvas.height() > small.canvas.height() * 1.3


@given(width=st.integers(700, 4000), height=st.integers(450, 2200))
def test_parts_never_overlap(width, height):
    places = arrange(width, height, TOOLS_HEIGHT, TOOLS_WIDTH)
    assert not places.canvas.intersects(places.tools)
    assert not places.canvas.intersects(places.side)
    assert not places.tools.intersects(places.side)
    assert SIDE_LEAST <= places.side.width() <= SIDE_MOST
    assert places.canvas.left() >= 0
    assert places.side.right() < width
