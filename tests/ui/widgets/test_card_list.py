"""Cards are chosen by mouse and keys, and tell which one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from studio.ui.widgets.card_list import Card, CardList

CARDS = [
    Card(f"Recipe {i}", "A text that is long enough to need more than one line.", "foot", "tip")
    for i in range(5)
]


@pytest.fixture
def cards(qtbot) -> CardList:
    view = CardList()
    qtbot.addWidget(view)
    view.set_cards(CARDS)
    view.resize(400, 150)
    with qtbot.waitExposed(view):
        view.show()
    return view


def test_a_click_chooses_the_card_under_the_mouse(cards, qtbot) -> None:
    place = cards.visualRect(cards.model().index(1, 0)).center()
    with qtbot.waitSignal(cards.chosen) as caught:
        qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [1]


def test_arrows_walk_over_the_cards_and_scroll_to_them(cards, qtbot) -> None:
    cards.choose(0)
    for _ in range(4):
        qtbot.keyClick(cards, Qt.Key.Key_Right)
    assert cards.currentIndex().row() == 4
    assert cards.viewport().rect().contains(cards.visualRect(cards.currentIndex()).center())


def test_assistive_technology_hears_the_whole_card(cards) -> None:
    index = cards.model().index(2, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Recipe 2. A text")
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "tip"


def test_the_model_keeps_qts_rules(cards) -> None:
    QAbstractItemModelTester(cards.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    cards.set_cards(CARDS[:2])
    assert cards.model().rowCount() == 2


def test_cards_are_painted_in_every_state(cards) -> None:
    cards.choose(0)
    chosen = cards.grab().toImage()
    cards.setEnabled(False)
    assert cards.grab().toImage() != chosen
