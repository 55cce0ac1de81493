"""The user's own images on the Train page: read, reported, prepared, remembered."""

import csv
import shutil
import threading

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton

from studio.config import DataConfig
from studio.errors import Stopped
from studio.ui.settings import Settings
from studio.ui.train.data import preview_loader
from studio.ui.train.data.recent_datasets import RecentDatasets
from studio.ui.train.live_panel import DATA, PLAN
from tests.ui.shapes import CLASSES, spoil, write_shapes
from tests.ui.train.conftest import child, click

LONG = 10_000


@pytest.fixture
def folder(tmp_path):
    return write_shapes(tmp_path / "own" / "shapes", each=20)


def facts(page) -> str:
    return child(page, "data_facts").text()


def status(page) -> str:
    return child(page, "status_label").text()


def shown_view(page) -> int:
    return page.live.current_view()


def read(qtbot, page, path) -> None:
    """Choose own images and wait until they are shown."""
    page.choose_dataset(str(path))
    qtbot.waitUntil(lambda: "train ·" in facts(page), timeout=LONG)
    until_shown(qtbot, page)


def until_shown(qtbot, page) -> None:
    """Wait until the preview is shown everywhere."""
    qtbot.waitUntil(lambda: not page.dataset.is_displaying)


def choose(page, name: str, data: object) -> None:
    """Choose an item of a combo box by its data."""
    combo = child(page, name)
    assert combo.findData(data) >= 0
    combo.setCurrentIndex(combo.findData(data))


def test_a_folder_becomes_the_dataset_and_the_network_follows(page, qtbot, folder) -> None:
    read(qtbot, page, folder)
    combo = child(page, "dataset_combo")
    assert combo.currentText() == "shapes"
    tip = combo.itemData(combo.currentIndex(), Qt.ItemDataRole.ToolTipRole)
    assert tip.replace("\n", "") == str(folder)  # a long path takes several lines
    assert child(page, "sample_strip").images().shape == (3, 3, 64, 64)
    config = page.setup.form.config()
    assert (config.recipe, config.data.source) == ("my-pictures", "folder")
    assert config.data.path == str(folder)
    assert (config.model.in_channels, config.model.num_classes) == (3, 3)
    assert shown_view(page) == PLAN  # nothing is wrong with them
    assert not child(page, "findings_button").isVisible()
    assert status(page).startswith("Ready.")


def test_issues_are_shown_once_and_open_the_data_view(page, qtbot, folder) -> None:
    spoil(folder)
    read(qtbot, page, folder)
    button = child(page, "findings_button")
    assert button.text().endswith("warnings")
    assert shown_view(page) == DATA
    click(qtbot, page, "plan_tab")
    choose(page, "size_combo", 32)
    qtbot.waitUntil(lambda: child(page, "sample_strip").images().shape[2:] == (32, 32))
    until_shown(qtbot, page)
    assert shown_view(page) == PLAN
    click(qtbot, page, "findings_button")
    assert shown_view(page) == DATA


def test_without_a_path_nothing_starts_and_the_choosers_are_shown(page, qtbot) -> None:
    page.choose_recipe("my-pictures")
    assert child(page, "choose_folder_button").isVisible()
    assert status(page) == "No images are chosen. Choose a folder, or drop one on this window."
    click(qtbot, page, "train_button")
    assert not page.is_training
    assert child(page, "dataset_combo").property("wrong") is True


def test_a_folder_and_an_archive_are_asked_for(page, qtbot, folder, tmp_path) -> None:
    page.choose_recipe("my-pictures")
    click(qtbot, page, "choose_folder_button")
    accept(qtbot, page, folder)
    qtbot.waitUntil(lambda: "train ·" in facts(page), timeout=LONG)
    archive = shutil.make_archive(str(tmp_path / "packed"), "zip", folder)
    choose(page, "dataset_combo", "folder")
    click(qtbot, page, "choose_archive_button")
    accept(qtbot, page, archive)
    qtbot.waitUntil(lambda: "train ·" in facts(page), timeout=LONG)
    assert child(page, "dataset_combo").currentText() == "packed.zip"


def accept(qtbot, page, path) -> None:
    """Do what the dialog does when a path is chosen and accepted."""
    (dialog,) = (each for each in page.findChildren(QFileDialog) if each.isVisible())
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    qtbot.waitUntil(lambda: not any(d.isVisible() for d in page.findChildren(QFileDialog)))


def test_a_wrong_layout_is_explained_and_can_be_fixed(page, qtbot, tmp_path) -> None:
    heap = tmp_path / "heap"
    heap.mkdir()
    shutil.copy(write_shapes(tmp_path / "s", 1) / "discs" / "000.png", heap)
    page.choose_dataset(str(heap))
    qtbot.waitUntil(lambda: child(page, "layout_help").isVisible(), timeout=LONG)
    assert shown_view(page) == DATA
    assert "class folders" in child(page, "layout_message").text()
    assert status(page) == "This dataset cannot be read. The Data view says why."
    assert child(page, "read_button").isVisible()
    click(qtbot, page, "train_button")
    assert child(page, "dataset_combo_error").text() == status(page)
    write_shapes(heap)
    (heap / "000.png").unlink()
    click(qtbot, page, "read_button")
    qtbot.waitUntil(lambda: "train ·" in facts(page), timeout=LONG)
    assert not child(page, "read_button").isVisible()


def test_a_single_class_cannot_be_trained_on(page, qtbot, tmp_path) -> None:
    read(qtbot, page, write_shapes(tmp_path / "lonely", classes=1))
    assert "problem" in child(page, "findings_button").text()
    assert shown_view(page) == DATA
    reason = status(page)
    assert "discs" in reason
    click(qtbot, page, "train_button")
    assert not page.is_training
    assert child(page, "dataset_combo_error").text() == reason


def test_reading_shows_progress_and_can_be_cancelled(page, qtbot, folder, monkeypatch) -> None:
    make = preview_loader.make_preview

    def endless(config, data_dir, on_progress, should_stop):
        on_progress(0.25, "Reading shapes")
        while not should_stop():
            threading.Event().wait(0.001)
        raise Stopped

    monkeypatch.setattr(preview_loader, "make_preview", endless)
    page.choose_dataset(str(folder))
    assert "still being read" in status(page)
    progress = child(page, "read_progress")
    qtbot.waitUntil(lambda: progress.isVisible() and progress.value() == 250, timeout=LONG)
    assert facts(page) == "Reading shapes"
    click(qtbot, page, "read_cancel")
    qtbot.waitUntil(lambda: child(page, "read_button").isVisible(), timeout=LONG)
    assert not progress.isVisible()
    assert status(page).startswith("Reading was cancelled.")
    monkeypatch.setattr(preview_loader, "make_preview", make)
    click(qtbot, page, "read_button")
    qtbot.waitUntil(lambda: "train ·" in facts(page), timeout=LONG)


def test_recent_datasets_are_listed_after_a_restart_unless_missing(
    make_page, qtbot, folder, tmp_path
) -> None:
    gone = write_shapes(tmp_path / "gone")
    first = make_page()
    for path in (gone, folder):
        read(qtbot, first, path)
        qtbot.waitUntil(lambda path=path: own_sets(first)[0] == str(path), timeout=LONG)
    assert own_sets(first) == [str(folder), str(gone)]
    shutil.rmtree(gone)
    second = make_page()
    qtbot.waitUntil(lambda: own_sets(second) == [str(folder)], timeout=LONG)
    choose(second, "dataset_combo", str(folder))
    qtbot.waitUntil(lambda: "train ·" in facts(second), timeout=LONG)


def own_sets(page) -> list[str]:
    combo = child(page, "dataset_combo")
    return [d for d in map(combo.itemData, range(combo.count())) if d and d.startswith("/")]


def test_the_bar_follows_the_slider_and_the_split_comes_after(page, qtbot, folder) -> None:
    read(qtbot, page, folder)
    click(qtbot, page, "split_fold")
    bar, slider = child(page, "split_bar"), child(page, "val_share_slider")
    slider.setValue(50)
    followed = bar.counts()
    assert followed["val"] > 20
    assert sum(followed.values()) == 60
    qtbot.waitUntil(lambda: page.dataset.preview.config.val_share == 0.5, timeout=LONG)
    exact = bar.counts()
    assert f"{exact['val']} validation" in facts(page)
    assert abs(exact["val"] - followed["val"]) <= 3  # each class has a whole number of them
    assert page.setup.form.config().data.val_share == pytest.approx(0.5)
    assert child(page, "test_share_slider").isVisible()


def test_splits_that_the_folder_defines_have_no_slider(page, qtbot, tmp_path) -> None:
    for part, each in (("train", 8), ("test", 4)):
        write_shapes(tmp_path / "parted" / part, each)
    read(qtbot, page, tmp_path / "parted")
    click(qtbot, page, "split_fold")
    assert child(page, "val_share_slider").isVisible()
    assert not child(page, "test_share_slider").isVisible()


def test_a_subset_is_trained_on(page, qtbot, folder) -> None:
    read(qtbot, page, folder)
    page.setup.form.split.set_values({"data.subset": 12})
    page.setup.form.split.changed.emit("data.subset")
    qtbot.waitUntil(lambda: child(page, "split_bar").counts()["train"] <= 12, timeout=LONG)
    assert page.setup.form.config().data.subset == 12


def test_another_dataset_has_the_default_preparation(page, qtbot, folder) -> None:
    read(qtbot, page, folder)
    choose(page, "size_combo", 28)
    choose(page, "color_combo", "grey")
    choose(page, "dataset_combo", "mnist")
    data = page.setup.form.config().data
    assert (data.image_size, data.color, data.path) == (None, "own", None)
    assert not child(page, "fit_combo").isVisible()


def test_renamed_classes_are_kept_for_their_dataset(make_page, qtbot, folder) -> None:
    page = make_page()
    read(qtbot, page, folder)
    page.live.data.renamed.emit((("discs", "round"), ("squares", "angular")))
    qtbot.waitUntil(lambda: page.dataset.preview is not None, timeout=LONG)
    qtbot.waitUntil(
        lambda: (
            page.dataset.preview is not None
            and page.dataset.preview.class_names == ("round", "angular", "stripes")
        ),
        timeout=LONG,
    )
    again = make_page()
    read(qtbot, again, folder)
    assert again.setup.form.config().data.rename == (("discs", "round"), ("squares", "angular"))
    assert again.dataset.preview.class_names == ("round", "angular", "stripes")


def test_renamed_classes_that_no_longer_exist_are_reported_and_dropped(
    make_page, qtbot, folder, tmp_path
) -> None:
    settings = Settings(tmp_path / "window.ini")
    RecentDatasets(settings).add(str(folder), (("cats", "dogs"),))
    settings.sync()
    page = make_page()
    read(qtbot, page, folder)
    assert page.setup.form.config().data.rename == ()
    assert "cats" in page.live.banner.text()


def test_the_labels_can_be_exported(page, qtbot, folder, tmp_path) -> None:
    read(qtbot, page, folder)
    page.live.data.export_wanted.emit()
    accept(qtbot, page, tmp_path / "list.csv")
    qtbot.waitUntil(lambda: "list.csv" in page.live.banner.text(), timeout=LONG)
    with (tmp_path / "list.csv").open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 60
    assert {row["label"] for row in rows} == set(CLASSES)


def test_a_sample_of_the_strip_opens_its_class(page, qtbot, folder) -> None:
    read(qtbot, page, folder)
    strip = child(page, "sample_strip")
    points = (QPoint(x, 8) for x in range(strip.width()))
    second = next(point for point in points if strip.index_at(QPointF(point)) == 1)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=second)
    assert shown_view(page) == DATA
    assert page.live.data.currentWidget() is page.live.data.browser


def test_the_settings_of_a_run_on_own_images_are_shown(page, qtbot, folder) -> None:
    config = page.setup.form.config()
    own = DataConfig(source="folder", path=str(folder), image_size=16, subset=20)
    page.setup.show_config(config.model_copy(update={"data": own}))
    assert child(page, "dataset_combo").currentText() == "shapes"
    assert child(page, "subset_spin").value() == 20
    qtbot.waitUntil(lambda: "train ·" in facts(page), timeout=LONG)
    assert page.setup.form.config().data == own


def test_in_a_narrow_window_the_form_closes_for_issues(page, qtbot, folder) -> None:
    spoil(folder)
    page.resize(1000, 700)
    panel = child(page, "setup_panel")
    assert panel.isVisible()
    read(qtbot, page, folder)
    qtbot.waitUntil(lambda: not panel.isVisible())
    assert shown_view(page) == DATA


def test_missing_images_are_reported(page, qtbot, tmp_path) -> None:
    page.choose_dataset(str(tmp_path / "nowhere"))
    qtbot.waitUntil(lambda: child(page, "read_button").isVisible(), timeout=LONG)
    assert "nowhere" in child(page, "layout_message").text()
    assert shown_view(page) == DATA


def test_a_training_asks_before_it_leaves_out_many_files(page, qtbot, folder) -> None:
    for number in range(20):
        (folder / CLASSES[0] / f"torn{number}.png").write_bytes(b"torn")
    read(qtbot, page, folder)
    click(qtbot, page, "train_button")
    question = page.window().findChild(QDialog, "unreadable_question")
    assert question.accessibleName() == "20 of 80 files cannot be read. Train without them?"
    assert not page.is_training
    with qtbot.waitSignal(question.rejected):
        qtbot.keyClick(question, Qt.Key.Key_Return)  # the careless key changes nothing
    assert not page.is_training
    click(qtbot, page, "train_button")
    question = page.window().findChild(QDialog, "unreadable_question")
    action = question.findChild(QPushButton, "question_action")
    with qtbot.waitSignal(page.run_started, timeout=LONG):
        qtbot.mouseClick(action, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.idle, timeout=LONG):
        page.stop()
    with qtbot.waitSignal(page.run_started, timeout=LONG):
        click(qtbot, page, "train_button")  # asked once
    with qtbot.waitSignal(page.idle, timeout=LONG):
        page.stop()
