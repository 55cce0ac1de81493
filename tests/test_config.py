"""Configurations: what is refused, and in which words."""

import pytest

from studio.config import TrainConfig, field_names, setting_title
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
def test_a_wrong_value_names_its_field_and_what_would_work(values, field, word):
    with pytest.raises(ConfigError) as caught:
        TrainConfig().with_values(values)
    assert caught.value.field == field
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_keys_of_a_file_are_refused_with_the_nearest():
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


def test_every_setting_has_a_title_of_its_own():
    titles = [setting_title(name) for name in field_names()]
    assert not set(titles) & set(field_names())
    assert len(set(titles)) == len(titles)
    assert setting_title("optim.lr") == "Learning rate"
    assert setting_title("seed") == "Seed"


@pytest.mark.parametrize("name", ["optim", "optim.lrr", "other.lr", "model.lr", ""])
def test_what_is_no_setting_keeps_its_name(name):
    assert setting_title(name) == name
