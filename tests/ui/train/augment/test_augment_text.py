"""Which changes hurt on which data."""

import pytest

from studio.config import AugmentConfig
from studio.data.datasets import DATASETS
from studio.ui.train.augment.augment_text import flip_advice, turn_advice

PLAIN = AugmentConfig()


def values(**changes):
    config = AugmentConfig(**changes)
    return {f"augment.{name}": value for name, value in config.model_dump().items()}


@pytest.mark.parametrize("source", DATASETS)
def test_mirrors_hurt_on_signs_and_on_nothing_else(source):
    signs = source not in ("fashion_mnist", "cifar10")
    for name in ("flip_horizontal", "flip_vertical"):
        assert bool(flip_advice(source, values(**{name: True}), PLAIN)) == signs
    assert not flip_advice(source, values(rotate=30), PLAIN)
    assert not flip_advice("folder", values(flip_vertical=True), PLAIN)


def test_what_the_source_of_a_recipe_does_is_said():
    mirrored = AugmentConfig(flip_horizontal=True)
    assert "The source of this recipe does it" in flip_advice(
        "mnist", values(flip_horizontal=True), mirrored
    )
    own = flip_advice("mnist", values(flip_horizontal=True, flip_vertical=True), mirrored)
    assert "recipe" not in own
    assert "Leave it off" in own


def test_turning_hurts_on_signs_once_it_is_more_than_a_lean():
    assert not turn_advice("digits", values(rotate=45))
    assert "6 and 9" in turn_advice("digits", values(rotate=46))
    assert "n and u" in turn_advice("emnist_letters", values(rotate=180))
    assert not turn_advice("cifar10", values(rotate=180))
