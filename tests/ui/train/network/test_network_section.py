"""The network part of the form, with real keys and clicks."""

import threading

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog

from studio.config import ModelConfig, TrainConfig
from studio.errors import CheckpointError, Stopped
from studio.models import VARIANTS
from studio.models.imagenet import weights_dir
from studio.runs import run_title
from tests.ui.train.conftest import child, click, type_value
from tests.ui.train.untrained_run import make_run

LONG = 60_000
OWN = ModelConfig(variant="custom", image_size=8, filters=((4,), (6,)), norm="none")


def config(page) -> TrainConfig:
    return page.setup.form.config()


def pick(qtbot, page, name: str, value: object) -> None:
    """Choose an item as the keyboard does."""
    combo = child(page, name, QComboBox)
    place = combo.findData(value)
    assert place >= 0, value
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    while combo.currentIndex() != place:
        before = combo.currentIndex()
        qtbot.keyClick(combo, Qt.Key.Key_Down)
        assert combo.currentIndex() != before


def wait_for_backbones(qtbot, page) -> QComboBox:
    """Torch as the program loads it at its start, and the list of runs that follows."""
    combo = child(page, "backbone_combo", QComboBox)
    page.context.load_torch()
    qtbot.waitUntil(lambda: combo.findData("run:bundled") >= 0, timeout=LONG)
    return combo


# Blocks


def test_any_variant_can_be_chosen_and_shows_its_layers(page, qtbot) -> None:
    page.choose_recipe("simple-vgg-mnist")
    sizes, variants = child(page, "size_combo"), child(page, "variant_combo")
    sizes.setCurrentIndex(sizes.findData(64))
    for variant, row in VARIANTS.items():
        variants.setCurrentIndex(variants.findData(variant))
        assert config(page).model == ModelConfig(variant=variant, image_size=64)
        tip = variants.itemData(variants.currentIndex(), Qt.ItemDataRole.ToolTipRole)
        assert tip.replace("\n", " ") == row.summary
        convolutions = sum(len(block) for block in row.filters)
        layers = child(page, "network_diagram").layers()
        assert [layer.kind for layer in layers].count("conv") == convolutions


def test_simple_vgg_can_be_adjusted_as_published(page, qtbot) -> None:
    page.choose_recipe("simple-vgg-mnist")
    click(qtbot, page, "blocks_more")
    assert child(page, "blocks_editor").text() == "32 | 64 | 128 | 256"
    type_value(qtbot, page, "blocks_editor", "16 | 24x2")
    type_value(qtbot, page, "hidden_edit", "64, 32")
    type_value(qtbot, page, "dropout_spin", "0.2")
    model = config(page).model
    assert model.filters == ((16,), (24, 24))
    assert model.hidden == (64, 32)
    assert model.dropout == 0.2
    layers = child(page, "plan_diagram").layers()
    assert [layer.depth for layer in layers if layer.kind == "conv"] == [16, 24, 24]


def test_every_choice_of_the_fold_reaches_the_network(page, qtbot) -> None:
    click(qtbot, page, "layers_fold")
    choices = {
        "kernel_combo": "5",
        "norm_combo": "group",
        "activation_combo": "gelu",
        "pool_combo": "avg",
        "head_combo": True,
        "layers_combo": "scratch",
    }
    for name, value in choices.items():
        pick(qtbot, page, name, value)
    model = config(page).model
    assert (model.kernel_size, model.norm, model.activation) == (5, "group", "gelu")
    assert (model.pool, model.global_pool, model.layers) == ("avg", True, "scratch")
    told = child(page, "layers_fold").accessibleDescription()
    assert (
        told
        == "5 × 5, group norm, GELU, average pooling, global pooling, written by hand. 6 changed"
    )
    pick(qtbot, page, "variant_combo", "tiny-vgg")
    assert config(page).model.norm is None
    assert child(page, "norm_combo").currentData() == "none"


def test_arrow_keys_move_the_filters_at_the_cursor(page, qtbot) -> None:
    line = child(page, "blocks_editor")
    line.setCursorPosition(1)
    qtbot.keyClick(line, Qt.Key.Key_Up)
    assert config(page).model.filters == ((48,), (64,), (128,))
    qtbot.keyClick(line, Qt.Key.Key_Down)
    assert config(page).model.filters is None  # the variant's own again


# What cannot be


def test_too_many_blocks_are_refused_at_once_and_cleared_by_one_less(page, qtbot) -> None:
    line, error = child(page, "blocks_editor"), child(page, "blocks_editor_error")
    diagram = child(page, "plan_diagram")
    before = diagram.layers()
    click(qtbot, page, "blocks_more")
    assert line.property("wrong") is True
    assert "“pool4”" in error.text()
    assert "at least 16 pixels" in error.text()
    assert diagram.layers() == before
    assert "Fix the highlighted field" in child(page, "status_label").text()
    click(qtbot, page, "train_button")
    assert not page.is_training
    click(qtbot, page, "blocks_less")
    assert line.property("wrong") is False
    assert error.text() == ""
    assert "Ready" in child(page, "status_label").text()


def test_a_refused_network_is_pale_until_it_can_be(page, qtbot) -> None:
    diagram = child(page, "plan_diagram")
    click(qtbot, page, "plan_tab")
    true = diagram.grab().toImage()
    type_value(qtbot, page, "blocks_editor", "8 | 8 | 8 | 8")
    assert diagram.grab().toImage() != true
    type_value(qtbot, page, "blocks_editor", "32 | 64 | 128")
    assert diagram.grab().toImage() == true
    type_value(qtbot, page, "epochs_spin", "0")  # wrong, but the network is not
    assert diagram.grab().toImage() == true


def test_a_network_too_deep_for_the_images_is_refused_when_it_is_chosen(page, qtbot) -> None:
    pick(qtbot, page, "variant_combo", "vgg16")
    assert "at least 32 pixels" in child(page, "blocks_editor_error").text()
    pick(qtbot, page, "variant_combo", "simple-vgg")
    assert child(page, "blocks_editor_error").text() == ""


def test_hidden_layers_that_are_no_numbers_are_refused(page, qtbot) -> None:
    type_value(qtbot, page, "hidden_edit", "lots")
    assert "“lots” is not a number" in child(page, "hidden_edit_error").text()
    child(page, "hidden_edit").selectAll()
    qtbot.keyClick(child(page, "hidden_edit"), Qt.Key.Key_Delete)
    assert config(page).model.hidden == ()


def test_an_error_behind_the_fold_is_unfolded(page, qtbot) -> None:
    pick(qtbot, page, "variant_combo", "mini-vgg-v1")
    assert child(page, "kernel_combo").currentText() == "5 × 5, 3 × 3"
    changed = TrainConfig(model=ModelConfig(filters=((4,), (8,)), kernel_size=(5, 3)))
    page.setup.show_config(changed)
    click(qtbot, page, "blocks_more")
    assert "one for each block" in child(page, "kernel_combo_error").text()
    assert child(page, "kernel_combo").isVisible()


def test_settings_of_a_run_are_shown_and_kept(page) -> None:
    model = ModelConfig(
        variant="custom", image_size=8, filters=((8,), (16, 24)), kernel_size=5, norm="layer",
        activation="elu", pool="avg", global_pool=True, hidden=(), dropout=0.1, layers="scratch",
    )  # fmt: skip
    page.setup.show_config(TrainConfig(recipe="digits-quickstart", model=model))
    assert config(page).model == model
    assert child(page, "blocks_editor").text() == "8 | 16, 24"


# What it starts from


def test_the_blocks_of_a_run_are_frozen_and_the_head_is_trained(page, qtbot) -> None:
    run = make_run(page.context.store, OWN)
    combo = wait_for_backbones(qtbot, page)
    assert not child(page, "unfrozen_spin").isVisible()
    pick(qtbot, page, "backbone_combo", f"run:{run.id}")
    assert combo.currentText() == run_title(run.id)
    model = config(page).model
    assert (model.variant, model.filters, model.norm) == ("custom", ((4,), (6,)), "none")
    assert (model.backbone, model.unfrozen) == (f"run:{run.id}", 0)
    assert config(page).data.normalize == "backbone"
    for name in ("blocks_editor", "kernel_combo", "norm_combo", "activation_combo", "pool_combo"):
        assert not child(page, name).isEnabled()
    assert child(page, "hidden_edit").isEnabled()
    assert "of them trainable" in child(page, "network_summary").text()
    type_value(qtbot, page, "unfrozen_spin", "3")
    assert "Choose 0 to 2" in child(page, "unfrozen_spin_error").text()
    type_value(qtbot, page, "unfrozen_spin", "1")
    still = [layer.name for layer in child(page, "plan_diagram").layers() if layer.frozen]
    assert still == ["conv1_1", "pool1"]
    pick(qtbot, page, "backbone_combo", "")
    assert child(page, "blocks_editor").isEnabled()
    assert (config(page).model.unfrozen, config(page).data.normalize) == (0, "standard")


def test_training_starts_from_a_run(page, qtbot) -> None:
    run = make_run(page.context.store, OWN)
    wait_for_backbones(qtbot, page)
    pick(qtbot, page, "backbone_combo", f"run:{run.id}")
    type_value(qtbot, page, "epochs_spin", "1")
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click(qtbot, page, "train_button")
    assert page.session.progress.ended.status == "finished"
    trained = page.context.store.open(page.session.run_id).config.model
    assert trained.backbone == f"run:{run.id}"
    assert trained.filters == OWN.filters


def test_images_follow_the_channels_of_the_backbone(page, qtbot) -> None:
    color = OWN.model_copy(update={"in_channels": 3})
    run = make_run(page.context.store, color)
    wait_for_backbones(qtbot, page)
    pick(qtbot, page, "backbone_combo", f"run:{run.id}")
    assert child(page, "color_combo").currentData() == "rgb"
    assert config(page).model.in_channels == 3
    grey = child(page, "color_combo")
    grey.setCurrentIndex(grey.findData("grey"))
    assert "trained on color images" in child(page, "status_label").text()
    click(qtbot, page, "train_button")
    assert not page.is_training
    assert grey.property("wrong") is True
    pick(qtbot, page, "backbone_combo", "")
    assert child(page, "color_combo").currentData() == "own"


def test_another_variant_leaves_the_run_behind(page, qtbot) -> None:
    run = make_run(page.context.store, OWN.model_copy(update={"in_channels": 3}))
    wait_for_backbones(qtbot, page)
    pick(qtbot, page, "backbone_combo", f"run:{run.id}")
    pick(qtbot, page, "variant_combo", "simple-vgg")
    assert config(page).model == ModelConfig(image_size=8)
    assert child(page, "blocks_editor").isEnabled()
    assert config(page).data.color == "own"


def test_weights_that_are_not_there_are_offered_and_not_trained_on(page, qtbot) -> None:
    page.choose_recipe("vgg16-transfer-mnist")
    assert child(page, "backbone_combo").currentText() == "ImageNet"
    assert child(page, "weights_button").text() == "Download (553 MB)"
    assert child(page, "weights_button").isVisible()
    pick(qtbot, page, "dataset_combo", "digits")
    child(page, "size_combo").setCurrentIndex(child(page, "size_combo").findData(32))
    model = config(page).model
    assert (model.variant, model.backbone, model.in_channels) == ("vgg16", "imagenet", 3)
    click(qtbot, page, "train_button")
    assert not page.is_training
    error = child(page, "backbone_combo_error").text()
    assert "not on this computer" in error
    assert "one of your runs" in error
    variants = child(page, "variant_combo")
    variants.setCurrentIndex(variants.findData("vgg11-bn"))  # by way of no other
    assert child(page, "weights_button").text() == "Download (532 MB)"
    pick(qtbot, page, "variant_combo", "tiny-vgg")
    assert child(page, "backbone_combo").findData("imagenet") < 0
    assert config(page).model.backbone == ""
    assert not child(page, "weights_button").isVisible()


def test_weights_are_downloaded_with_progress_and_cancel(page, qtbot, monkeypatch) -> None:
    began, may_end = threading.Event(), threading.Event()

    def slow(variant, data_dir, on_progress, should_stop) -> str:
        on_progress(0.25, "Downloading: 138 of 553 MB")
        began.set()
        while not should_stop():
            if may_end.wait(0.01):
                folder = weights_dir(data_dir)
                folder.mkdir(parents=True)
                (folder / "vgg16-397923af.pth").touch()
                return str(folder)
        raise Stopped

    monkeypatch.setattr("studio.models.imagenet.download_imagenet", slow)
    page.choose_recipe("vgg16-transfer-mnist")
    progress, button = child(page, "weights_progress"), child(page, "weights_button")
    click(qtbot, page, "weights_button")
    qtbot.waitUntil(lambda: progress.value() == 250, timeout=LONG)
    assert child(page, "backbone_note").text() == "Downloading: 138 of 553 MB"
    click(qtbot, page, "weights_cancel")
    qtbot.waitUntil(button.isVisible, timeout=LONG)
    assert "Not on this computer" in child(page, "backbone_note").text()
    may_end.set()
    click(qtbot, page, "weights_button")
    qtbot.waitUntil(lambda: "only the head" in child(page, "backbone_note").text(), timeout=LONG)
    assert not button.isVisible()
    assert "ImageNet" not in child(page, "status_label").text()


def test_a_failed_download_says_what_else_can_be_done(page, qtbot, monkeypatch) -> None:
    def fail(variant, data_dir, on_progress, should_stop) -> str:
        raise CheckpointError("VGG-16 could not be downloaded: no network.", "Or name a file.")

    monkeypatch.setattr("studio.models.imagenet.download_imagenet", fail)
    page.choose_recipe("vgg16-transfer-mnist")
    click(qtbot, page, "weights_button")
    qtbot.waitUntil(page.live.banner.isVisible, timeout=LONG)
    assert "Or name a file." in page.live.banner.text()
    assert child(page, "weights_button").isVisible()


def answer_dialog(qtbot, page, path: str) -> None:
    """Choose “File…” and pick `path` in the dialog that opens."""
    combo = child(page, "backbone_combo")
    combo.setCurrentIndex(combo.findText("File…"))
    row = page.setup.form.network.backbone
    qtbot.waitUntil(lambda: row.dialog is not None and row.dialog.isVisible())
    assert isinstance(row.dialog, QFileDialog)
    row.dialog.fileSelected.emit(path)
    row.dialog.close()


def test_a_file_is_the_backbone_once_it_is_read(page, qtbot) -> None:
    path = str(make_run(page.context.store, OWN).best_weights)
    answer_dialog(qtbot, page, path)
    qtbot.waitUntil(lambda: config(page).model.backbone == path, timeout=LONG)
    assert config(page).model.filters == OWN.filters
    assert child(page, "backbone_combo").currentText() == "best.safetensors"


def test_a_file_that_cannot_be_used_leaves_all_as_it_was(page, qtbot, tmp_path) -> None:
    path = tmp_path / "vgg16.pth"
    path.write_bytes(b"no weights at all")
    pick(qtbot, page, "variant_combo", "vgg16")
    answer_dialog(qtbot, page, str(path))
    qtbot.waitUntil(page.live.banner.isVisible, timeout=LONG)
    assert "vgg16.pth" in page.live.banner.text()
    assert child(page, "backbone_combo").currentData() == ""
