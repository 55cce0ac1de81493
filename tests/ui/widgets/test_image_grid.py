import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible

from studio.ui.widgets.image_grid import LOW, WIDE, ImageGrid
from studio.ui.widgets.sample_delegate import fit_caption
from studio.ui.widgets.sample_model import SampleTable


def table(count, names=("4", "9"), side=8):
    rng = np.random.default_rng(0)
    return SampleTable(
        images=rng.integers(0, 256, (count, 1, side, side), np.uint8),
        labels=np.zeros(count, np.int64),
        predicted=np.arange(count) % 2,
        losses=np.linspace(5, 0, count, dtype=np.float32),
        confidences=np.full(count, 0.75, np.float32),
        class_names=names,
        name="test:{}".format,
        full_name="Sample test:{}".format,
        percent="{:.1%}".format,
    )


@pytest.fixture
def grid(qtbot):
    grid = ImageGrid()
    qtbot.addWidget(grid)
    grid.resize(700, 400)
    grid.set_samples(table(100))
    grid.show()
    return grid


def click_row(qtbot, grid, row):
    point = grid.visualRect(grid.model().index(row, 0)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_a_click_emits_the_position_not_the_row(qtbot, grid):
    grid.set_order(np.array([40, 7, 99]))
    with qtbot.waitSignal(grid.sample_selected) as selected:
        click_row(qtbot, grid, 1)
    assert selected.args == [7]
    assert grid.selected_position() == 7


def test_texts_of_a_sample(grid):
    index = grid.model().index(1, 0)
    assert index.data() == "4 → 9"
    assert grid.model().index(0, 0).data() == "4 ✓"
    text = index.data(Qt.ItemDataRole.ToolTipRole)
    assert (
        text.replace("\n", " ") == "Sample test:1: true 4, predicted 9 (75.0% confident), loss 4.95"
    )


def test_keys_move_the_selection(qtbot, grid):
    grid.select_row(0)
    columns = grid.columns()
    moves = [
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 1 + columns),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_End, 99),
        (Qt.Key.Key_Right, 99),
        (Qt.Key.Key_Down, 99),
        (Qt.Key.Key_Home, 0),
    ]
    for key, row in moves:
        qtbot.keyClick(grid, key)
        assert grid.selected_position() == row
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.selected_position() % columns == 0
    assert grid.selected_position() > 0


def test_down_reaches_a_shorter_last_line(qtbot, grid):
    columns = grid.columns()
    grid.set_order(np.arange(columns + 1))
    grid.select_row(columns - 1)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.selected_position() == columns


def test_keys_scroll_to_the_selection(qtbot, grid):
    grid.select_row(0)
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
    assert grid.verticalScrollBar().value() == grid.verticalScrollBar().maximum()
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert grid.verticalScrollBar().value() == 0


def test_tiles_do_not_overlap_and_stay_inside_the_view(grid):
    rects = [grid.visualRect(grid.model().index(row, 0)) for row in range(20)]
    assert all(not a.intersects(b) for a in rects for b in rects if a is not b)
    assert max(rect.right() for rect in rects) < grid.viewport().width()


def test_gaps_have_no_index(grid):
    first = grid.visualRect(grid.model().index(0, 0))
    assert grid.indexAt(first.center()).row() == 0
    assert not grid.indexAt(first.bottomLeft() + QPoint(0, 3)).isValid()
    assert not grid.indexAt(QPoint(-5, -5)).isValid()


def test_a_new_order_clears_the_selection_and_scrolls_to_the_top(grid):
    grid.select_row(99)
    grid.set_order(np.arange(50))
    assert grid.selected_position() is None
    assert grid.verticalScrollBar().value() == 0


def test_selecting_a_position_that_is_not_shown(grid):
    grid.set_order(np.arange(10))
    assert grid.select_position(3)
    assert not grid.select_position(70)
    assert not grid.select_row(-1)
    assert grid.selected_position() == 3


def test_an_empty_grid_handles_events(qtbot, grid):
    grid.set_order(np.zeros(0, np.int64))
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    grid.grab()
    assert grid.selected_position() is None


def test_the_cache_is_bounded_for_sixty_thousand_samples(qtbot, grid):
    grid.set_samples(table(60_000, side=28))
    bar = grid.verticalScrollBar()
    for value in range(0, bar.maximum(), bar.maximum() // 60):
        bar.setValue(value)
        grid.grab()
    assert 0 < grid.tile_delegate.cached_count() < 2000
    assert bar.maximum() > 1_000_000


def test_escape_is_left_to_the_window_unless_enabled(qtbot, grid):
    with qtbot.assertNotEmitted(grid.escape_pressed):
        qtbot.keyClick(grid, Qt.Key.Key_Escape)
    grid.set_escape_enabled(True)
    with qtbot.waitSignal(grid.escape_pressed):
        qtbot.keyClick(grid, Qt.Key.Key_Escape)


def test_a_wide_grid_shows_larger_images(grid):
    narrow = grid.tile_size().width()
    grid.resize(WIDE + 10, 400)
    assert grid.tile_size().width() > narrow


def test_a_low_grid_leaves_out_the_details(grid):
    tall = grid.tile_size()
    grid.resize(700, LOW - 10)
    assert grid.tile_size().height() < tall.height()
    assert grid.tile_size().height() <= grid.viewport().height()
    assert grid.tile_size().width() == tall.width()
    grid.grab()


def test_long_class_names_widen_the_tiles_up_to_a_limit(grid):
    narrow = grid.tile_size().width()
    grid.set_samples(table(4, names=("Ankle boot", "T-shirt/top")))
    assert grid.tile_size().width() > narrow
    grid.set_samples(table(4, names=("x" * 200, "y" * 200)))
    assert grid.tile_size().width() < 200
    grid.grab()


def test_the_accessible_text_describes_samples(grid):
    interface = QAccessible.queryAccessibleInterface(grid)
    assert interface.childCount() == 100
    assert "predicted 9" in interface.child(1).text(QAccessible.Text.Name)


def test_the_hovered_tile_is_highlighted(qtbot, grid):
    plain = grid.viewport().grab().toImage()
    qtbot.mouseMove(grid.viewport(), grid.visualRect(grid.model().index(2, 0)).center())
    qtbot.waitUntil(lambda: grid.viewport().grab().toImage() != plain)


@pytest.mark.parametrize(
    "caption", ["4 → 9", "Ankle boot → T-shirt", "x → " + "y" * 60, "z" * 60 + " → " + "y" * 60]
)
def test_an_elided_caption_keeps_its_arrow(grid, caption):
    metrics = grid.fontMetrics()
    fitted = fit_caption(metrics, caption, 120)
    assert metrics.horizontalAdvance(fitted) <= 120
    assert " → " in fitted
    assert "x" not in caption or fitted.startswith("x → ")


def test_a_caption_without_an_arrow_keeps_its_ends(grid):
    fitted = fit_caption(grid.fontMetrics(), "IMG_" + "0" * 60 + "7.jpg", 120)
    assert grid.fontMetrics().horizontalAdvance(fitted) <= 120
    assert fitted.startswith("IMG_")
    assert fitted.endswith(".jpg")


def test_samples_can_be_set_with_an_order(qtbot, grid):
    grid.verticalScrollBar().setValue(100)
    grid.set_samples(table(100), np.array([9, 4]))
    assert grid.samples.positions().tolist() == [9, 4]
    assert grid.verticalScrollBar().value() == 0
