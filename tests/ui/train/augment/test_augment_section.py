"""The augmentation in the form: sliders, the samples that follow them, and warnings."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from studio.config import AugmentConfig
from studio.ui.train.augment.augment_section import AugmentSection
from tests.ui.train.conftest import child, click

LONG = 60_000
PLAIN = AugmentConfig()


def pixels(channels, side=28, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (16, channels, side, side), np.uint8)


@pytest.fixture
def section(qtbot):
    section = AugmentSection()
    qtbot.addWidget(section, before_close_func=AugmentSection.close_worker)
    section.resize(340, 700)
    section.set_source("mnist", PLAIN)
    with qtbot.waitExposed(section):
        section.show()
    click(qtbot, section, "augment_fold")
    return section


def shown(qtbot, section, before=None):
    """The tiles, once there are some that differ from `before`."""

    def changed():
        tiles = section.tiles()
        return len(tiles) == 16 and (before is None or not np.array_equal(tiles, before))

    qtbot.waitUntil(changed, timeout=LONG)
    return section.tiles()


def drag(qtbot, slider, share):
    """Take the handle from the left end to `share` of the way."""
    left, there = QPoint(8, 12), QPoint(8 + round(share * (slider.width() - 16)), 12)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=left)
    for step in range(1, 5):
        qtbot.mouseMove(slider, left + (there - left) * step / 4)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=there)


AMOUNTS = [name for name, value in AugmentConfig() if not isinstance(value, bool)]


@pytest.mark.parametrize("name", AMOUNTS)
def test_each_slider_changes_its_setting_and_the_samples(section, qtbot, name):
    section.set_batch(pixels(1))
    before = shown(qtbot, section)
    with qtbot.waitSignal(section.changed) as told:
        drag(qtbot, child(section, f"{name}_slider"), 0.7)
    section.refresh()
    assert told.args == [f"augment.{name}"]
    assert section.values()[f"augment.{name}"] > 0
    assert AugmentConfig(**{name: section.values()[f"augment.{name}"]}).active
    shown(qtbot, section, before)


@pytest.mark.parametrize("name", ["flip_check", "flip_vertical_check"])
def test_each_flip_mirrors_some_samples(section, qtbot, name):
    batch = pixels(3)
    section.set_batch(batch)
    shown(qtbot, section)
    click(qtbot, section, name)
    section.refresh()
    axis = 3 if name == "flip_check" else 2
    tiles = shown(qtbot, section, batch).astype(int)
    mirrored = [np.abs(t - b).max() <= 1 for t, b in zip(tiles, np.flip(batch, axis), strict=True)]
    assert 2 < sum(mirrored) < 14


def test_resampling_draws_other_parameters(section, qtbot):
    button = child(section, "resample_button")
    assert not button.isEnabled()
    section.set_values({"augment.rotate": 30.0})
    section.set_batch(pixels(3))
    first = shown(qtbot, section)
    click(qtbot, section, "resample_button")
    second = shown(qtbot, section, first)
    click(qtbot, section, "resample_button")
    shown(qtbot, section, second)


def test_samples_of_an_earlier_dataset_are_not_shown(section, qtbot):
    section.set_batch(pixels(1, seed=1))
    section.set_batch(pixels(3, seed=2))
    assert np.array_equal(shown(qtbot, section), pixels(3, seed=2))
    section.set_batch(None)
    assert len(section.tiles()) == 0


def test_thickness_is_offered_for_grayscale_images_only(section):
    slider = child(section, "thickness_slider")
    section.set_batch(pixels(1))
    assert slider.isVisible()
    section.set_batch(pixels(3))
    assert not slider.isVisible()
    section.set_values({"augment.thickness": 0.5})
    section.refresh()
    assert slider.isVisible()  # or it could not be turned off


def test_flips_of_digits_are_warned_of_and_of_clothes_are_not(section, qtbot):
    warning = child(section, "flip_warning")
    assert not warning.isVisible()
    click(qtbot, section, "flip_check")
    section.refresh()
    assert warning.isVisible()
    assert "2 and 5" in warning.text()
    section.set_source("fashion_mnist", PLAIN)
    assert not warning.isVisible()
    section.set_source("mnist", AugmentConfig(flip_horizontal=True))
    assert "The source of this recipe does it" in warning.text()
    click(qtbot, section, "flip_check")
    section.refresh()
    assert not warning.isVisible()


def test_far_rotated_digits_are_warned_of(section):
    warning = child(section, "turn_warning")
    section.set_values({"augment.rotate": 90.0})
    section.refresh()
    assert "6 and 9" in warning.text()
    section.set_values({"augment.rotate": 20.0})
    section.refresh()
    assert not warning.isVisible()


def test_a_closed_section_says_what_is_on(section):
    section.set_values({"augment.blur": 0.5, "augment.flip_vertical": True})
    section.refresh()
    assert child(section, "augment_fold").accessibleDescription() == "blur 0.5 px, flip"


def test_every_control_has_a_tooltip(section):
    for name in AugmentConfig.model_fields:
        control = {"flip_horizontal": "flip_check", "flip_vertical": "flip_vertical_check"}
        widget = child(section, control.get(name, f"{name}_slider"))
        assert widget.toolTip()
        assert widget.accessibleName()


def test_the_warning_follows_the_dataset_of_the_form(page, qtbot):
    click(qtbot, page, "augment_fold")
    page.choose_recipe("tiny-vgg-fashion")
    warning = child(page, "flip_warning")
    assert not warning.isVisible()
    combo = child(page, "dataset_combo")
    combo.setCurrentIndex(combo.findData("mnist"))
    assert warning.isVisible()
    assert "The source of this recipe does it" in warning.text()
