"""How numbers are said."""

import pytest

from studio.config import AugmentConfig, ModelConfig
from studio.models import summarize
from studio.models.backbone import frozen_layers
from studio.training.events import remaining_seconds
from studio.ui.train.words import (
    augment_words,
    count,
    duration,
    memory,
    network_words,
    percent,
)

NONE = {f"augment.{name}": 0 for name in AugmentConfig.model_fields}


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (812, "812"), (1797, "1.8k"), (390_410, "390k"), (4_120_000, "4.12M")],
)
def test_counts(number: float, words: str) -> None:
    assert count(number) == words


@pytest.mark.parametrize(
    ("size", "words"), [(812, "812 B"), (36_100, "36.1 kB"), (58_200_000, "58.2 MB")]
)
def test_memory(size: float, words: str) -> None:
    assert memory(size) == words.replace(" ", "\u00a0")


def test_what_a_network_costs() -> None:
    model = ModelConfig(filters=((2,),), hidden=(), image_size=4)
    words = "110 parameters · a picture takes 368 multiply-adds and 264\u00a0B of activations"
    assert network_words(summarize(model), frozen_layers(model)) == words
    lent = model.model_copy(update={"backbone": "run:x"})
    told = network_words(summarize(lent), frozen_layers(lent))
    assert told.startswith("110 parameters, 90 of them learn · ")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (72.4, "1:12"), (3672, "1:01:12"), (-3, "0:00"), (float("nan"), "–")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_percentages() -> None:
    assert percent(0.9778) == "97.8\u00a0%"
    assert percent(None) == "–"


def test_time_left_keeps_the_pace() -> None:
    assert remaining_seconds(25, 100, 10) == 30
    assert duration(remaining_seconds(0, 100, 0)) == "–"


def test_augmentation_in_one_line() -> None:
    assert augment_words(NONE) == "none"
    some = NONE | {"augment.rotate": 8.0, "augment.blur": 0.5, "augment.flip_vertical": True}
    assert augment_words(some) == "rotate 8°, blur 0.5 px, mirror"
    many = some | {"augment.noise": 0.1}
    assert augment_words(many) == "rotate 8°, blur 0.5 px and 2 more"
    long = many | {"augment.brightness": 0.3, "augment.contrast": 0.3}
    assert augment_words(long) == "rotate 8° and 5 more"
