"""The button "Train with these fixes" and its dialog."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QWidget

from studio.data.overlay import SampleFix
from studio.errors import RunError
from studio.ui.mistakes.comparison.retrain_text import (
    button_state,
    count_text,
    describe_test_fixes,
    mode_text,
)

WAIT = 30_000


@pytest.fixture
def page(qtbot, open_page, family):
    """The parent of the family, whose fixes it was not trained with."""
    runs_dir, data_dir, parent, _ = family
    page = open_page(runs_dir, data_dir, parent)
    qtbot.waitUntil(page.retrain_button.isEnabled, timeout=WAIT)
    return page


@pytest.fixture
def dialog(qtbot, page):
    qtbot.mouseClick(page.retrain_button, Qt.MouseButton.LeftButton)
    found = page.findChild(QDialog, "retrain_dialog")
    qtbot.waitUntil(found.train_button.isEnabled, timeout=WAIT)
    return found


def click(qtbot, dialog, name):
    widget = dialog.findChild(QWidget, name)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def test_the_model_is_finetuned_by_default(qtbot, page, dialog, family):
    assert dialog.mode == "finetune"
    assert dialog.texts["finetune"].text().startswith("1 epoch at a learning rate of 0.0004. ")
    with qtbot.waitSignal(page.retrain_wanted) as wanted:
        click(qtbot, dialog, "retrain_start")
    (planned,) = wanted.args
    assert planned.parent == planned.config.optim.start_from == family[2]
    assert planned.config.data.overlay == "current"


def test_the_last_choice_is_remembered(qtbot, page, dialog):
    button = dialog.buttons["retrain"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(12, button.height() // 2))
    with qtbot.waitSignal(page.retrain_wanted) as wanted:
        click(qtbot, dialog, "retrain_start")
    assert wanted.args[0].config.optim.start_from == ""
    assert page.context.settings.read_text("mistakes/retrain_mode") == "retrain"


def test_cancel_trains_nothing(qtbot, page, dialog):
    with qtbot.assertNotEmitted(page.retrain_wanted), qtbot.waitSignal(dialog.rejected):
        click(qtbot, dialog, "retrain_cancel")


def test_a_run_that_has_the_fixes_already_cannot_be_trained_with_them(qtbot, open_page, family):
    runs_dir, data_dir, _, child = family
    page = open_page(runs_dir, data_dir, child)
    qtbot.waitUntil(lambda: page.session.fixes.is_ready, timeout=WAIT)
    assert not page.retrain_button.isEnabled()
    assert page.retrain_button.toolTip() == "This run was trained with these fixes."


def test_the_button_says_why_it_is_disabled():
    fixes = {"all:1": SampleFix("a")}
    assert button_state(fixes, False, "") == (
        True,
        "Fine-tune or retrain this run with the fixes, then see what they changed.",
    )
    assert not button_state({}, True, "")[0]
    assert not button_state(fixes, True, "")[0]
    assert button_state(fixes, False, "Disk full.") == (
        False,
        "The fixes are not saved: Disk full.",
    )


def test_the_fixes_are_counted():
    fixes = {
        "all:1": SampleFix("a", ambiguous=True),
        "all:2": SampleFix(excluded=True),
        "all:3": SampleFix(note="blurry"),
    }
    assert count_text(fixes) == "3 label fixes: 1 relabeled, 1 excluded, 1 ambiguous."
    assert count_text({}) == "No label was changed and no sample excluded."


def test_fixes_of_test_samples_alone_are_said_to_change_no_training(make_evaluation):
    evaluation = make_evaluation([(0, 0, 0.9), (1, 2, 0.8)])
    first, second = evaluation.sample_ids
    fixes = {first: SampleFix("b"), second: SampleFix(excluded=True)}
    assert describe_test_fixes(fixes, evaluation).startswith("All of them concern test samples")
    fixes["another sample"] = SampleFix("b")
    assert describe_test_fixes(fixes, evaluation) == ""
    assert describe_test_fixes({first: SampleFix(ambiguous=True)}, evaluation) == ""
    assert describe_test_fixes({}, evaluation) == ""


def test_a_mode_that_is_not_possible_says_why():
    error = RunError("There is no run “gone”.", "Fine-tune instead.")
    assert mode_text("retrain", error) == "There is no run “gone”. Fine-tune instead."
