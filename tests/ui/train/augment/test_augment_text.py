"""The summary of the augmentation, and which augmentations harm which datasets."""

import pytest

from studio.config import AugmentConfig
from studio.data.datasets import DATASETS
from studio.ui.train.augment.augment_text import (
    augment_summary,
    flip_warning,
    rotation_warning,
)

PLAIN = AugmentConfig()


def values(**changes):
    config = AugmentConfig(**changes)
    return {f"augment.{name}": value for name, value in config.model_dump().items()}


@pytest.mark.parametrize("source", DATASETS)
def test_flips_harm_characters_and_nothing_else(source):
    signs = source not in ("fashion_mnist", "cifar10")
    for name in ("flip_horizontal", "flip_vertical"):
        assert bool(flip_warning(source, values(**{name: True}), PLAIN)) == signs
    assert not flip_warning(source, values(rotate=30), PLAIN)
    assert not flip_warning("folder", values(flip_vertical=True), PLAIN)


def test_the_warning_says_that_the_source_of_the_recipe_flips():
    mirrored = AugmentConfig(flip_horizontal=True)
    assert "The source of this recipe does it" in flip_warning(
        "mnist", values(flip_horizontal=True), mirrored
    )
    own = flip_warning("mnist", values(flip_horizontal=True, flip_vertical=True), mirrored)
    assert "recipe" not in own
    assert "Turn it off" in own


def test_rotation_harms_characters_beyond_45_degrees():
    assert not rotation_warning("digits", values(rotate=45))
    assert "6 and 9" in rotation_warning("digits", values(rotate=46))
    assert "n and u" in rotation_warning("emnist_letters", values(rotate=180))
    assert not rotation_warning("cifar10", values(rotate=180))


def test_the_summary_is_shortened_to_one_line():
    assert augment_summary(values()) == "none"
    assert augment_summary(values(rotate=8.0, flip_vertical=True)) == "rotation 8°, flip"
    some = {"rotate": 8.0, "blur": 0.5, "flip_vertical": True}
    assert augment_summary(values(**some)) == "rotation 8° and 2 more"
    some |= {"noise": 0.1}
    assert augment_summary(values(**some)) == "rotation 8° and 3 more"
    some |= {"brightness": 0.3, "contrast": 0.3}
    assert augment_summary(values(**some)) == "rotation 8° and 5 more"
