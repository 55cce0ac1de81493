"""Labels at line ends never overlap."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from studio.ui.widgets.label_layout import spread

heights = st.lists(st.floats(0, 200, width=32), max_size=8)


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([20, 60, 100], 14, 0, 200) == [20, 60, 100]


def test_two_at_one_place_move_apart() -> None:
    low, high = spread([50, 50], 14, 0, 200)
    assert high - low == 14


@given(heights)
def test_no_overlap_same_order_inside_the_plot(wanted: list[float]) -> None:
    places = spread(wanted, 14, 0, 200)
    ordered = [place for _, place in sorted(zip(wanted, places, strict=True))]
    assert all(b - a >= 14 - 1e-6 for a, b in pairwise(ordered))
    assert all(7 - 1e-6 <= place <= 193 + 1e-6 for place in places)
