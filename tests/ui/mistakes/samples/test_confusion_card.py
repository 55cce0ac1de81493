import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton

from studio.ui.mistakes.samples.confusion_card import ConfusionCard
from studio.ui.mistakes.samples.filter_model import FilterModel

# Class a is confused with c only, so that both become neighbors.
SAMPLES = [(0, 0, 0.9), (0, 2, 0.8), (2, 0, 0.7), (1, 1, 0.9), (2, 2, 0.9)]


@pytest.fixture
def card(qtbot, make_evaluation):
    card = ConfusionCard(FilterModel())
    qtbot.addWidget(card)
    card.resize(420, 420)
    card.show_evaluation(make_evaluation(SAMPLES))
    card.show()
    return card


def choose(qtbot, card, name):
    menu = card.findChild(QMenu, "confusion_options_menu")
    action = next(action for action in menu.actions() if action.objectName() == name)
    menu.popup(card.mapToGlobal(card.rect().center()))
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


@pytest.mark.parametrize(
    ("button", "unit"),
    [
        ("counts_button", "count"),
        ("true_share_button", "true"),
        ("predicted_share_button", "predicted"),
    ],
)
def test_the_buttons_choose_what_cells_show(qtbot, card, button, unit):
    qtbot.mouseClick(card.findChild(QPushButton, button), Qt.MouseButton.LeftButton)
    assert card.view.unit() == unit


def test_the_diagonal_can_be_hidden(qtbot, card):
    choose(qtbot, card, "hide_diagonal")
    assert card.view.cell_texts() == {(0, 2): "1", (2, 0): "1"}
    choose(qtbot, card, "hide_diagonal")
    assert len(card.view.cell_texts()) == 5


def test_the_order_by_similarity_stays_for_the_next_evaluation(qtbot, card, make_evaluation):
    choose(qtbot, card, "order_by_similarity")
    order = card.view.order()
    assert abs(order.index(0) - order.index(2)) == 1
    card.show_evaluation(make_evaluation([(0, 1, 0.9), (1, 0, 0.8), (2, 2, 0.9)]))
    order = card.view.order()
    assert abs(order.index(0) - order.index(1)) == 1
    choose(qtbot, card, "order_by_similarity")
    assert np.array_equal(card.view.order(), [0, 1, 2])
