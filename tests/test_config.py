"""Configurations: validation, error messages and the table of settings."""

import re

import pytest

from studio.config import OptimConfig, TrainConfig, setting, setting_label, settings
from studio.config.setting_field import read_settings, setting_field
from studio.errors import ConfigError

WRONG = [
    ({"optim.epoch": 3}, "optim.epoch", "optim.epochs"),
    ({"lr": 0.1}, "lr", "optim.lr"),
    ({"optim.epochs": 0}, "optim.epochs", "greater"),
    ({"optim.lr": "fast"}, "optim.lr", "number"),
    ({"optim.lr": float("nan")}, "optim.lr", "number"),
    ({"optim.optimizer": "sdg"}, "optim.optimizer", "sgd"),
    ({"engine.device": "tpu"}, "engine.device", "cuda"),
    ({"model.filters": [[0]]}, "model.filters", "greater"),
    ({"model": 3}, "model", "no setting"),
]


@pytest.mark.parametrize(("values", "field", "word"), WRONG)
def test_an_invalid_value_names_its_field_and_what_is_allowed(values, field, word):
    with pytest.raises(ConfigError) as caught:
        TrainConfig().with_values(values)
    assert caught.value.field == field
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_key_is_refused_with_the_nearest_one():
    with pytest.raises(ConfigError, match=r"optim\.epochs"):
        TrainConfig.from_dict({"optim": {"epoch": 3}})


def test_values_survive_a_round_trip_through_plain_dicts():
    config = TrainConfig().with_values({"model.filters": [[8, 8], [16]], "optim.lr": 0.5})
    assert TrainConfig.from_dict(config.to_dict()) == config
    assert "kernel_size" not in config.to_dict()["model"]


def test_configurations_cannot_be_changed_in_place():
    with pytest.raises(ValueError, match="frozen"):
        TrainConfig().seed = 3


def test_augmentation_is_off_until_something_is_set():
    config = TrainConfig()
    assert not config.augment.active
    assert config.with_values({"augment.flip_horizontal": True}).augment.active


def test_every_setting_has_a_label_of_its_own():
    labels = [entry.label for entry in settings().values()]
    assert not set(labels) & set(settings())
    assert len(set(labels)) == len(labels)
    assert setting_label("optim.lr") == "Learning rate"


@pytest.mark.parametrize("entry", settings().values(), ids=settings())
def test_every_setting_is_explained_in_one_or_two_sentences(entry):
    assert 1 <= len(re.findall(r"\.(?: |$)", entry.help)) <= 2
    assert entry.help.endswith(".")
    assert entry.section


@pytest.mark.parametrize("entry", settings().values(), ids=settings())
def test_choices_and_limits_hold_the_default(entry):
    if entry.default is None:
        return
    assert not entry.choices or entry.default in entry.choices
    assert entry.minimum is None or entry.minimum <= entry.default
    assert entry.maximum is None or entry.default <= entry.maximum


@pytest.mark.parametrize("name", ["optim", "optim.lrr", "other.lr", "model.lr", ""])
def test_an_unknown_setting_keeps_its_name_as_label(name):
    assert setting_label(name) == name
    with pytest.raises(ConfigError, match="There is no setting"):
        setting(name)


def test_a_setting_has_the_limits_of_its_field():
    rate = setting("optim.lr")
    assert (rate.minimum, rate.maximum, rate.range) == (0, 10, "> 0, ≤ 10")
    assert rate.section == "Optimization"
    assert setting("data.image_size").range == "≥ 4, ≤ 1,024"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("augment.rotate", 8, "8°"),
        ("augment.shift", 0.1, "10 %"),
        ("augment.blur", 0.5, "0.5 px"),
        ("augment.flip_horizontal", True, "On"),
        ("data.subset", 1000, "1,000 samples"),
        ("data.subset", None, "All samples"),
        ("optim.schedule", "onecycle", "One cycle"),
        ("optim.lr", 0.004, "0.004"),
        ("engine.device", "cuda:1", "cuda:1"),
        ("model.backbone", "", "Random initialization"),
        ("model.filters", ((64, 64), (128,)), "64, 64 | 128"),
        ("model.kernel_size", 3, "3 × 3"),
        ("model.global_pool", False, "Flatten"),
    ],
)
def test_a_value_is_shown_with_its_unit_or_label(name, value, text):
    assert setting(name).format(value) == text


class ClippedOptimConfig(OptimConfig):
    clip: float = setting_field(
        0, "Gradient clipping", "Largest norm of the gradient. 0 turns it off.", step=0.1, ge=0
    )


class ClippedTrainConfig(TrainConfig):
    optim: ClippedOptimConfig = setting_field(ClippedOptimConfig(), "Optimization", "")


def test_a_new_setting_is_in_the_table_with_all_that_its_field_says():
    entry = read_settings(ClippedTrainConfig)["optim.clip"]
    assert entry.label == "Gradient clipping"
    assert entry.section == "Optimization"
    assert (entry.default, entry.range, entry.step) == (0, "≥ 0", 0.1)
    assert ClippedTrainConfig().with_values({"optim.clip": 1}).optim.clip == 1
