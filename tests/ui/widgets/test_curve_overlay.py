"""Labels at the ends of lines never overlap."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from studio.ui.widgets.curve_overlay import best_label_left, spread_labels

heights = st.lists(st.floats(0, 200, width=32), max_size=8)


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread_labels([20, 60, 100], 14, 0, 200) == [20, 60, 100]


def test_two_labels_at_one_height_move_apart() -> None:
    low, high = spread_labels([50, 50], 14, 0, 200)
    assert high - low == 14


@given(heights)
def test_labels_keep_their_order_inside_the_plot_without_overlap(wanted: list[float]) -> None:
    centers = spread_labels(wanted, 14, 0, 200)
    ordered = [center for _, center in sorted(zip(wanted, centers, strict=True))]
    assert all(b - a >= 14 - 1e-6 for a, b in pairwise(ordered))
    assert all(7 - 1e-6 <= center <= 193 + 1e-6 for center in centers)


def test_the_best_label_keeps_clear_of_marks() -> None:
    rect = QRectF(0, 0, 400, 100)
    assert best_label_left(200, 80, rect, []) == 114
    assert best_label_left(200, 80, rect, [150]) == 206
    assert best_label_left(390, 80, rect, [350]) == 304  # no room to the right
    assert best_label_left(40, 80, rect, []) == 46
