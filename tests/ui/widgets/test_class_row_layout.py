"""Layout of the rows of a class list."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from studio.ui.widgets.class_row_layout import MAX_TILES, TILE_SIDES, ClassRowLayout, fit_row_layout

layouts = st.builds(
    fit_row_layout, st.integers(420, 3000), st.integers(0, 2000), st.integers(0, 1000)
)


@given(layouts)
def test_parts_do_not_overlap_and_stay_inside_the_row(layout):
    parts = [layout.name, layout.mean, layout.tiles, layout.bar]
    assert all(a.right() < b.left() for a, b in pairwise(parts) if b.width())
    assert parts[-1].right() <= layout.width
    assert all(part.top() >= 0 and part.bottom() <= layout.height for part in parts)


@given(layouts)
def test_tiles_stay_inside_their_area(layout):
    rects = layout.tile_rects()
    assert len(rects) <= MAX_TILES
    assert all(layout.tiles.adjusted(-1, -1, 1, 1).contains(rect) for rect in rects)
    assert all(not a.intersects(b) for a in rects for b in rects if a is not b)


@given(layouts)
def test_part_at_finds_each_part(layout):
    for name in ("name", "mean", "bar", "pencil"):
        assert layout.part_at(getattr(layout, name).center()) == name
    for rect in layout.tile_rects():
        assert layout.part_at(rect.center()) == "tiles"


@given(st.integers(700, 2400), st.integers(100, 1600), st.integers(1, 1000))
def test_rows_that_fit_are_all_visible_with_enough_tiles(width, height, count):
    layout = fit_row_layout(width, height, count)
    assert layout.side in TILE_SIDES
    if count * ClassRowLayout(width).height <= height:
        assert count * layout.height <= height
        assert len(layout.tile_rects()) >= 7


@pytest.mark.parametrize(("width", "height"), [(744, 470), (1384, 740)])
def test_few_classes_get_larger_tiles_than_many(width, height):
    assert fit_row_layout(width, height, 2).side > fit_row_layout(width, height, 100).side


def test_the_padding_belongs_to_the_name():
    layout = ClassRowLayout(800)
    assert layout.part_at(QPointF(2, 5)) == "name"
