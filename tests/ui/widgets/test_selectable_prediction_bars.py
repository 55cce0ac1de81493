"""A class is chosen with clicks and keys, and stays chosen while the values change."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.ui.widgets.selectable_prediction_bars import SelectablePredictionBars

VALUES = [("0", 0.02), ("1", 0.9), ("2", 0.08)]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bars(qtbot):
    widget = SelectablePredictionBars("{:.0%}".format, rows=3)
    qtbot.addWidget(widget)
    widget.resize(300, 90)
    widget.set_values(VALUES)
    widget.show()
    qtbot.waitExposed(widget)
    widget.names = []
    widget.class_chosen.connect(widget.names.append)
    return widget


def click(bars, row):
    QTest.mouseClick(bars, LEFT, pos=bars.row_rect(row).center().toPoint())


def press(bars, *keys):
    for key in keys:
        QTest.keyClick(bars, key)


def test_a_click_chooses_a_class_and_another_one_revokes_it(bars):
    click(bars, 2)
    assert bars.chosen() == "2"
    click(bars, 0)
    click(bars, 0)
    assert bars.chosen() == ""
    assert bars.names == ["2", "0", ""]


def test_a_click_below_the_rows_chooses_nothing(bars):
    bars.set_values(VALUES[:2])
    QTest.mouseClick(bars, LEFT, pos=QPoint(20, 85))
    assert bars.names == []


def test_the_choice_stays_when_the_values_change(bars):
    click(bars, 2)
    bars.set_values([("2", 0.1), ("0", 0.9)])
    assert bars.chosen() == "2"
    assert "chosen: 2" in bars.accessibleDescription()


def test_the_keyboard_chooses_a_class(bars):
    bars.setFocus(Qt.FocusReason.TabFocusReason)
    assert "at 1" in bars.accessibleDescription()  # where the most probable class is
    press(bars, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert bars.chosen() == "2"
    press(bars, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Space)
    assert bars.chosen() == "0"
    press(bars, Qt.Key.Key_Escape)
    assert bars.chosen() == ""


def test_without_values_keys_choose_nothing(bars):
    bars.clear_values("Nothing drawn")
    bars.setFocus(Qt.FocusReason.TabFocusReason)
    press(bars, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape)
    assert bars.names == []
    assert bars.accessibleDescription() == "Nothing drawn"
