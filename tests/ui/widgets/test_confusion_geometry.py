import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize

from studio.ui.widgets.confusion_geometry import (
    FOOTER_HEIGHT,
    MAX_LABEL_WIDTH,
    MIN_CELL,
    fit_matrix,
)

LINE_HEIGHT = 16
sizes = st.builds(QSize, st.integers(280, 1200), st.integers(280, 1200))


@given(size=sizes, widths=st.lists(st.integers(5, 200), min_size=2, max_size=62))
def test_cell_at_inverts_cell_rect(size, widths):
    geometry = fit_matrix(size, widths, LINE_HEIGHT)
    for row, column in ((0, 0), (0, len(widths) - 1), (len(widths) - 1, 0)):
        rect = geometry.cell_rect(row, column)
        for point in (rect.topLeft(), rect.center(), rect.bottomRight()):
            assert geometry.cell_at(point.x(), point.y()) == (row, column)
    assert geometry.cell_at(geometry.left - 1, geometry.top) is None
    assert geometry.cell_at(geometry.left + geometry.side, geometry.top) is None


@given(size=sizes, count=st.integers(2, 40))
def test_the_matrix_fits_unless_cells_have_their_minimum_size(size, count):
    geometry = fit_matrix(size, [12] * count, LINE_HEIGHT)
    fits = (
        geometry.area.right() < size.width()
        and geometry.area.bottom() < size.height() - FOOTER_HEIGHT + 2
    )
    assert fits or geometry.cell == MIN_CELL


def test_only_long_column_labels_are_rotated():
    assert not fit_matrix(QSize(400, 400), [9] * 10, LINE_HEIGHT).rotated
    assert fit_matrix(QSize(400, 400), [70] * 10, LINE_HEIGHT).rotated


def test_the_width_of_labels_is_limited():
    assert fit_matrix(QSize(400, 400), [500] * 10, LINE_HEIGHT).row_label_width == MAX_LABEL_WIDTH


@pytest.mark.parametrize(("count", "step"), [(10, 1), (62, 4)])
def test_many_classes_show_only_some_labels(count, step):
    assert fit_matrix(QSize(400, 400), [20] * count, LINE_HEIGHT).label_step == step
