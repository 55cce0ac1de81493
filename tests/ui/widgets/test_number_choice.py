"""Preset numbers in a list, others in a spin box."""

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
def test_set_value_shows_and_returns_it(choice, qtbot, value, typed) -> None:
    with qtbot.assertNotEmitted(choice.changed):
        choice.set_value(value)
    assert choice.value() == value
    assert choice.spin.isVisible() is typed


def test_any_number_can_be_typed(choice, qtbot) -> None:
    choice.set_value(None)
    with qtbot.waitSignal(choice.changed):
        qtbot.keyClick(choice.combo, Qt.Key.Key_End)
    assert choice.spin.isVisible()
    assert choice.value() == 1000
    qtbot.keyClick(choice.spin, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    with qtbot.assertNotEmitted(choice.changed):  # neither 3 nor 32 is meant
        qtbot.keyClicks(choice.spin, "321")
    with qtbot.waitSignal(choice.changed):
        qtbot.keyClick(choice.spin, Qt.Key.Key_Return)
    assert choice.value() == 321


def test_a_preset_can_be_hidden(choice) -> None:
    choice.set_preset_visible(None, False)
    assert choice.combo.view().isRowHidden(0)
    choice.set_preset_visible(None, True)
    assert not choice.combo.view().isRowHidden(0)
