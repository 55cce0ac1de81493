"""Recipes on the real Train page: chosen, filtered, saved, renamed, deleted, shared, opened."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from studio.recipes import list_user_recipes
from studio.ui.train.live_panel import CURVES, PLAN, RECIPES
from tests.ui.train.conftest import child, click, type_value

LONG = 60_000


def trigger(page, name: str) -> None:
    action = page.findChild(QAction, name)
    assert action.isEnabled()
    action.trigger()


def dialog(name: str):
    (found,) = (w for w in QApplication.topLevelWidgets() if w.objectName() == name)
    return found


def answer(qtbot, title: str) -> None:
    """Type a title into the dialog and confirm it."""
    asked = dialog("recipe_dialog")
    edit = asked.findChild(QLineEdit, "recipe_title")
    edit.selectAll()
    qtbot.keyClicks(edit, title)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


def own_ids(page) -> list[str]:
    return [recipe.id for recipe in list_user_recipes(page.context.data_dir).recipes]


def card_count(page) -> int:
    return child(page, "recipe_list").model().rowCount()


def test_the_first_start_shows_the_recipes_and_can_train(page, qtbot) -> None:
    grid = child(page, "recipe_list")
    assert page.live.current_view() == RECIPES
    assert grid.isVisible()
    assert grid.chosen() == "digits-quickstart"
    assert child(page, "train_button").isEnabled()
    qtbot.keyClicks(child(page, "recipe_filter"), "fashion")
    assert card_count(page) == 1
    qtbot.keyClick(child(page, "recipe_filter"), Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert page.live.current_view() == PLAN
    assert page.setup.form.recipe.id == "tiny-vgg-fashion"
    assert child(page, "recipes_button").accessibleName() == "Recipe: Tiny VGG on Fashion-MNIST"
    click(qtbot, page, "recipes_button")
    assert grid.isVisible()
    qtbot.keyClicks(child(page, "recipe_filter"), "zebra")
    assert not grid.isVisible()
    click(qtbot, page.live.recipes, "empty_action")
    assert (card_count(page), grid.isVisible()) == (9, True)
    assert not page.findChild(QAction, "rename_recipe").isEnabled()
    child(page, "undo_settings").click()
    assert (page.setup.form.recipe.id, grid.chosen()) == ("digits-quickstart",) * 2


def test_a_recipe_of_ones_own_from_save_to_delete(make_page, qtbot, tmp_path) -> None:
    page = make_page()
    type_value(qtbot, page, "epochs_spin", "3")
    trigger(page, "save_recipe")
    answer(qtbot, "Quick & short")
    qtbot.waitUntil(lambda: page.setup.form.recipe.id == "quick-short", timeout=LONG)
    assert child(page, "recipe_list").chosen() == "quick-short"
    assert (card_count(page), page.setup.form.marks.names) == (10, ())
    assert page.setup.form.config().optim.epochs == 3

    # Changes of it are saved too, and can be taken back.
    type_value(qtbot, page, "batch_spin", "32")
    trigger(page, "update_recipe")
    qtbot.waitUntil(lambda: page.setup.form.marks.names == (), timeout=LONG)
    assert page.setup.form.recipe.config.optim.batch_size == 32
    click(qtbot, page, "banner_action")
    qtbot.waitUntil(lambda: page.setup.form.recipe.config.optim.batch_size == 64, timeout=LONG)
    assert page.setup.form.config().optim.batch_size == 32  # settings change by hand only

    # It is there after a restart, with the change.
    page.shutdown()
    again = make_page()
    assert again.setup.form.recipe.id == "quick-short"
    assert child(again, "reset_all_button").text() == "1 change · Reset all"
    qtbot.waitUntil(lambda: card_count(again) == 10, timeout=LONG)
    click(qtbot, again, "recipes_button")

    trigger(again, "rename_recipe")
    answer(qtbot, "Other title")
    qtbot.waitUntil(lambda: again.setup.form.recipe.title == "Other title", timeout=LONG)
    trigger(again, "delete_recipe")
    qtbot.waitUntil(lambda: card_count(again) == 9, timeout=LONG)
    assert own_ids(again) == []
    assert again.setup.form.config().optim.batch_size == 32
    click(qtbot, again, "banner_action")
    qtbot.waitUntil(lambda: card_count(again) == 10, timeout=LONG)
    assert own_ids(again) == ["quick-short"]

    # Its settings survive a restart without it, as changes of the default.
    again.shutdown()
    (tmp_path / "data" / "recipes" / "quick-short.toml").unlink()
    last = make_page()
    assert last.setup.form.recipe.id == "digits-quickstart"
    assert child(last, "reset_all_button").text() == "2 changes · Reset all"


def test_a_recipe_is_shared_and_opened(page, qtbot, tmp_path) -> None:
    type_value(qtbot, page, "epochs_spin", "3")
    trigger(page, "export_settings")
    asked = page.findChild(QFileDialog, "share_recipe_dialog")
    path = tmp_path / "shared.toml"
    asked.fileSelected.emit(str(path))
    asked.reject()
    qtbot.waitUntil(path.exists, timeout=LONG)
    click(qtbot, page, "reset_all_button")
    page.open_recipe(str(path))
    qtbot.waitUntil(lambda: page.setup.form.recipe.is_user_recipe, timeout=LONG)
    assert page.setup.form.recipe.title == "My Digits quickstart"
    assert page.setup.form.config().optim.epochs == 3
    assert "among your recipes" in page.live.banner.text()
    (tmp_path / "broken.toml").write_text("[optim]\nlr = 'high'")
    page.open_recipe(str(tmp_path / "broken.toml"))
    qtbot.waitUntil(lambda: "optim.lr" in page.live.banner.text(), timeout=LONG)
    assert page.setup.form.config().optim.epochs == 3


def test_a_file_that_cannot_be_read_is_named(make_page, qtbot, tmp_path) -> None:
    (tmp_path / "data" / "recipes").mkdir(parents=True)
    (tmp_path / "data" / "recipes" / "bad.toml").write_text("title = ")
    page = make_page()
    note = child(page, "recipe_problems")
    qtbot.waitUntil(note.isVisible, timeout=LONG)
    assert note.text() == "These recipes cannot be read: bad.toml."
    assert "TOML" in note.toolTip()


@pytest.mark.numeric
@pytest.mark.usefixtures("each_processor")
def test_while_training_another_recipe_can_be_chosen(page, qtbot) -> None:
    type_value(qtbot, page, "epochs_spin", "1")
    with qtbot.waitSignal(page.idle, timeout=LONG):
        page.start()
        assert child(page, "undo_settings").isEnabled()
        click(qtbot, page, "recipes_button")
        assert child(page, "recipe_list").isEnabled()
        page.choose_recipe("simple-vgg-mnist")
        assert child(page, "plan_title").text().startswith("Next: ")
        assert page.is_training
        page.setup.undo()
    qtbot.waitUntil(lambda: page.library.facts["digits-quickstart"].best_accuracy, timeout=LONG)

    # Title and figures are those of the run beside its curves, else those of the form.
    type_value(qtbot, page, "epochs_spin", "7")
    assert ", 7 epochs." in child(page, "plan_summary").text()
    assert "batch size" in page.live.figures.text()
    page.live.show_view(CURVES)
    assert ", 1 epoch." in child(page, "plan_summary").text()
    assert "test accuracy" in page.live.figures.text()
