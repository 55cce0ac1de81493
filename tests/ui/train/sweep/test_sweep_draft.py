"""The dialog without a window: reading its rows, suggesting values, its texts."""

import pytest

from studio.config import TrainConfig
from studio.errors import ConfigError
from studio.insight.sweep.axes import find_setting, sweep_settings
from studio.recipes import load_recipe
from studio.ui.train.sweep.sweep_dialog_text import (
    count_text,
    preview_text,
    seeds_text,
    values_hint,
    values_tip,
)
from studio.ui.train.sweep.sweep_draft import (
    AxisDraft,
    Cost,
    SweepDraft,
    estimate,
    read_axis,
    read_plan,
    row_of_error,
    seeds_of,
    suggested,
)

DIGITS = load_recipe("digits-quickstart").config


def test_values_are_read_in_the_unit_that_the_form_shows():
    assert read_axis(AxisDraft("model.dropout", "0, 20, 50"), "grid").values == (0.0, 0.2, 0.5)
    assert read_axis(AxisDraft("optim.optimizer", "SGD, adamw"), "grid").values == ("sgd", "adamw")
    assert read_axis(AxisDraft("optim.lr", "1e-3 , 0.01"), "grid").values == (0.001, 0.01)


def test_a_random_sweep_reads_ranges_of_numbers_and_values_of_choices():
    drawn = read_axis(AxisDraft("optim.lr", "ignored", "0.0001", "0.1"), "random")
    assert (drawn.low, drawn.high, drawn.is_log) == (0.0001, 0.1, True)
    assert read_axis(AxisDraft("optim.optimizer", "SGD"), "random").values == ("sgd",)


@pytest.mark.parametrize("setting", sorted(sweep_settings()))
def test_every_suggestion_can_be_read_in_both_kinds(setting):
    draft = suggested(setting, DIGITS)
    assert read_axis(draft, "grid").values
    drawn = read_axis(draft, "random")
    assert drawn.values or drawn.low < drawn.high


def test_seeds_begin_with_that_of_the_form():
    assert seeds_of(DIGITS.with_values({"seed": 7}), 3) == (7, 8, 9)
    assert seeds_of(TrainConfig(seed=2**31 - 1), 2) == (2**31 - 2, 2**31 - 1)


def test_the_cost_counts_combinations_and_says_when_the_time_is_not_known(tmp_path):
    axes = (AxisDraft("optim.lr", "0.001, 0.01, 0.1"), AxisDraft("optim.optimizer", "SGD, Adam"))
    cost = estimate(read_plan(SweepDraft(axes, seeds=3), DIGITS, ""), tmp_path)
    assert count_text(cost) == "6 combinations × 3 seeds = 18 trainings · time not measured yet"
    assert preview_text(cost).splitlines() == [
        "Learning rate 0.001 · Optimizer SGD",
        "Learning rate 0.001 · Optimizer Adam",
        "Learning rate 0.01 · Optimizer SGD",
        "Learning rate 0.01 · Optimizer Adam",
        "and 2 more",
    ]


def test_an_error_belongs_to_the_row_of_its_setting(tmp_path):
    axes = (AxisDraft("optim.optimizer", "SGD"), AxisDraft("optim.lr", "0.1, 20"))
    draft = SweepDraft(axes)
    with pytest.raises(ConfigError) as caught:
        read_plan(draft, DIGITS, "")
    assert row_of_error(caught.value, draft) == 1
    many = SweepDraft((AxisDraft("optim.lr", "0.1, 0.2"),), seeds=20)
    assert row_of_error(ConfigError("seeds", "Too many."), many) is None


def test_texts():
    assert count_text(Cost(1, 5, 5, ({},), 840.0, True)) == "5 seeds = 5 trainings · about 14 min"
    assert count_text(Cost(4, 4, 1, (), 30.0)).endswith("= 4 trainings · roughly 30 s")
    assert preview_text(Cost(1, 5, 5, ({},))) == ""
    assert seeds_text((0, 1, 2)) == "0, 1 and 2"
    assert seeds_text(range(4, 14)) == "4 to 13"
    assert "cannot tell" in seeds_text((0,))
    assert "very wide" in seeds_text((0, 1))
    assert values_hint(find_setting("model.dropout")) == "In %."
    assert "Allowed: > 0, ≤ 10." in values_tip(find_setting("optim.lr"))
    assert "SGD, Adam, AdamW and Muon" in values_tip(find_setting("optim.optimizer"))
