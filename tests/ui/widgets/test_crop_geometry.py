"""A rectangle stays inside the image, whatever moves it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.ui.widgets.crop_geometry import (
    INSIDE,
    MIN_SIDE,
    Handle,
    drag_box,
    find_handle,
    resize_box,
    span_box,
)

MOVES = st.floats(-2, 2)
POINTS = st.tuples(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5))
HANDLES = [INSIDE, Handle(True, True, False, False), Handle(False, False, True, False)]


def is_inside(box):
    left, top, right, bottom = box
    tolerance = 1e-9
    return (
        -tolerance <= left <= right - MIN_SIDE + tolerance
        and right <= 1 + tolerance
        and -tolerance <= top <= bottom - MIN_SIDE + tolerance
        and bottom <= 1 + tolerance
    )


@settings(max_examples=60)
@given(a=POINTS, b=POINTS, dx=MOVES, dy=MOVES, handle=st.sampled_from(HANDLES))
def test_no_move_leaves_the_image(a, b, dx, dy, handle):
    box = span_box(a, b)
    assert is_inside(box)
    assert is_inside(drag_box(box, handle, dx, dy))
    assert is_inside(resize_box(box, dx, dy))


def test_a_drag_moves_what_is_under_the_pointer():
    box = (0.2, 0.2, 0.6, 0.8)
    assert find_handle(box, 0.4, 0.5, (0.02, 0.02)) == INSIDE
    assert find_handle(box, 0.21, 0.79, (0.02, 0.02)) == Handle(True, False, False, True)
    assert find_handle(box, 0.61, 0.5, (0.02, 0.02)) == Handle(False, False, True, False)
    assert find_handle(box, 0.9, 0.5, (0.02, 0.02)) is None
    assert drag_box(box, INSIDE, 0.1, -0.5) == pytest.approx((0.3, 0.0, 0.7, 0.6))
    assert drag_box(box, Handle(True, False, False, True), -0.1, 0.1) == pytest.approx(
        (0.1, 0.2, 0.6, 0.9)
    )


def test_a_rectangle_grows_where_there_is_room():
    assert resize_box((0.5, 0.2, 1.0, 0.8), 0.1, -0.1) == pytest.approx((0.4, 0.2, 1.0, 0.7))
