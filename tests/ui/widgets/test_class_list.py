"""A board of classes: opened, renamed, read out."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolTip

from studio.ui.widgets.class_list import ClassList, ClassListHeader
from studio.ui.widgets.class_model import ClassRow

PARTS = ("training", "validation", "test")


def row(name, count=10, side=8, channels=3, images=14):
    rng = np.random.default_rng(len(name))
    pictures = rng.integers(0, 256, (images, channels, side, side), np.uint8)
    mean = np.zeros((channels, side, side), np.uint8)
    return ClassRow(name, mean, pictures, (count, 2, 1), original=name)


@pytest.fixture
def board(qtbot):
    board = ClassList()
    qtbot.addWidget(board)
    board.resize(760, 400)
    board.set_rows([row("cat"), row("dog", 5), row("ship", 1, images=0)], PARTS)
    with qtbot.waitExposed(board):
        board.show()
    return board


def spot(board, number, part):
    layout = board.row_layout()
    inside = getattr(layout, part).center().toPoint()
    return board.visualRect(board.model().index(number)).topLeft() + inside


def click(qtbot, board, number, part):
    qtbot.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=spot(board, number, part))


def editor(board):
    return next(iter(board.findChildren(QLineEdit)), None)


def type_name(qtbot, board, text):
    field = editor(board)
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor(board) is None)


@pytest.mark.parametrize("part", ["mean", "tiles", "bar"])
def test_a_click_opens_the_class(qtbot, board, part):
    with qtbot.waitSignal(board.opened) as opened:
        click(qtbot, board, 1, part)
    assert opened.args == [1]


def test_a_click_on_the_name_only_selects(qtbot, board):
    with qtbot.assertNotEmitted(board.opened):
        click(qtbot, board, 1, "name")
    assert board.currentIndex().row() == 1


def test_a_press_dragged_elsewhere_opens_nothing(qtbot, board):
    with qtbot.assertNotEmitted(board.opened):
        qtbot.mousePress(board.viewport(), Qt.MouseButton.LeftButton, pos=spot(board, 0, "tiles"))
        qtbot.mouseRelease(board.viewport(), Qt.MouseButton.LeftButton, pos=spot(board, 2, "tiles"))


def test_enter_opens_the_current_class(qtbot, board):
    board.setCurrentIndex(board.model().index(2))
    with qtbot.waitSignal(board.opened) as opened:
        qtbot.keyClick(board, Qt.Key.Key_Return)
    assert opened.args == [2]


def by_double_click(qtbot, board):
    qtbot.mouseDClick(board.viewport(), Qt.MouseButton.LeftButton, pos=spot(board, 1, "name"))


def by_key(qtbot, board):
    board.setCurrentIndex(board.model().index(1))
    qtbot.keyClick(board, Qt.Key.Key_F2)


def by_pencil(qtbot, board):
    click(qtbot, board, 1, "pencil")


@pytest.mark.parametrize("begin", [by_double_click, by_key, by_pencil])
def test_a_name_is_changed_in_its_place(qtbot, board, begin):
    begin(qtbot, board)
    assert editor(board).text() == "dog"
    heard = []
    board.renamed.connect(lambda number, text: heard.append((number, text)))
    with qtbot.assertNotEmitted(board.opened):
        type_name(qtbot, board, "  hound ")
    assert heard == [(1, "hound")]


@pytest.fixture
def menu(qtbot, board):
    """The menu of the second class."""
    click(qtbot, board, 1, "name")
    point = spot(board, 1, "name")
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, point, board.viewport().mapToGlobal(point)
    )
    QApplication.sendEvent(board.viewport(), event)
    (menu,) = board.findChildren(QMenu, "class_menu")
    qtbot.waitUntil(menu.isVisible)
    yield menu
    menu.close()


def test_the_menu_of_a_class_opens_renames_and_leaves_out(qtbot, board, menu):
    actions = menu.actions()
    assert [action.text().split("\t")[0] for action in actions] == [
        "See all pictures",
        "Rename",
        "Leave out",
    ]
    with qtbot.waitSignal(board.exclude_requested) as dropped:
        qtbot.mouseClick(
            menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(actions[2]).center()
        )
    assert dropped.args == [1]


def test_delete_leaves_a_class_out_but_not_while_its_name_is_written(qtbot, board):
    board.edit_name(1)
    with qtbot.assertNotEmitted(board.exclude_requested):
        qtbot.keyClick(editor(board), Qt.Key.Key_Delete)
        qtbot.keyClick(editor(board), Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: editor(board) is None)
    with qtbot.waitSignal(board.exclude_requested) as dropped:
        qtbot.keyClick(board, Qt.Key.Key_Delete)
    assert dropped.args == [1]


def test_escape_leaves_the_name(qtbot, board):
    board.edit_name(1)
    qtbot.keyClicks(editor(board), "hound")
    with qtbot.assertNotEmitted(board.renamed):
        qtbot.keyClick(editor(board), Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: editor(board) is None)


def test_the_same_name_is_no_change_and_an_empty_one_is(qtbot, board):
    board.edit_name(0)
    with qtbot.assertNotEmitted(board.renamed):
        type_name(qtbot, board, "cat")
    board.edit_name(0)
    with qtbot.waitSignal(board.renamed) as renamed:
        type_name(qtbot, board, "")
    assert renamed.args == [0, ""]


def test_a_locked_board_can_be_looked_at_only(qtbot, board):
    board.classes.set_editable(False)
    by_double_click(qtbot, board)
    by_pencil(qtbot, board)
    by_key(qtbot, board)
    assert editor(board) is None
    with qtbot.assertNotEmitted(board.exclude_requested):
        qtbot.keyClick(board, Qt.Key.Key_Delete)
    with qtbot.waitSignal(board.opened):
        click(qtbot, board, 1, "tiles")


def test_new_rows_leave_the_place_scrolled_to_and_the_current_row(qtbot, board):
    many = [row(f"class {number}") for number in range(200)]
    board.set_rows(many, PARTS)
    board.setCurrentIndex(board.model().index(150))
    qtbot.waitUntil(lambda: board.verticalScrollBar().value() > 0)
    scrolled = board.verticalScrollBar().value()
    board.set_rows(many, PARTS)
    assert board.verticalScrollBar().value() == scrolled
    assert board.currentIndex().row() == 150


def test_a_thousand_classes_are_painted_where_one_looks(board):
    board.set_rows([row(f"class {number}", side=28) for number in range(1000)], PARTS)
    bar = board.verticalScrollBar()
    for value in range(0, bar.maximum(), bar.maximum() // 20):
        bar.setValue(value)
        board.grab()
    assert bar.maximum() > 50_000


def test_fewer_classes_have_larger_rows(board):
    few = board.row_layout().height
    board.set_rows([row(f"class {number}") for number in range(20)], PARTS)
    assert board.row_layout().height < few


def test_the_figures_are_said_in_words(board):
    seen = QAccessible.queryAccessibleInterface(board)
    said = seen.child(1).text(QAccessible.Text.Name)
    assert said == "dog: 8 pictures, 32.0 % of all: 5 training, 2 validation, 1 test"


def hover_text(board, number, part):
    point = spot(board, number, part)
    where = board.viewport().mapToGlobal(point)
    QApplication.sendEvent(board.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, where))
    text = QToolTip.text()
    QToolTip.hideText()
    return text


def test_each_part_explains_itself(qtbot, board):
    assert "13 pictures" in hover_text(board, 0, "bar")
    assert "mean" in hover_text(board, 0, "mean")
    assert "F2" in hover_text(board, 0, "name")
    assert "Click" in hover_text(board, 0, "tiles")


def test_the_pencil_shows_under_the_mouse_only(qtbot, board):
    pencil = board.row_layout().pencil.toAlignedRect()
    area = pencil.translated(board.visualRect(board.model().index(1)).topLeft())
    plain = board.viewport().grab(area).toImage()
    qtbot.mouseMove(board.viewport(), spot(board, 1, "tiles"))
    qtbot.waitUntil(lambda: board.viewport().grab(area).toImage() != plain)


def test_the_headings_name_the_parts_of_the_bars(qtbot, board):
    headings = ClassListHeader(board)
    qtbot.addWidget(headings)
    headings.resize(board.width(), headings.sizeHint().height())
    three = headings.grab().toImage()
    board.set_rows([row("cat")], (*PARTS, "not used"))
    assert headings.grab().toImage() != three


def test_an_empty_board_answers_everything(qtbot, board):
    board.set_rows([], PARTS)
    qtbot.keyClick(board, Qt.Key.Key_Return)
    qtbot.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    board.grab()
