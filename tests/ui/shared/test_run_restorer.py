"""A page that shows a damaged run offers to restore it, and goes on with the restored run."""

import shutil

import pytest
from PySide6.QtCore import Qt

from studio.recipes import load_recipe
from studio.runs import Run, RunStatus, RunStore
from studio.training import Trainer
from studio.ui.page_stack import DRAW
from tests.fixed_engine import FIXED_ENGINE

LONG = 60_000


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    values = {"optim.epochs": 2, "optim.batch_size": 256, "model.filters": [[4]]}
    config = load_recipe("digits-quickstart").config.with_values(FIXED_ENGINE | values)
    run = RunStore(tmp_path_factory.mktemp("finished")).create(config)
    Trainer(config, run).fit()
    return run


@pytest.fixture
def run(finished, tmp_path):
    """A finished run in the runs folder of the pages."""
    return Run(shutil.copytree(finished.path, tmp_path / "runs" / finished.id))


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def click_action(qtbot, page):
    button = page.findChild(object, "banner_action")
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())


def banner_text(page):
    return page.findChild(object, "banner_text").text()


def test_a_resume_that_fails_offers_to_restore_and_then_to_resume(qtbot, open_window, run):
    flip(run.state)
    window = open_window()
    page = window.train_page
    with qtbot.waitSignal(page.idle, timeout=LONG):
        window.resume_run(run.id)
    assert "state.pt” is damaged" in banner_text(page)
    assert "Restore goes back to the previous checkpoint, of step 5." in banner_text(page)
    assert page.findChild(object, "banner_action").text() == "Restore"
    with qtbot.waitSignal(page.context.runs_changed, timeout=LONG):
        click_action(qtbot, page)
    assert "back at its previous checkpoint" in banner_text(page)
    with qtbot.waitSignal(page.idle, timeout=LONG):
        click_action(qtbot, page)
    assert run.status.status is RunStatus.FINISHED


def test_a_run_that_cannot_be_restored_is_not_offered(qtbot, open_window, run):
    flip(run.state)
    shutil.rmtree(run.path / "previous")
    window = open_window()
    page = window.train_page
    with qtbot.waitSignal(page.idle, timeout=LONG):
        window.resume_run(run.id)
    assert "Copy it from a backup" in banner_text(page)
    assert not page.findChild(object, "banner_action").isVisible()


def test_the_mistakes_of_a_damaged_model_are_shown_after_it_is_restored(qtbot, open_window, run):
    flip(run.best_weights)
    window = open_window()
    page = window.mistakes_page
    window.open_mistakes(run.id)
    qtbot.waitUntil(lambda: "is damaged" in banner_text(page), timeout=LONG)
    assert "Restore puts an intact copy in its place." in banner_text(page)
    click_action(qtbot, page)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.views, timeout=LONG)
    assert "Restored weights/best.safetensors" in banner_text(page)


def test_a_damaged_model_is_drawn_with_after_it_is_restored(qtbot, open_window, run):
    flip(run.best_weights)
    window = open_window()
    page = window.draw_page
    window.show_page(DRAW)
    with qtbot.waitSignal(page.controller.load_failed, timeout=LONG):
        page.set_model(run.id)
    assert "is damaged" in banner_text(page)
    with qtbot.waitSignal(page.controller.loaded, timeout=LONG):
        click_action(qtbot, page)
    assert "Nothing was lost" in banner_text(page)
