"""Selecting several tiles with mouse and keys, the zoom, and badges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from studio.ui.widgets.image_grid import IMAGE_SIDES, ImageGrid
from studio.ui.widgets.tile_badge import TileBadge
from studio.ui.widgets.tile_layout import TileLayout
from tests.ui.widgets.test_image_grid import table

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def grid(qtbot):
    grid = ImageGrid()
    qtbot.addWidget(grid)
    grid.set_multiple(True)
    grid.resize(700, 400)
    grid.set_samples(table(100))
    grid.show()
    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    grid.select_row(0)
    return grid


def center(grid, row):
    return grid.visualRect(grid.model().index(row, 0)).center()


def click_row(qtbot, grid, row, modifier=NONE):
    point = center(grid, row)
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, pos=point)


def drag(grid, start, end, modifier=NONE):
    """Draw a rubber band with the events of a real mouse."""
    button, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    steps = [
        (QEvent.Type.MouseButtonPress, start, button, button),
        (QEvent.Type.MouseMove, (start + end) / 2, none, button),
        (QEvent.Type.MouseMove, end, none, button),
    ]
    for kind, point, cause, held in steps:
        send_mouse(grid, kind, point, cause, held, modifier)
    banded = grid.viewport().grab().toImage()
    send_mouse(grid, QEvent.Type.MouseButtonRelease, end, button, none, modifier)
    return banded


def send_mouse(grid, kind, point, cause, held, modifier):
    viewport = grid.viewport()
    shown = QPointF(viewport.mapToGlobal(point))
    event = QMouseEvent(kind, QPointF(point), shown, cause, held, modifier)
    QApplication.sendEvent(viewport, event)


def wheel(grid, delta, modifier):
    spot = QPointF(grid.viewport().rect().center())
    event = QWheelEvent(
        spot,
        QPointF(grid.viewport().mapToGlobal(spot.toPoint())),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), event)


def selected(grid):
    return grid.selected_positions().tolist()


def test_shift_and_control_select_several(qtbot, grid):
    click_row(qtbot, grid, 2)
    click_row(qtbot, grid, 8, SHIFT)
    assert selected(grid) == list(range(2, 9))
    click_row(qtbot, grid, 4, CTRL)
    assert selected(grid) == [2, 3, 5, 6, 7, 8]
    click_row(qtbot, grid, 3)
    assert selected(grid) == [3]


def test_positions_follow_the_order_of_the_grid(qtbot, grid):
    grid.set_order(np.array([40, 7, 99, 3]))
    click_row(qtbot, grid, 3)
    click_row(qtbot, grid, 0, CTRL)
    assert selected(grid) == [40, 3]
    assert grid.selected_positions().dtype == np.int64


def test_keys_extend_the_selection(qtbot, grid):
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    assert selected(grid) == list(range(grid.columns() + 2))
    qtbot.keyClick(grid, Qt.Key.Key_A, CTRL)
    assert selected(grid) == list(range(100))
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert len(selected(grid)) == 1


def test_shift_and_end_reach_tiles_that_are_not_visible(qtbot, grid):
    qtbot.keyClick(grid, Qt.Key.Key_End, SHIFT)
    assert selected(grid) == list(range(100))


def test_a_rubber_band_selects_what_it_touches(grid):
    columns = grid.columns()
    gap = grid.visualRect(grid.model().index(0, 0)).topRight() + QPoint(3, 2)
    banded = drag(grid, gap, center(grid, columns + 2))
    assert selected(grid) == [1, 2, columns + 1, columns + 2]
    assert grid.viewport().grab().toImage() != banded  # the band is gone


def test_a_band_with_control_adds_to_the_selection(qtbot, grid):
    click_row(qtbot, grid, 3)
    drag(grid, center(grid, 0), center(grid, 1), CTRL)
    assert selected(grid) == [0, 1, 3]


def test_a_grid_for_single_samples_selects_one(qtbot, grid):
    grid.set_multiple(False)
    click_row(qtbot, grid, 2)
    click_row(qtbot, grid, 5, SHIFT)
    assert selected(grid) == [5]
    qtbot.keyClick(grid, Qt.Key.Key_A, CTRL)
    assert selected(grid) == [5]


def test_sixty_thousand_samples_can_all_be_selected(qtbot, grid):
    grid.set_samples(table(60_000))
    with qtbot.waitSignal(grid.selection_changed):
        qtbot.keyClick(grid, Qt.Key.Key_A, CTRL)
    assert len(grid.selected_positions()) == 60_000
    grid.grab()


def test_another_order_keeps_what_is_still_shown(qtbot, grid):
    click_row(qtbot, grid, 4)
    click_row(qtbot, grid, 6, SHIFT)
    grid.change_order(np.array([50, 6, 40, 4]))
    assert grid.selected_position() == 6
    assert selected(grid) == [6, 4]
    grid.change_order(np.array([40, 50]))
    assert grid.selected_position() == 40
    assert selected(grid) == [40]
    grid.change_order(np.zeros(0, np.int64))
    assert selected(grid) == []


def test_the_current_sample_counts_as_selected_when_none_is(grid):
    grid.select_row(7)
    grid.selectionModel().clearSelection()
    assert grid.selected_position() == 7
    assert selected(grid) == [7]


def test_scattered_selections_of_many_samples_are_not_kept(grid):
    grid.set_samples(table(4_000))
    grid.set_order(np.arange(0, 4_000, 2))
    grid.select_row(3)
    grid.selectAll()
    grid.change_order(np.arange(4_000))
    assert selected(grid) == [6]


def test_letters_and_digits_are_left_to_the_page(qtbot, grid):
    for key in (Qt.Key.Key_9, Qt.Key.Key_X):
        qtbot.keyClick(grid, key)
    assert grid.selected_position() == 0


def test_control_and_wheel_zoom_in_a_grid_with_the_focus(qtbot, grid):
    side = grid.image_side()
    with qtbot.waitSignal(grid.zoomed) as zoomed:
        wheel(grid, 120, CTRL)
    assert zoomed.args == [grid.image_side()]
    assert grid.image_side() == IMAGE_SIDES[IMAGE_SIDES.index(side) + 1]
    wheel(grid, -60, CTRL)
    wheel(grid, -60, CTRL)
    assert grid.image_side() == side
    grid.clearFocus()
    wheel(grid, 120, CTRL)
    assert grid.image_side() == side


def test_the_zoom_ends_at_the_smallest_and_largest_images(grid):
    grid.zoom(-99)
    assert grid.image_side() == IMAGE_SIDES[0]
    small = grid.tile_size()
    grid.grab()
    grid.zoom(99)
    assert grid.image_side() == IMAGE_SIDES[-1]
    assert grid.tile_size().width() > small.width()
    grid.set_image_side(None)
    grid.resize(700, 401)
    assert grid.image_side() == 84


def test_zooming_keeps_the_current_sample_in_its_place(grid):
    grid.select_row(60)
    top = grid.visualRect(grid.currentIndex()).top()
    grid.zoom(1)
    assert grid.visualRect(grid.currentIndex()).top() == top


def test_badges_are_painted_and_read_out(grid):
    plain = grid.viewport().grab().toImage()
    badges = {1: [TileBadge("→ 9"), TileBadge("excluded", "bad", fades_image=True)]}
    grid.set_badges(lambda position: badges.get(position, ()))
    marked = grid.viewport().grab().toImage()
    assert marked != plain
    interface = QAccessible.queryAccessibleInterface(grid)
    name = interface.child(1).text(QAccessible.Text.Name)
    assert name.endswith(", → 9, excluded")
    badges.clear()
    assert grid.viewport().grab().toImage() == marked
    grid.refresh_badges([1])
    assert grid.viewport().grab().toImage() == plain


def test_more_badges_than_fit_are_counted(grid):
    grid.set_image_side(IMAGE_SIDES[0])
    grid.set_badges(lambda position: [TileBadge(f"tag {n} " + "x" * 90) for n in range(9)])
    assert not grid.viewport().grab().isNull()


@given(
    st.integers(0, 60),
    st.integers(60, 400),
    st.integers(-50, 450),
    st.integers(-50, 600),
    st.integers(1, 300),
    st.integers(1, 300),
)
def test_the_rows_of_a_band_are_those_whose_tiles_it_intersects(count, width, x, y, w, h):
    layout, band = TileLayout(QSize(50, 70), width, count), QRect(x, y, w, h)
    touched = [row for rows in layout.rows_touched(band) for row in rows]
    assert touched == [row for row in range(count) if layout.rect(row).intersects(band)]


@given(st.integers(0, 60), st.integers(60, 400), st.integers(-20, 450), st.integers(-20, 600))
def test_the_row_at_a_point_is_the_one_whose_tile_contains_it(count, width, x, y):
    layout, point = TileLayout(QSize(50, 70), width, count), QPoint(x, y)
    found = [row for row in range(count) if layout.rect(row).contains(point)]
    assert layout.row_at(point) == (found[0] if found else -1)
