"""Usual numbers in a list, others in a box."""

import pytest
from PySide6.QtCore import Qt

from studio.ui.widgets.number_choice import NumberChoice


@pytest.fixture
def choice(qtbot) -> NumberChoice:
    made = NumberChoice({None: "All", 1000: "1,000"}, "Other", 2, 9999)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(("value", "typed"), [(None, False), (1000, False), (77, True)])
def test_what_is_set_is_shown_and_told(choice, qtbot, value, typed) -> None:
    with qtbot.assertNotEmitted(choice.changed):
        choice.set_value(value)
    assert choice.value() == value
    assert choice.spin.isVisible() is typed


def test_a_person_may_type_any_number(choice, qtbot) -> None:
    choice.set_value(None)
    with qtbot.waitSignal(choice.changed):
        qtbot.keyClick(choice.combo, Qt.Key.Key_End)
    assert choice.spin.isVisible()
    assert choice.value() == 1000
    qtbot.keyClick(choice.spin, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    with qtbot.assertNotEmitted(choice.changed):  # 3 and 32 are only on the way
        qtbot.keyClicks(choice.spin, "321")
    with qtbot.waitSignal(choice.changed):
        qtbot.keyClick(choice.spin, Qt.Key.Key_Return)
    assert choice.value() == 321


def test_a_value_may_not_be_on_offer(choice) -> None:
    choice.set_preset_visible(None, False)
    assert choice.combo.view().isRowHidden(0)
    choice.set_preset_visible(None, True)
    assert not choice.combo.view().isRowHidden(0)
