"""A list of classes: opening, renaming, excluding, accessible text."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolTip

from studio.ui.widgets.class_list import ClassList, ClassListHeader
from studio.ui.widgets.class_model import ClassRow

SEGMENTS = ("training", "validation", "test")


def row(name, count=10, side=8, channels=3, images=14):
    rng = np.random.default_rng(len(name))
    pixels = rng.integers(0, 256, (images, channels, side, side), np.uint8)
    mean = np.zeros((channels, side, side), np.uint8)
    return ClassRow(name, mean, pixels, (count, 2, 1), original=name)


@pytest.fixture
def view(qtbot):
    view = ClassList("{:.1%}".format)
    qtbot.addWidget(view)
    view.resize(760, 400)
    view.set_rows([row("cat"), row("dog", 5), row("ship", 1, images=0)], SEGMENTS)
    with qtbot.waitExposed(view):
        view.show()
    return view


def point_in(view, number, part):
    layout = view.row_layout()
    inside = getattr(layout, part).center().toPoint()
    return view.visualRect(view.model().index(number)).topLeft() + inside


def click(qtbot, view, number, part):
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_in(view, number, part))


def editor(view):
    return next(iter(view.findChildren(QLineEdit)), None)


def type_name(qtbot, view, text):
    field = editor(view)
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor(view) is None)


@pytest.mark.parametrize("part", ["mean", "tiles", "bar"])
def test_a_click_opens_the_class(qtbot, view, part):
    with qtbot.waitSignal(view.opened) as opened:
        click(qtbot, view, 1, part)
    assert opened.args == [1]


def test_a_click_on_the_name_only_selects(qtbot, view):
    with qtbot.assertNotEmitted(view.opened):
        click(qtbot, view, 1, "name")
    assert view.currentIndex().row() == 1


def test_releasing_elsewhere_opens_nothing(qtbot, view):
    with qtbot.assertNotEmitted(view.opened):
        qtbot.mousePress(
            view.viewport(),
            Qt.MouseButton.LeftButton,
            pos=point_in(view, 0, "tiles"),
        )
        qtbot.mouseRelease(
            view.viewport(),
            Qt.MouseButton.LeftButton,
            pos=point_in(view, 2, "tiles"),
        )


def test_enter_opens_the_current_class(qtbot, view):
    view.setCurrentIndex(view.model().index(2))
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == [2]


def by_double_click(qtbot, view):
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point_in(view, 1, "name"))


def by_key(qtbot, view):
    view.setCurrentIndex(view.model().index(1))
    qtbot.keyClick(view, Qt.Key.Key_F2)


def by_pencil(qtbot, view):
    click(qtbot, view, 1, "pencil")


@pytest.mark.parametrize("begin", [by_double_click, by_key, by_pencil])
def test_a_name_is_edited_in_place(qtbot, view, begin):
    begin(qtbot, view)
    assert editor(view).text() == "dog"
    emitted = []
    view.renamed.connect(lambda number, text: emitted.append((number, text)))
    with qtbot.assertNotEmitted(view.opened):
        type_name(qtbot, view, "  hound ")
    assert emitted == [(1, "hound")]


@pytest.fixture
def menu(qtbot, view):
    """The context menu of the second class."""
    click(qtbot, view, 1, "name")
    point = point_in(view, 1, "name")
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, point, view.viewport().mapToGlobal(point)
    )
    QApplication.sendEvent(view.viewport(), event)
    (menu,) = view.findChildren(QMenu, "class_menu")
    qtbot.waitUntil(menu.isVisible)
    yield menu
    menu.close()


def test_the_context_menu_opens_renames_and_excludes(qtbot, view, menu):
    actions = menu.actions()
    assert [action.text().split("\t")[0] for action in actions] == [
        "Show all images",
        "Rename",
        "Exclude",
    ]
    with qtbot.waitSignal(view.exclude_requested) as requested:
        qtbot.mouseClick(
            menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(actions[2]).center()
        )
    assert requested.args == [1]


def test_delete_excludes_a_class_but_not_while_its_name_is_edited(qtbot, view):
    view.edit_name(1)
    with qtbot.assertNotEmitted(view.exclude_requested):
        qtbot.keyClick(editor(view), Qt.Key.Key_Delete)
        qtbot.keyClick(editor(view), Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: editor(view) is None)
    with qtbot.waitSignal(view.exclude_requested) as requested:
        qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert requested.args == [1]


def test_escape_cancels_renaming(qtbot, view):
    view.edit_name(1)
    qtbot.keyClicks(editor(view), "hound")
    with qtbot.assertNotEmitted(view.renamed):
        qtbot.keyClick(editor(view), Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: editor(view) is None)


def test_the_same_name_emits_nothing_and_an_empty_one_is_emitted(qtbot, view):
    view.edit_name(0)
    with qtbot.assertNotEmitted(view.renamed):
        type_name(qtbot, view, "cat")
    view.edit_name(0)
    with qtbot.waitSignal(view.renamed) as renamed:
        type_name(qtbot, view, "")
    assert renamed.args == [0, ""]


def test_new_rows_keep_the_scroll_position_and_the_current_row(qtbot, view):
    many = [row(f"class {number}") for number in range(200)]
    view.set_rows(many, SEGMENTS)
    view.setCurrentIndex(view.model().index(150))
    qtbot.waitUntil(lambda: view.verticalScrollBar().value() > 0)
    scrolled = view.verticalScrollBar().value()
    view.set_rows(many, SEGMENTS)
    assert view.verticalScrollBar().value() == scrolled
    assert view.currentIndex().row() == 150


def test_a_thousand_classes_scroll(view):
    view.set_rows([row(f"class {number}", side=28) for number in range(1000)], SEGMENTS)
    bar = view.verticalScrollBar()
    for value in range(0, bar.maximum(), bar.maximum() // 20):
        bar.setValue(value)
        view.grab()
    assert bar.maximum() > 50_000


def test_fewer_classes_have_larger_rows(view):
    few = view.row_layout().height
    view.set_rows([row(f"class {number}") for number in range(20)], SEGMENTS)
    assert view.row_layout().height < few


def test_the_accessible_text_contains_the_counts(view):
    interface = QAccessible.queryAccessibleInterface(view)
    text = interface.child(1).text(QAccessible.Text.Name)
    assert text == "dog: 8 images, 32.0% of all: 5 training, 2 validation, 1 test"


def hover_text(view, number, part):
    point = point_in(view, number, part)
    position = view.viewport().mapToGlobal(point)
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, position))
    text = QToolTip.text()
    QToolTip.hideText()
    return text


def test_each_part_has_a_tooltip(qtbot, view):
    assert "13 images" in hover_text(view, 0, "bar")
    assert "mean" in hover_text(view, 0, "mean")
    assert "F2" in hover_text(view, 0, "name")
    assert "Click" in hover_text(view, 0, "tiles")


def test_the_pencil_is_visible_only_under_the_mouse(qtbot, view):
    pencil = view.row_layout().pencil.toAlignedRect()
    area = pencil.translated(view.visualRect(view.model().index(1)).topLeft())
    plain = view.viewport().grab(area).toImage()
    qtbot.mouseMove(view.viewport(), point_in(view, 1, "tiles"))
    qtbot.waitUntil(lambda: view.viewport().grab(area).toImage() != plain)


def test_the_header_names_the_segments_of_the_bars(qtbot, view):
    header = ClassListHeader(view)
    qtbot.addWidget(header)
    header.resize(view.width(), header.sizeHint().height())
    before = header.grab().toImage()
    view.set_rows([row("cat")], (*SEGMENTS, "not used"))
    assert header.grab().toImage() != before


def test_an_empty_list_handles_events(qtbot, view):
    view.set_rows([], SEGMENTS)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    view.grab()
