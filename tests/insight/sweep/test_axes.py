"""Axes of sweeps: which settings can vary, typed values, and suggestions."""

import pytest

from studio.config import settings
from studio.errors import ConfigError
from studio.insight.sweep.axes import (
    format_values,
    parse_axis,
    parse_values,
    suggest_range,
    suggest_values,
    sweep_settings,
)
from studio.insight.sweep.plan import Axis
from studio.insight.sweep.values import check_value, describe_values


def test_numbers_and_choices_can_vary_but_nothing_that_changes_the_data():
    names = set(sweep_settings())
    assert {"optim.lr", "model.variant", "model.dropout", "augment.flip_horizontal"} <= names
    assert {"optim.optimizer", "engine.max_steps", "data.image_size"} <= names
    fixed = {"seed", "recipe", "data.path", "data.source", "data.split_seed", "data.val_share"}
    fixed |= {"model.num_classes", "model.filters", "engine.device", "optim.start_from"}
    assert not names & fixed
    assert "digits" not in sweep_settings()["model.variant"].choices


@pytest.mark.parametrize("name", sweep_settings())
def test_suggestions_are_allowed_sorted_and_read_back_as_they_are_shown(name):
    current = settings()[name].default
    values = suggest_values(name, current)
    assert len(values) >= 2
    assert len(set(values)) == len(values)
    assert tuple(check_value(name, value) for value in values) == values
    assert parse_values(name, format_values(name, values), shown=True) == values
    if sweep_settings()[name].choices:
        assert suggest_range(name, current) is None
    else:
        assert list(values) == sorted(values)
        assert current is None or current in values
        found = suggest_range(name, current)
        assert found.low < found.high
        assert check_value(name, found.high) == found.high


@pytest.mark.parametrize(
    ("text", "axis"),
    [
        ("optim.lr=0.001,0.01", Axis("optim.lr", (0.001, 0.01))),
        (" optim.lr = 1e-3 , .01, ", Axis("optim.lr", (0.001, 0.01))),
        ("optim.lr=1e-4..1e-1", Axis("optim.lr", low=1e-4, high=0.1, is_log=True)),
        ("model.dropout=0..0.5", Axis("model.dropout", low=0, high=0.5)),
        ("optim.weight_decay=0..0.1", Axis("optim.weight_decay", low=0, high=0.1)),
        ("optim.optimizer=SGD,adamw", Axis("optim.optimizer", ("sgd", "adamw"))),
        ("augment.flip_vertical=off,true", Axis("augment.flip_vertical", (False, True))),
        ("model.variant=tiny-vgg,vgg11", Axis("model.variant", ("tiny-vgg", "vgg11"))),
        ("optim.epochs=3,5", Axis("optim.epochs", (3, 5))),
    ],
)
def test_a_typed_axis_is_read(text, axis):
    assert parse_axis(text) == axis


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("optim.lr", "has no values"),
        ("optim.lr=", "has no values"),
        ("optim.lr=fast", "no number"),
        ("optim.lr=0.1,none", "no number"),
        ("optim.lr=0.1,0.10", "listed twice"),
        ("optim.lr=20", "10"),
        ("optim.lr=1..0.1", "smaller number first"),
        ("optim.lr=1..", "no number"),
        ("optim.epochs=2.5", "integer"),
        ("optim.optimizer=adam..sgd", "choices"),
        ("optim.optimizer=lion", "adamw"),
        ("model.variant=resnet", "no choice"),
        ("optim.l=1", "optim.lr"),
        ("seed=1,2", "list of seeds"),
        ("data.source=mnist,digits", "cannot vary"),
    ],
)
def test_a_wrong_axis_is_refused_with_the_reason(text, reason):
    with pytest.raises(ConfigError, match=reason):
        parse_axis(text)


def test_values_are_typed_in_the_unit_that_the_form_shows():
    assert parse_values("model.dropout", "10, 12.5", shown=True) == (0.1, 0.125)
    assert parse_values("augment.rotate", "5, 10", shown=True) == (5.0, 10.0)
    assert format_values("model.dropout", (0.1, 0.125)) == "10, 12.5"
    assert describe_values({"optim.lr": 0.01, "model.dropout": 0.2}) == (
        "Learning rate 0.01 · Dropout 20 %"
    )


def test_a_suggestion_is_around_the_present_value():
    assert suggest_values("optim.lr", 0.02) == (0.006, 0.02, 0.06)
    assert suggest_values("optim.batch_size", 256) == (128, 256, 512)
    assert suggest_values("optim.momentum", 0.95) == (0.85, 0.95, 0.985)
    assert suggest_values("augment.rotate", 10.0) == (5.0, 10.0, 15.0)
    assert suggest_values("optim.lr", 10.0) == (3.0, 10.0)
