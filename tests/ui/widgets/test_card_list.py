"""Cards are all in view, are chosen by mouse and keys, and tell which one."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from studio.ui.widgets.card_list import Card, CardList

CARDS = [
    Card(f"Recipe {i}", "Two convolutions on digits.", (f"{i}k", f"{10 * i} epochs"), "tip")
    for i in range(9)
]


class Heard(QObject):
    """Collects the rows that were card_selected, and those that were chosen again."""

    def __init__(self, cards: CardList) -> None:
        super().__init__(cards)
        self.rows: list[int] = []
        self.again: list[int] = []
        cards.card_selected.connect(self.rows.append)
        cards.card_activated.connect(self.again.append)


@pytest.fixture
def cards(qtbot) -> CardList:
    view = CardList(("Parameters", "Length"))
    qtbot.addWidget(view)
    view.set_cards(CARDS)
    view.resize(340, view.sizeHint().height())
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.fixture
def heard(cards) -> Heard:
    return Heard(cards)


def click(qtbot, cards, row: int) -> None:
    place = cards.visualRect(cards.model().index(row, 0)).center()
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_every_card_is_in_view_and_nothing_scrolls(cards) -> None:
    rects = [cards.visualRect(cards.model().index(row, 0)) for row in range(len(CARDS))]
    assert all(cards.viewport().rect().contains(rect) for rect in rects)
    assert not any(first.intersects(second) for first, second in pairwise(rects))
    assert cards.verticalScrollBar().maximum() == cards.horizontalScrollBar().maximum() == 0


def test_a_click_chooses_the_card_under_the_mouse(cards, heard, qtbot) -> None:
    click(qtbot, cards, 1)
    assert heard.rows == [1]


def test_a_click_on_the_chosen_card_chooses_it_again(cards, heard, qtbot) -> None:
    for _ in range(3):
        click(qtbot, cards, 4)
    assert heard.rows == [4]
    assert heard.again == [4, 4]


def test_a_click_beside_the_cards_chooses_nothing(cards, heard, qtbot) -> None:
    cards.resize(340, 400)
    click(qtbot, cards, 1)
    below = QPoint(20, cards.viewport().height() - 3)
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=below)
    assert (heard.rows, heard.again) == ([1], [])


def test_arrows_choose_and_enter_and_space_choose_again(cards, heard, qtbot) -> None:
    cards.select_card(0)
    heard.rows.clear()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Space):
        qtbot.keyClick(cards, key)
    qtbot.keyClick(cards, Qt.Key.Key_End)
    assert heard.rows == [1, 2, 8]
    assert heard.again == [2, 2]


def test_the_wheel_is_left_to_the_form_around(cards, heard) -> None:
    cards.select_card(3)
    heard.rows.clear()
    none, down = QPoint(0, 0), QPoint(0, -120)
    event = QWheelEvent(
        QPointF(20, 40),
        QPointF(20, 40),
        none,
        down,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(cards.viewport(), event)
    assert heard.rows == []
    assert cards.currentIndex().row() == 3


def test_assistive_technology_hears_the_whole_card(cards) -> None:
    index = cards.model().index(2, 0)
    heard = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "Recipe 2. Two convolutions on digits. 2k, 20 epochs"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "tip"


def test_the_model_keeps_qts_rules(cards) -> None:
    QAbstractItemModelTester(cards.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    cards.set_cards(CARDS[:2])
    assert cards.model().rowCount() == 2


def test_cards_are_painted_in_every_state(cards) -> None:
    cards.select_card(0)
    chosen = cards.grab().toImage()
    cards.setEnabled(False)
    assert cards.grab().toImage() != chosen
