"""Differences of settings are found and said in plain words."""

from studio.config import TrainConfig
from studio.formatting import UNKNOWN
from studio.runs.config_diff import Difference, differences, flatten


def test_flatten_gives_dotted_names():
    assert flatten({"seed": 1, "optim": {"lr": 0.1, "epochs": 3}}) == {
        "seed": 1,
        "optim.lr": 0.1,
        "optim.epochs": 3,
    }


def test_equal_settings_have_no_differences():
    settings = flatten(TrainConfig().to_dict())
    assert differences(settings, settings) == []


def test_a_change_shows_both_values():
    config = TrainConfig()
    changed = config.with_values({"optim.lr": 0.02, "augment.flip_horizontal": True})
    assert differences(flatten(config.to_dict()), flatten(changed.to_dict())) == [
        Difference("Horizontal flip", "Off", "On"),
        Difference("Learning rate", "0.001", "0.02"),
    ]


def test_a_setting_that_only_one_side_has_is_a_difference():
    assert differences({"a": 1}, {}) == [Difference("a", "1", UNKNOWN)]
    assert differences({}, {"a": None, "b": 2}) == [Difference("b", UNKNOWN, "2")]


def test_the_name_of_the_recipe_is_no_setting():
    assert differences({"recipe": "a"}, {"recipe": "b"}) == []
