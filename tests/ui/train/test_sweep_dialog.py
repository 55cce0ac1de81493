"""The dialog that plans a sweep, with real keys and clicks."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from studio.ui.train.sweep.sweep_dialog import SweepDialog
from tests.ui.train.conftest import child, click, type_value

LONG = 20_000


@pytest.fixture
def dialog(page, qtbot):
    page.choose_recipe("digits-quickstart")
    click(qtbot, page, "sweep_button")
    (dialog,) = page.findChildren(SweepDialog)
    return dialog


def wait_for(qtbot, dialog, text):
    label = child(dialog, "sweep_count", QLabel)
    qtbot.waitUntil(lambda: text in label.text(), timeout=LONG)


def type_text(qtbot, dialog, name, text):
    """Type over what is in a field; the cursor stays in it."""
    widget = dialog.findChild(QWidget, name)
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(widget, text)


def test_a_sweep_is_planned_by_keys(qtbot, page, dialog):
    wait_for(qtbot, dialog, "3 combinations × 3 seeds = 9 trainings")
    assert not child(dialog, "sweep_axis_2").isVisible()

    # A second setting, found by a part of its name; its suggestion is filled in.
    type_text(qtbot, dialog, "sweep_axis_1_search", "label smo")
    qtbot.keyClick(dialog.findChild(QWidget, "sweep_axis_1_search"), Qt.Key.Key_Return)
    assert dialog.findChild(QWidget, "sweep_axis_1").currentText() == "Label smoothing"
    wait_for(qtbot, dialog, "9 combinations × 3 seeds")
    assert child(dialog, "sweep_axis_2").isVisible()
    assert dialog.isVisible()

    # Wrong values are marked while they are typed, and nothing can be started.
    type_text(qtbot, dialog, "sweep_values_0", "0.001, 20")
    assert "less than or equal to 10" in child(dialog, "sweep_message_0", QLabel).text()
    assert not child(dialog, "sweep_start").isEnabled()
    type_text(qtbot, dialog, "sweep_values_0", "0.001, 0.01")
    wait_for(qtbot, dialog, "6 combinations × 3 seeds")
    assert child(dialog, "sweep_preview", QLabel).text().startswith("Learning rate 0.001 · Label")

    # Random: ranges instead of values.
    click(qtbot, dialog, "sweep_random")
    type_value(qtbot, dialog, "sweep_samples", "4")
    type_value(qtbot, dialog, "sweep_seeds", "2")
    wait_for(qtbot, dialog, "4 combinations × 2 seeds = 8 trainings")
    assert child(dialog, "sweep_low_0").isVisible()
    assert "very wide" in child(dialog, "sweep_seeds_text", QLabel).text()
    type_text(qtbot, dialog, "sweep_high_0", "0.0000001")
    assert "smaller number first" in child(dialog, "sweep_message_0", QLabel).text()

    # Without settings only the seeds differ.
    for number in (1, 0):
        click(qtbot, dialog, f"sweep_clear_{number}")
    wait_for(qtbot, dialog, "2 seeds = 2 trainings")
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert page.queue.waiting_count == 0


def test_trainings_wait_in_the_queue_until_it_is_started(qtbot, page, dialog):
    type_value(qtbot, dialog, "sweep_seeds", "2")
    wait_for(qtbot, dialog, "6 trainings")
    with qtbot.waitSignal(page.queue.changed, timeout=LONG):
        click(qtbot, dialog, "sweep_add")
    assert page.queue.waiting_count == 6
    assert not page.is_training
    first = page.queue.entries[0]
    assert first.title.startswith("Digits quickstart · Learning rate 0.0")
    assert first.title.endswith("· seed 0")
    assert not first.config.engine.test_at_end
    view = page.live.sweeps
    qtbot.waitUntil(lambda: view.state is not None and view.isVisible(), timeout=LONG)
    assert [row.state for row in view.state.rows] == ["Waiting"] * 3
    assert "6 trainings to go" in child(page, "honest_text", QLabel).accessibleName()
