"""Cards are all visible, and are chosen by mouse, keyboard and assistive technology."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QAbstractItemModelTester

from studio.ui.widgets.card_geometry import MIN_HEIGHT, MIN_WIDTH, arrange_cards, card_span
from studio.ui.widgets.card_grid import CardGrid
from studio.ui.widgets.card_painter import CardState, Fact, GridCard, paint_card
from studio.ui.widgets.wrapped_text import wrapped_lines

FACTS = (Fact("Data", "Digits"), Fact("Time", "unknown", is_known=False))
EASY = Fact("Level", "Easy")
CARDS = [
    GridCard(f"k{i}", f"Recipe {i}", "Text. " * 9, FACTS, EASY, i % 3, (1.0, 0.0)) for i in range(9)
]


@pytest.fixture
def cards(qtbot) -> CardGrid:
    grid = CardGrid()
    qtbot.addWidget(grid)
    grid.set_cards(CARDS)
    grid.resize(756, 560)
    with qtbot.waitExposed(grid):
        grid.show()
    return grid


def rects(cards: CardGrid) -> list:
    return [cards.visualRect(cards.model().index(row, 0)) for row in range(len(CARDS))]


def chosen_keys(cards: CardGrid) -> list[str]:
    keys: list[str] = []
    cards.card_chosen.connect(keys.append)
    return keys


@pytest.mark.parametrize("size", [(756, 560), (816, 340), (1390, 800)])
def test_every_card_is_visible_without_scrolling(cards, qtbot, size) -> None:
    cards.resize(*size)
    qtbot.waitUntil(lambda: cards.viewport().width() == size[0])
    assert all(cards.viewport().rect().contains(rect) for rect in rects(cards))
    assert not any(first.intersects(second) for first, second in pairwise(rects(cards)))
    assert cards.verticalScrollBar().maximum() == cards.horizontalScrollBar().maximum() == 0
    assert max(rect.right() for rect in rects(cards)) >= cards.viewport().width() - 2


def test_a_click_chooses_the_card_under_the_mouse(cards, qtbot) -> None:
    keys = chosen_keys(cards)
    for row in (4, 4):  # also the one that has the focus
        qtbot.mouseClick(
            cards.viewport(), Qt.MouseButton.LeftButton, pos=rects(cards)[row].center()
        )
    gap = rects(cards)[0].bottomRight()
    gap.setX(gap.x() + 4)
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=gap)
    assert keys == ["k4", "k4"]


def test_arrow_keys_move_the_focus_and_enter_chooses(cards, qtbot) -> None:
    keys = chosen_keys(cards)
    cards.set_chosen("k0")
    qtbot.keyClick(cards, Qt.Key.Key_Right)
    qtbot.keyClick(cards, Qt.Key.Key_Down)
    assert cards.current_key() == "k4"
    assert keys == []
    qtbot.keyClick(cards, Qt.Key.Key_Return)
    qtbot.keyClick(cards, Qt.Key.Key_Space)
    assert keys == ["k4", "k4"]
    assert cards.chosen() == "k0"  # the owner decides


def test_assistive_technology_chooses_by_making_a_card_current(cards) -> None:
    keys = chosen_keys(cards)
    cards.setCurrentIndex(cards.model().index(3, 0))
    assert keys == ["k3"]


def test_what_is_shown_can_be_heard(cards) -> None:
    cards.set_chosen("k1")
    text = cards.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text.startswith("Recipe 1. Text.")
    assert text.endswith("Data: Digits. Time: unknown. Level: Easy. Chosen")
    other = cards.model().index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Chosen" not in other


def test_a_filter_keeps_the_size_and_the_focus(cards) -> None:
    cards.set_current("k5")
    size = cards.gridSize()
    keys = chosen_keys(cards)
    cards.set_cards(CARDS[4:6], len(CARDS))
    assert cards.gridSize() == size
    assert cards.current_key() == "k5"
    cards.set_cards(CARDS[:2], len(CARDS))
    assert cards.current_key() == "k0"
    cards.set_cards([], len(CARDS))
    assert cards.current_key() == ""
    assert keys == []


def test_the_model_is_sound(cards) -> None:
    QAbstractItemModelTester(cards.model(), QAbstractItemModelTester.FailureReportingMode.Warning)
    cards.set_cards(CARDS[::-1])
    cards.set_cards([*CARDS[::-1][:-1], GridCard("k0", "Other")])


@given(st.integers(1, 60), st.integers(100, 3000), st.integers(50, 2000))
def test_a_grid_is_as_high_as_its_view_where_cards_allow_it(count, width, height) -> None:
    columns, row_height = arrange_cards(count, width, height)
    rows = -(-count // columns)
    assert columns == 1 or columns * MIN_WIDTH <= width + MIN_WIDTH
    assert rows * row_height <= height or row_height == MIN_HEIGHT
    left, card = card_span(columns - 1, columns, width)
    assert left + card == pytest.approx(width)


def test_a_card_is_painted_in_any_size_and_state(qapp) -> None:
    for width, height in ((30, 20), (216, 96), (500, 216)):
        image = QImage(width, height, QImage.Format.Format_ARGB32)
        painter = QPainter(image)
        for state in (CardState(), CardState(True, True, True, False)):
            for card in CARDS[:3]:
                paint_card(painter, image.rect().toRectF(), card, state)
        painter.end()


def test_a_long_text_is_elided_in_its_last_line(qapp) -> None:
    lines = wrapped_lines("one two three four five six", qapp.font(), 60, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert wrapped_lines("one", qapp.font(), 60, 0) == []
