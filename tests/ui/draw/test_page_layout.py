"""Rectangles of canvas, tools and side widget at any size."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.draw.page_layout import (
    MAX_SIDE_PX,
    MIN_SIDE_PX,
    PageSizes,
    compute_geometry,
    compute_view_geometry,
)

SIZES = PageSizes(
    selector_height=32, selector_width=494, model_height=60, tools_height=32, min_tools_width=384
)


@pytest.mark.parametrize(
    ("width", "height"), [(832, 380), (690, 552), (1032, 752), (1672, 1032), (3400, 1352)]
)
def test_the_canvas_is_square_and_all_fits(width, height):
    geometry = compute_geometry(width, height, SIZES)
    assert geometry.canvas.width() == geometry.canvas.height()
    assert geometry.tools.top() >= geometry.canvas.bottom()
    assert geometry.tools.bottom() < height
    assert geometry.prediction.right() < width


def test_the_picture_grows_with_the_window():
    small = compute_geometry(1032, 752, SIZES)
    large = compute_geometry(1672, 1032, SIZES)
    assert large.canvas.height() == 1032 - 32 - 12 - 32 - 12
    assert large.canvas.height() > small.canvas.height() * 1.3


@given(width=st.integers(700, 4000), height=st.integers(450, 2200))
@pytest.mark.parametrize("compute", [compute_geometry, compute_view_geometry])
def test_parts_never_overlap(compute, width, height):
    geometry = compute(width, height, SIZES)
    for first, second in combinations(geometry, 2):
        assert not first.intersects(second)
    for rectangle in geometry:
        assert rectangle.isEmpty() or (rectangle.left() >= 0 and rectangle.right() < width)
        assert rectangle.isEmpty() or rectangle.bottom() < height
    assert MIN_SIDE_PX <= geometry.model.width() <= MAX_SIDE_PX


@given(width=st.integers(832, 4000), height=st.integers(450, 2200))
def test_a_view_has_most_of_the_page(width, height):
    geometry = compute_view_geometry(width, height, SIZES)
    assert geometry.view.width() > 0.6 * width
    assert geometry.view.height() > 0.8 * height
    assert geometry.canvas.width() == geometry.canvas.height() >= 160
    assert geometry.prediction.height() >= 90
    assert geometry.selector.width() >= min(494, 0.6 * width)
    assert geometry.model.width() > 0.3 * min(width, 1400)
