"""The check box of the label fixes in the form."""

import pytest
from PySide6.QtWidgets import QCheckBox

from studio.config import DataConfig
from studio.data import load_dataset
from studio.data.overlay import Overlay, overlay_path, save_overlay
from tests.ui.train.conftest import child

LONG = 60_000


@pytest.fixture
def fixes(tmp_path):
    """Label fixes of the digits."""
    dataset = load_dataset(DataConfig(), tmp_path / "data")
    overlay = Overlay()
    overlay.exclude(["all:3"])
    save_overlay(overlay_path(dataset, tmp_path / "data"), overlay)
    return overlay


def wait_for_samples(qtbot, page) -> None:
    strip = child(page, "sample_strip")
    qtbot.waitUntil(lambda: len(strip.images()) == 10, timeout=LONG)


def test_fixes_are_offered_only_where_there_are_any(page, qtbot) -> None:
    wait_for_samples(qtbot, page)
    assert not child(page, "label_fixes_check").isVisible()
    assert page.setup.form.config().data.overlay == ""


def test_the_training_uses_the_fixes_when_checked(fixes, page, qtbot) -> None:
    wait_for_samples(qtbot, page)
    check, form = child(page, "label_fixes_check", QCheckBox), page.setup.form
    assert check.isVisible()
    check.click()
    assert form.config().data.overlay == "current"
    assert form.dataset_config().overlay == ""  # what is shown are the files as they are
    run = form.config().with_values({"data.overlay": fixes.content_hash})
    form.show_config(run)
    assert (check.isChecked(), form.config().data.overlay) == (True, fixes.content_hash)
    form.reset("data.overlay")
    assert (check.isChecked(), form.config().data.overlay) == (False, "")
    check.click()
    assert form.config().data.overlay == "current"
