"""Search, undo and marks of the settings, on the real form with real keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from studio.ui.train.form.settings_search import find_settings
from studio.ui.widgets.number_choice import NumberChoice
from studio.ui.widgets.value_slider import ValueSlider
from tests.ui.train.conftest import child, click, type_value

NAMES = ["seed", "engine.device", "optim.lr", "optim.schedule"]


def test_a_search_needs_every_word_in_label_name_help_or_choices() -> None:
    assert find_settings(NAMES, "random SEED") == {"seed"}
    assert find_settings(NAMES, "device") == {"engine.device"}
    assert find_settings(NAMES, "learning rate") == {"optim.lr", "optim.schedule"}
    assert find_settings(NAMES, "optim.lr") == {"optim.lr"}
    assert find_settings(NAMES, "cosine") == {"optim.schedule"}
    assert find_settings(NAMES, "zebra seed") == set()


def visible(page) -> set[str]:
    """The object names of the visible widgets in the form."""
    return {
        widget.objectName()
        for widget in page.setup.form.findChildren(QWidget)
        if widget.isVisible() and widget.objectName() and not isinstance(widget, QLabel)
    }


def test_a_search_shows_the_fields_and_escape_brings_all_back(page, qtbot) -> None:
    before = visible(page)
    search = child(page, "settings_search")
    qtbot.keyClicks(search, "seed")
    assert child(page, "seed_spin").isVisible()
    assert not child(page, "epochs_spin").isVisible()
    assert not child(page, "network_diagram").isVisible()
    assert search.accessibleDescription() == "1 setting"
    found = [w.text() for w in page.setup.form.findChildren(QLabel) if w.property("found")]
    assert found == ["Random seed"]

    # What is changed meanwhile shows and hides its fields as it does without a search.
    page.setup.form.network.changed.emit("model.variant")
    assert not child(page, "epochs_spin").isVisible()
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert page.focusWidget() is child(page, "seed_spin")
    qtbot.keyClicks(search, "zebra")
    assert child(page, "settings_search_empty").isVisible()
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not child(page, "settings_search_empty").isVisible()
    assert visible(page) == before
    assert search.accessibleDescription() == ""


def test_a_search_for_a_field_without_effect_finds_nothing(page, qtbot) -> None:
    assert child(page, "fit_combo").isHidden() or not child(page, "fit_combo").isVisible()
    fields = page.setup.form.split.marked_widgets()
    search = child(page, "settings_search")
    qtbot.keyClicks(search, "data.fit")
    assert not fields["data.fit"][0].isVisible()
    assert child(page, "settings_search_empty").isVisible()


def test_an_error_in_a_field_that_is_not_shown_ends_the_search(page, qtbot) -> None:
    type_value(qtbot, page, "epochs_spin", "0")
    qtbot.keyClicks(child(page, "settings_search"), "seed")
    click(qtbot, page, "train_button")
    assert child(page, "settings_search").text() == ""
    assert child(page, "epochs_spin").isVisible()


def test_edits_are_undone_and_made_again_by_keys_and_buttons(page, qtbot) -> None:
    page.activateWindow()
    undo, redo = child(page, "undo_settings"), child(page, "redo_settings")
    assert not undo.isEnabled()
    type_value(qtbot, page, "lr_spin", "0.01")
    type_value(qtbot, page, "epochs_spin", "3")
    assert undo.accessibleDescription() == "Epochs"
    qtbot.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (child(page, "epochs_spin").value(), child(page, "lr_spin").value()) == (40, 0.01)
    click(qtbot, page, "undo_settings")
    assert child(page, "lr_spin").value() == 0.004
    assert not undo.isEnabled()
    click(qtbot, page, "redo_settings")
    qtbot.keyClick(
        page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert (child(page, "epochs_spin").value(), child(page, "lr_spin").value()) == (3, 0.01)
    assert not redo.isEnabled()
    click(qtbot, page, "reset_all_button")
    assert undo.accessibleDescription() == "Epochs, Learning rate"
    click(qtbot, page, "undo_settings")
    assert child(page, "epochs_spin").value() == 3
    # The text of a field is undone first, and by its own undo.
    spin = child(page, "batch_spin")
    spin.setFocus()
    keys = Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(spin, *keys)
    assert child(page, "epochs_spin").value() == 40
    qtbot.keyClick(spin, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert child(page, "epochs_spin").value() == 3
    # What is remembered is what is shown.
    assert page.config.optim.epochs == 3
    page.choose_recipe("simple-vgg-mnist")
    click(qtbot, page, "undo_settings")
    assert child(page, "recipe_list").chosen() == "digits-quickstart"
    assert child(page, "epochs_spin").value() == 3


def change(editor: QWidget) -> bool:
    """Change a value as its user does; False if there is no other value."""
    if isinstance(editor, QCheckBox):
        editor.toggle()
    elif isinstance(editor, QComboBox):
        editor.setCurrentIndex((editor.currentIndex() + 1) % editor.count())
        return editor.count() > 1
    elif isinstance(editor, ValueSlider):
        editor.slider.setValue(editor.slider.value() + 1)
    elif isinstance(editor, NumberChoice):
        editor.combo.setCurrentIndex(editor.combo.currentIndex() + 1)
    elif isinstance(editor, QLineEdit):
        editor.setText("7")
    else:
        editor.stepUp()
    return True


# They need a dataset or a backbone that there is not, or other fields than those of the recipe.
WITHOUT_EFFECT = {"data.test_share", "data.fit", "data.overlay", "model.backbone", "model.unfrozen"}
# AdamW, one cycle and no patience do not use them.
WITHOUT_EFFECT |= {f"optim.{name}" for name in ("momentum", "decay", "step_epochs", "step_factor")}
WITHOUT_EFFECT |= {f"optim.{name}" for name in ("warmup", "min_change", "stop_metric")}
LENGTH = {"optim.epochs", "engine.max_steps", "engine.max_minutes"}


def test_every_field_is_marked_when_changed_and_can_be_reset(page) -> None:
    form = page.setup.form
    sections = (form.network, form.dataset, form.split, form.augment, form.learning)
    editors = {name: w for section in sections for name, w in section.editors().items()}
    assert len(editors) > 35
    before = form.values()
    for name, editor in editors.items():
        if name in WITHOUT_EFFECT | LENGTH or not change(editor):
            continue
        assert form.marks.names, name
        form.reset(name)
        assert form.marks.names == (), name
        assert form.values() == before, name
