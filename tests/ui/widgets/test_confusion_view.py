import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from studio.formatting import percent
from studio.ui.widgets.confusion_view import ConfusionView

MATRIX = np.array([[970, 3, 9], [0, 1000, 0], [12, 0, 970]])
NAMES = ["4", "7", "9"]


@pytest.fixture
def view(qtbot):
    view = ConfusionView(percent)
    qtbot.addWidget(view)
    view.resize(420, 420)
    view.set_matrix(MATRIX, NAMES)
    view.show()
    return view


def click(qtbot, view, true, predicted):
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.cell_center(true, predicted))


def test_matrix_returns_a_copy_of_the_counts(view):
    shown = view.matrix()
    assert np.array_equal(shown, MATRIX)
    shown[:] = 0
    assert np.array_equal(view.matrix(), MATRIX)


def test_counts_and_names_must_match(view):
    with pytest.raises(ValueError, match="does not fit 2"):
        view.set_matrix(MATRIX, ["a", "b"])


def test_a_click_selects_a_cell_and_a_second_click_clears(qtbot, view):
    with qtbot.waitSignal(view.cell_clicked) as clicked:
        click(qtbot, view, 0, 2)
    assert clicked.args == [0, 2]
    assert view.selected_cell() == (0, 2)
    with qtbot.waitSignal(view.cell_cleared):
        click(qtbot, view, 0, 2)
    assert view.selected_cell() is None


def test_another_click_moves_the_selection(qtbot, view):
    click(qtbot, view, 0, 2)
    with qtbot.assertNotEmitted(view.cell_cleared):
        click(qtbot, view, 2, 0)
    assert view.selected_cell() == (2, 0)


def test_a_click_outside_the_cells_does_nothing(qtbot, view):
    with qtbot.assertNotEmitted(view.cell_clicked):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))


def test_arrows_move_enter_selects_and_escape_clears(qtbot, view):
    view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert view.accessibleDescription() == "7 predicted as 9: 0 of 1,000 (0 %)"
    with qtbot.waitSignal(view.cell_clicked) as clicked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert clicked.args == [1, 2]
    with qtbot.waitSignal(view.cell_cleared):
        qtbot.keyClick(view, Qt.Key.Key_Escape)


def test_select_cell_emits_no_signal(qtbot, view):
    with qtbot.assertNotEmitted(view.cell_clicked), qtbot.assertNotEmitted(view.cell_cleared):
        view.select_cell((1, 1))
        view.select_cell(None)


def test_descriptions_of_an_error_a_correct_cell_and_an_empty_class(view):
    assert view.describe((0, 2)) == "4 predicted as 9: 9 of 982 (0.9 %)"
    assert view.describe((1, 1)) == "7 correct: 1,000 of 1,000 (100 %)"
    view.set_matrix(np.zeros((3, 3), int), NAMES)
    assert view.describe((0, 1)) == "4 predicted as 7: 0 of 0"


def test_the_tooltip_describes_the_cell_under_the_mouse(view):
    spot = view.cell_center(2, 0)
    event = QHelpEvent(QEvent.Type.ToolTip, spot, view.mapToGlobal(spot))
    QApplication.sendEvent(view, event)
    assert QToolTip.text() == "9 predicted as 4: 12 of 982 (1.2 %)"
    QToolTip.hideText()


def test_counts_and_percentages_look_different(view):
    counts = view.grab().toImage()
    view.set_unit("true")
    assert view.unit() == "true"
    assert view.grab().toImage() != counts


def test_numbers_get_smaller_and_shorter_before_they_disappear(view):
    view.set_matrix(np.full((10, 10), 7) + 1002 * np.eye(10, dtype=int), list("0123456789"))
    view.resize(420, 420)
    assert view.cell_texts()[0, 0] == "1009"
    view.resize(276, 266)
    assert view.cell_texts()[0, 0] == "1k"
    assert view.cell_texts()[0, 1] == "7"
    view.resize(120, 120)
    assert view.cell_texts() == {}


def test_percentages_in_cells_use_the_percent_format(view):
    view.set_unit("true")
    view.set_matrix(np.array([[9_999, 1], [5, 1_004]]), ["a", "b"])
    assert view.cell_texts() == {(0, 0): ">99", (0, 1): "<0.1", (1, 0): "0.5", (1, 1): ">99"}
    view.set_matrix(np.array([[10, 0], [0, 10]]), ["a", "b"])
    assert view.cell_texts() == {(0, 0): "100", (1, 1): "100"}


def test_percentages_of_the_predicted_class_have_its_column_as_their_whole(view):
    view.set_unit("predicted")
    assert view.cell_texts()[2, 0] == "1.2"
    assert view.describe((2, 0)) == "9 predicted as 4: 12 of 982 predicted as 4 (1.2 %)"
    assert view.describe((1, 1)) == "7 correct: 1,000 of 1,003 predicted as 7 (99.7 %)"


def test_a_hidden_diagonal_has_no_numbers(view):
    view.set_diagonal_hidden(True)
    assert view.cell_texts() == {(0, 1): "3", (0, 2): "9", (2, 0): "12"}


def test_another_order_moves_cells_but_not_their_meaning(qtbot, view):
    before = view.cell_texts()
    place = view.cell_center(0, 0)
    view.set_order([2, 0, 1])
    assert view.cell_texts() == before
    assert view.cell_center(2, 2) == place
    with qtbot.waitSignal(view.cell_clicked) as clicked:
        click(qtbot, view, 0, 2)
    assert clicked.args == [0, 2]
    assert view.selected_cell() == (0, 2)
    qtbot.keyClick(view, Qt.Key.Key_Left)  # from (0, 2), shown in row 1 and column 0
    assert view.accessibleDescription() == view.describe((0, 2))
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.accessibleDescription() == view.describe((2, 2))
    view.set_order(None)
    assert view.order() == [0, 1, 2]
    assert view.cell_center(0, 0) == place


def test_an_order_must_contain_each_class_once(view):
    with pytest.raises(ValueError, match="does not order 3 classes"):
        view.set_order([0, 1, 1])


@pytest.mark.parametrize("count", [1, 2, 10, 26, 62])
def test_any_number_of_classes_can_be_painted(qtbot, view, count):
    rng = np.random.default_rng(count)
    view.set_matrix(rng.integers(0, 50, (count, count)), [f"class {k}" for k in range(count)])
    assert not view.grab().isNull()
    with qtbot.waitSignal(view.cell_clicked) as clicked:
        click(qtbot, view, count - 1, 0)
    assert clicked.args == [count - 1, 0]


def test_an_empty_view_paints_nothing(qtbot):
    view = ConfusionView(percent)
    qtbot.addWidget(view)
    view.show()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton)
    assert view.matrix().shape == (0, 0)
