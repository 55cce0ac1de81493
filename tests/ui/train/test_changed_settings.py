"""Changed settings on the real Train page: marked, described, reset, brought back."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLabel, QScrollArea, QSlider

from studio.ui.train.data.preview_loader import PreviewLoader
from tests.ui.train.conftest import child, click, type_value

LONG = 60_000


def button(page, name: str) -> QAbstractButton:
    return child(page, name, QAbstractButton)


def title(page) -> str:
    (label,) = (x for x in page.findChildren(QLabel) if x.property("role") == "title")
    return label.text()


def summary(page) -> str:
    return child(page, "plan_summary").text()


def changes(page) -> str:
    reset = button(page, "reset_all_button")
    return reset.text() if reset.isVisible() else ""


def choose_data(page, source: str) -> None:
    combo = child(page, "dataset_combo")
    combo.setCurrentIndex(combo.findData(source))


def click_card(qtbot, page, row: int) -> None:
    cards = child(page, "recipe_list")
    place = cards.visualRect(cards.model().index(row, 0)).topLeft() + QPoint(20, 20)
    qtbot.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_an_unchanged_recipe_shows_no_marks(page) -> None:
    assert changes(page) == ""
    assert title(page) == "Digits quickstart"
    shown = [b for b in page.findChildren(QAbstractButton) if b.objectName().endswith("_reset")]
    assert len(shown) > 30
    assert not any(b.isVisible() for b in shown)


def test_a_changed_field_is_marked_and_reset_by_its_button(page, qtbot) -> None:
    type_value(qtbot, page, "lr_spin", "0.01")
    type_value(qtbot, page, "batch_spin", "32")
    reset = button(page, "lr_spin_reset")
    assert reset.isVisible()
    assert reset.accessibleName() == "Reset Learning rate"
    assert "Changed from 0.004 in the recipe." in reset.toolTip()
    assert child(page, "lr_spin").accessibleDescription() == "Changed from 0.004 in the recipe."
    assert changes(page) == "2 changes · Reset all"
    click(qtbot, page, "lr_spin_reset")
    assert child(page, "lr_spin").value() == pytest.approx(0.004)
    assert not reset.isVisible()
    assert child(page, "lr_spin").accessibleDescription() == ""
    assert changes(page) == "1 change · Reset all"
    assert page.setup.form.config().optim.batch_size == 32


def test_a_field_typed_back_is_not_changed(page, qtbot) -> None:
    type_value(qtbot, page, "lr_spin", "0.01")
    type_value(qtbot, page, "lr_spin", "0.004")
    assert changes(page) == ""


def test_every_kind_of_field_can_be_reset_by_the_keyboard(page, qtbot) -> None:
    for fold in ("split_fold", "augment_fold", "schedule_fold", "layers_fold"):
        click(qtbot, page, fold)
    qtbot.keyClick(child(page, "rotate_slider"), Qt.Key.Key_PageUp)
    qtbot.keyClick(child(page, "flip_check"), Qt.Key.Key_Space)
    qtbot.keyClick(child(page, "optimizer_combo"), Qt.Key.Key_Up)
    qtbot.keyClick(child(page, "norm_combo"), Qt.Key.Key_Down)
    qtbot.keyClick(child(page, "subset_combo"), Qt.Key.Key_Down)
    type_value(qtbot, page, "hidden_edit", "64")
    names = ["rotate", "flip_check", "optimizer_combo", "norm_combo", "subset_choice"]
    assert changes(page) == "6 changes · Reset all"
    for name in (*names, "hidden_edit"):
        reset = button(page, f"{name}_reset")
        assert reset.focusPolicy() & Qt.FocusPolicy.TabFocus
        qtbot.keyClick(reset, Qt.Key.Key_Space)
        assert not reset.isVisible()
    assert changes(page) == ""
    assert page.setup.form.config() == page.setup.form.recipe.config.with_values(
        {"model.image_size": 8, "model.num_classes": 10}
    )


def test_a_collapsed_section_marks_that_something_inside_is_changed(page, qtbot) -> None:
    header = child(page, "more_fold")
    before = header.accessibleDescription()
    child(page, "seed_spin").setValue(7)
    assert header.accessibleDescription() == f"{before}. 1 changed"
    click(qtbot, page, "reset_all_button")
    assert header.accessibleDescription() == before


def test_the_form_stays_within_its_width_with_every_setting_changed(page, qtbot) -> None:
    for fold in (
        "split_fold",
        "augment_fold",
        "schedule_fold",
        "regularization_fold",
        "stopping_fold",
        "more_fold",
        "layers_fold",
    ):
        click(qtbot, page, fold)
    form = child(page, "setup_panel")
    for box in form.findChildren(QCheckBox):
        box.toggle()
    for slider in form.findChildren(QSlider):
        slider.setValue(slider.maximum())
    for combo in form.findChildren(QComboBox):
        if combo.objectName() not in ("dataset_combo", "backbone_combo"):
            combo.setCurrentIndex((combo.currentIndex() + 1) % combo.count())
    assert int(changes(page).split()[0]) > 15
    (area,) = form.findChildren(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()
    assert area.widget().width() == area.viewport().width()


def test_choosing_the_chosen_card_again_resets_and_can_be_undone(page, qtbot) -> None:
    type_value(qtbot, page, "epochs_spin", "3")
    click_card(qtbot, page, 0)
    assert child(page, "epochs_spin").value() == 40
    assert changes(page) == ""
    assert "were reset" in page.live.banner.text()
    click(qtbot, page, "banner_action")
    assert child(page, "epochs_spin").value() == 3
    assert not page.live.banner.isVisible()
    qtbot.keyClick(child(page, "recipe_list"), Qt.Key.Key_Return)
    assert child(page, "epochs_spin").value() == 40


def test_another_recipe_chosen_by_accident_can_be_undone(page, qtbot) -> None:
    type_value(qtbot, page, "epochs_spin", "3")
    page.choose_recipe("simple-vgg-mnist")
    assert title(page) == "Simple VGG on MNIST"
    click(qtbot, page, "banner_action")
    assert child(page, "epochs_spin").value() == 3
    assert child(page, "dataset_combo").currentData() == "digits"
    assert title(page) == "Digits quickstart, changed"


def test_a_recipe_in_epochs_is_reset_from_steps(page, qtbot) -> None:
    unit = child(page, "unit_combo")
    unit.setCurrentIndex(unit.findData("engine.max_steps"))
    assert changes(page) == "1 change · Reset all"
    assert "Changed from 40 epochs in the recipe." in button(page, "steps_spin_reset").toolTip()
    click(qtbot, page, "steps_spin_reset")
    assert changes(page) == ""
    assert child(page, "epochs_spin").isVisible()
    assert page.setup.form.config().length == (40, "epochs")


def test_the_header_describes_what_would_be_trained(make_page, data_dir, qtbot) -> None:
    page = make_page(data_dir)
    strip, wall = child(page, "sample_strip"), child(page, "sample_wall")
    qtbot.waitUntil(lambda: len(wall.images()) == 100, timeout=LONG)
    choose_data(page, "fashion_mnist")
    # At once, while the samples are still read.
    assert title(page) == "Digits quickstart, changed"
    assert summary(page) == "Simple VGG on Fashion-MNIST, 40 epochs. Changed: Dataset."
    assert "70,000 samples" in page.live.figures.text()
    assert child(page, "wall_title").text() == "Training samples: Fashion-MNIST"
    assert not len(strip.images())
    assert not len(wall.images())
    qtbot.waitUntil(lambda: strip.images().shape == (10, 1, 28, 28), timeout=LONG)
    assert changes(page) == "1 change · Reset all"
    click(qtbot, page, "dataset_combo_reset")
    assert title(page) == "Digits quickstart"
    assert "1,797 samples" in page.live.figures.text()
    qtbot.waitUntil(lambda: strip.images().shape == (10, 1, 8, 8), timeout=LONG)
    assert child(page, "wall_title").text() == "Training samples: Digits"


def test_it_is_described_too_while_it_cannot_be_trained(page, qtbot) -> None:
    variant = child(page, "variant_combo")
    variant.setCurrentIndex(variant.findData("vgg11"))  # needs larger images
    assert variant.property("wrong") or child(page, "blocks_editor").property("wrong")
    assert summary(page).startswith("VGG-11 on Digits, 40 epochs.")
    assert page.live.figures.text().startswith("– parameters · – multiply-adds")
    choose_data(page, "fashion_mnist")
    assert summary(page).startswith("VGG-11 on Fashion-MNIST, 40 epochs.")
    assert "70,000 samples" in page.live.figures.text()
    assert child(page, "wall_title").text() == "Training samples: Fashion-MNIST"


def test_it_is_described_too_when_the_dataset_cannot_be_read(page, qtbot, tmp_path) -> None:
    with qtbot.waitSignal(page.findChild(PreviewLoader).failed, timeout=LONG):
        page.choose_dataset(str(tmp_path / "nowhere"))
    assert title(page) == "My images"
    assert summary(page).startswith("Your own images, in one folder for each class.")
    assert child(page, "wall_title").text() == "Training samples: nowhere"
    assert not len(child(page, "sample_wall").images())


def test_the_same_dataset_is_shown_again_after_a_recipe_is_chosen_again(page, qtbot) -> None:
    strip = child(page, "sample_strip")
    qtbot.waitUntil(lambda: len(strip.images()) == 10, timeout=LONG)
    page.choose_recipe("digits-quickstart")
    qtbot.waitUntil(lambda: len(strip.images()) == 10, timeout=LONG)


def test_a_run_with_settings_that_have_no_field_is_described_whole(page, qtbot) -> None:
    config = page.setup.form.config().with_values({"data.split_seed": 5, "optim.epochs": 3})
    page.setup.show_config(config)
    assert summary(page) == "Simple VGG on Digits, 3 epochs. Changed: Epochs, Split seed."
    assert page.setup.form.config() == config
    choose_data(page, "mnist")
    assert page.setup.form.config().data.split_seed == 0
    page.setup.show_config(config)
    click(qtbot, page, "reset_all_button")
    assert page.setup.form.config().data.split_seed == 0
    assert title(page) == "Digits quickstart"
