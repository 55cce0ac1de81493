"""The data part of the form: what is there, what is not, and the way to get it."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.errors import DatasetError, Stopped
from studio.recipes import load_recipe
from studio.ui.train.data.preview import make_preview
from tests.ui.train.conftest import child, click

LONG = 60_000


def test_real_digits_appear_with_their_counts(page, qtbot, tmp_path) -> None:
    strip, wall = child(page, "sample_strip"), child(page, "sample_wall")
    qtbot.waitUntil(lambda: len(strip.images()) == 10, timeout=LONG)
    qtbot.waitUntil(lambda: len(wall.images()) == 100)
    splits = make_preview(load_recipe("digits-quickstart").config.data, tmp_path).splits
    facts = f"{splits['train']:,} train · {splits['val']:,} validation · 359 test"
    assert child(page, "data_facts").text() == facts


def test_the_augmentation_is_shown_on_real_samples(page, qtbot) -> None:
    tiles = child(page, "augment_preview")
    click(qtbot, page, "augment_fold")
    qtbot.waitUntil(lambda: len(tiles.images()) == 16, timeout=LONG)
    before = tiles.images()
    qtbot.keyClick(child(page, "rotate_slider"), Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: not np.array_equal(tiles.images(), before), timeout=LONG)


def test_mnist_from_the_shared_folder(make_page, data_dir, qtbot) -> None:
    page = make_page(data_dir)
    page.choose_recipe("simple-vgg-mnist")
    strip = child(page, "sample_strip")
    qtbot.waitUntil(lambda: strip.images().shape == (10, 1, 28, 28), timeout=LONG)
    assert not child(page, "download_button").isVisible()
    assert "10,000 test" in child(page, "data_facts").text()


def test_data_that_is_not_there_is_offered_and_not_trained_on(page, qtbot) -> None:
    page.choose_recipe("simple-vgg-mnist")
    button = child(page, "download_button")
    assert button.isVisible()
    assert button.text() == "Download (11 MB)"
    assert "Download it" in child(page, "status_label").text()
    click(qtbot, page, "train_button")
    assert not page.is_training
    assert child(page, "dataset_combo").property("wrong") is True
    assert "MNIST is not on this computer." in child(page, "dataset_combo_error").text()


def test_a_download_shows_progress_and_can_be_cancelled(page, qtbot, monkeypatch) -> None:
    began = threading.Event()

    def endless(source_id, data_dir, on_progress, should_stop) -> None:
        on_progress(0.25, "Downloading MNIST")
        began.set()
        while not should_stop():
            began.wait(0.01)
        raise Stopped

    monkeypatch.setattr("studio.data.download_dataset", endless)
    page.choose_recipe("simple-vgg-mnist")
    click(qtbot, page, "download_button")
    progress = child(page, "download_progress")
    qtbot.waitUntil(lambda: progress.value() == 250, timeout=LONG)
    assert child(page, "data_facts").text() == "Downloading MNIST"
    click(qtbot, page, "download_cancel")
    qtbot.waitUntil(lambda: child(page, "download_button").isVisible(), timeout=LONG)
    assert not progress.isVisible()


def test_a_failed_download_says_what_to_do(page, qtbot, monkeypatch) -> None:
    def fail(source_id, data_dir, on_progress, should_stop) -> None:
        raise DatasetError("MNIST could not be downloaded: no network.", "Try again later.")

    monkeypatch.setattr("studio.data.download_dataset", fail)
    page.choose_recipe("simple-vgg-mnist")
    click(qtbot, page, "download_button")
    qtbot.waitUntil(lambda: page.live.banner.isVisible(), timeout=LONG)
    assert "Try again later." in page.live.banner.text()
    assert child(page, "download_button").isVisible()


@pytest.mark.parametrize("height", [510, 560, 700, 800])
@pytest.mark.parametrize("recipe", ["vgg19-cifar10", "my-pictures"])
def test_an_error_about_missing_data_is_shown_with_the_button_that_solves_it(
    page, qtbot, height, recipe
) -> None:
    page.resize(1200, height)
    page.choose_recipe(recipe)
    for scrolled in (0, 10_000):
        child(page, "setup_scroll").verticalScrollBar().setValue(scrolled)
        page.start()
        qtbot.wait(50)
        name = "download_button" if recipe == "vgg19-cifar10" else "choose_folder_button"
        for widget in (child(page, name), child(page, "dataset_combo_error")):
            assert widget.isVisible()
            assert widget.visibleRegion().boundingRect() == widget.rect()


def test_no_skeleton_loads_for_ever_without_data(page, qtbot) -> None:
    page.choose_recipe("simple-vgg-mnist")
    click(qtbot, page, "augment_fold")
    wall, said = child(page, "sample_wall"), child(page, "wall_absence")
    assert not wall.isVisible()
    assert said.text() == "MNIST is not on this computer. Download it first."
    assert said.isVisible()
    assert not child(page, "augment_preview").isVisible()
    assert child(page, "augment_absence").text() == "No preview: MNIST is not on this computer."
    page.choose_recipe("digits-quickstart")
    qtbot.waitUntil(lambda: len(wall.images()) == 100, timeout=LONG)
    assert wall.isVisible()
    assert not said.isVisible()
    assert child(page, "augment_preview").isVisible()
