"""Cards are all visible and are selected and activated by mouse and keyboard."""

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


class Recorder(QObject):
    """Records the rows that were selected and activated."""

    def __init__(self, cards: CardList) -> None:
        super().__init__(cards)
        self.selected: list[int] = []
        self.activated: list[int] = []
        cards.card_selected.connect(self.selected.append)
        cards.card_activated.connect(self.activated.append)


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
def recorder(cards) -> Recorder:
    return Recorder(cards)


def click(qtbot, cards, row: int) -> None:
    point = cards.visualRect(cards.model().index(row, 0)).center()
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_every_card_is_visible_without_scrolling(cards) -> None:
    rects = [cards.visualRect(cards.model().index(row, 0)) for row in range(len(CARDS))]
    assert all(cards.viewport().rect().contains(rect) for rect in rects)
    assert not any(first.intersects(second) for first, second in pairwise(rects))
    assert cards.verticalScrollBar().maximum() == cards.horizontalScrollBar().maximum() == 0


def test_a_click_selects_the_card_under_the_mouse(cards, recorder, qtbot) -> None:
    click(qtbot, cards, 1)
    assert recorder.selected == [1]


def test_a_click_on_the_current_card_activates_it(cards, recorder, qtbot) -> None:
    for _ in range(3):
        click(qtbot, cards, 4)
    assert recorder.selected == [4]
    assert recorder.activated == [4, 4]


def test_a_click_below_the_cards_does_nothing(cards, recorder, qtbot) -> None:
    cards.resize(340, 400)
    click(qtbot, cards, 1)
    below = QPoint(20, cards.viewport().height() - 3)
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=below)
    assert (recorder.selected, recorder.activated) == ([1], [])


def test_arrows_select_and_enter_and_space_activate(cards, recorder, qtbot) -> None:
    cards.select_card(0)
    recorder.selected.clear()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Space):
        qtbot.keyClick(cards, key)
    qtbot.keyClick(cards, Qt.Key.Key_End)
    assert recorder.selected == [1, 2, 8]
    assert recorder.activated == [2, 2]


def test_the_wheel_does_not_change_the_selection(cards, recorder) -> None:
    cards.select_card(3)
    recorder.selected.clear()
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
    assert recorder.selected == []
    assert cards.currentIndex().row() == 3


def test_the_accessible_text_contains_the_whole_card(cards) -> None:
    index = cards.model().index(2, 0)
    text = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "Recipe 2. Two convolutions on digits. 2k, 20 epochs"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "tip"


def test_the_model_passes_qts_model_tester(cards) -> None:
    QAbstractItemModelTester(cards.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    cards.set_cards(CARDS[:2])
    assert cards.model().rowCount() == 2


def test_cards_are_painted_in_every_state(cards) -> None:
    cards.select_card(0)
    enabled = cards.grab().toImage()
    cards.setEnabled(False)
    assert cards.grab().toImage() != enabled
