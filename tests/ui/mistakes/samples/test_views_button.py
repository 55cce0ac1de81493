"""Saved views: a menu, and a dialog for names."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.sample_columns import NO_FORGETTING, SampleColumns
from studio.ui.mistakes.samples.sample_filter import Outcome, SampleFilter, SortKey
from studio.ui.mistakes.samples.view_name_dialog import ViewNameDialog
from studio.ui.mistakes.samples.views_button import ViewsButton
from studio.ui.settings import Settings


@pytest.fixture
def model():
    return FilterModel()


@pytest.fixture
def button(qtbot, model, make_evaluation, tmp_path):
    button = ViewsButton(model, Settings(tmp_path / "window.ini"))
    qtbot.addWidget(button)
    button.show_columns(SampleColumns(make_evaluation([(0, 1, 0.9)])))
    button.show()
    return button


def open_menu(button, name=""):
    """Return the menu as it is when the user opens it, or its submenu."""
    button.menu().aboutToShow.emit()
    return button.menu().findChild(QMenu, name) if name else button.menu()


def action(menu, text):
    return next(action for action in menu.actions() if action.text() == text)


def name_view(qtbot, button, name):
    (dialog,) = (each for each in button.findChildren(ViewNameDialog) if each.isVisible())
    dialog.name_edit.selectAll()
    qtbot.keyClicks(dialog.name_edit, name)
    return dialog


def save(qtbot, button, name):
    action(open_menu(button), "Save this view…").trigger()
    dialog = name_view(qtbot, button, name)
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)


def test_a_built_in_view_is_applied_and_marked(button, model):
    action(open_menu(button), "Close calls").trigger()
    assert model.filter == SampleFilter(outcome=Outcome.ALL, sort=SortKey.MARGIN)
    assert action(open_menu(button), "Close calls").isChecked()
    assert not action(open_menu(button), "My changes").isChecked()


def test_a_view_without_values_is_disabled_and_says_why(button):
    forgotten = action(open_menu(button), "Most often forgotten")
    assert not forgotten.isEnabled()
    assert forgotten.toolTip() == NO_FORGETTING


def test_a_view_is_saved_applied_renamed_and_deleted(qtbot, button, model):
    wanted = SampleFilter(true=1, text="x", reverse=True)
    model.set_filter(wanted)
    save(qtbot, button, "Mine & yours")
    model.set_filter(SampleFilter())
    action(open_menu(button), "Mine && yours").trigger()
    assert model.filter == wanted
    action(open_menu(button, "rename_view_menu"), "Mine && yours").trigger()
    dialog = name_view(qtbot, button, "Ours")
    qtbot.keyClick(dialog.name_edit, Qt.Key.Key_Return)
    texts = [action.text() for action in open_menu(button).actions()]
    assert "Ours" in texts
    assert "Mine && yours" not in texts
    action(open_menu(button, "delete_view_menu"), "Ours").trigger()
    assert "Ours" not in [action.text() for action in open_menu(button).actions()]
    assert not open_menu(button, "delete_view_menu").isEnabled()


def test_a_name_that_exists_cannot_be_saved(qtbot, button):
    action(open_menu(button), "Save this view…").trigger()
    dialog = name_view(qtbot, button, "Close calls")
    assert not dialog.save_button.isEnabled()
    assert "this name" in dialog.problem.text()
    qtbot.keyClicks(dialog.name_edit, " 2")
    assert dialog.save_button.isEnabled()
    qtbot.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    assert "Close calls 2" not in [action.text() for action in open_menu(button).actions()]


def test_a_view_of_a_class_that_is_not_here_is_disabled(qtbot, button, model, make_evaluation):
    model.set_filter(SampleFilter(predicted=2))
    save(qtbot, button, "Third class")
    button.show_columns(SampleColumns(make_evaluation([(0, 1, 0.9)], "ab")))
    view = action(open_menu(button), "Third class")
    assert not view.isEnabled()
    assert view.toolTip() == "There is no class “c” here."
