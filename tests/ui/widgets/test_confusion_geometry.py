import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize

from studio.ui.widgets.confusion_geometry import FOOTER, LABEL_LIMIT, SMALLEST_CELL, lay_out

LINE = 16
sizes = st.builds(QSize, st.integers(280, 1200), st.integers(280, 1200))


@given(size=sizes, widths=st.lists(st.integers(5, 200), min_size=2, max_size=62))
def test_every_cell_is_found_where_it_is_drawn(size, widths):
    place = lay_out(size, widths, LINE)
    for row, column in ((0, 0), (0, len(widths) - 1), (len(widths) - 1, 0)):
        rect = place.cell_rect(row, column)
        for spot in (rect.topLeft(), rect.center(), rect.bottomRight()):
            assert place.cell_at(spot.x(), spot.y()) == (row, column)
    assert place.cell_at(place.left - 1, place.top) is None
    assert place.cell_at(place.left + place.side, place.top) is None


@given(size=sizes, count=st.integers(2, 40))
def test_the_matrix_stays_inside_unless_cells_are_at_their_smallest(size, count):
    place = lay_out(size, [12] * count, LINE)
    fits = place.area.right() < size.width() and place.area.bottom() < size.height() - FOOTER + 2
    assert fits or place.cell == SMALLEST_CELL


def test_short_labels_lie_flat_and_long_ones_are_turned():
    assert not lay_out(QSize(400, 400), [9] * 10, LINE).turned
    assert lay_out(QSize(400, 400), [70] * 10, LINE).turned


def test_a_very_long_label_takes_only_so_much_room():
    assert lay_out(QSize(400, 400), [500] * 10, LINE).row_label_width == LABEL_LIMIT


@pytest.mark.parametrize(("count", "step"), [(10, 1), (62, 4)])
def test_labels_thin_out_when_there_are_many(count, step):
    assert lay_out(QSize(400, 400), [20] * count, LINE).label_step == step
