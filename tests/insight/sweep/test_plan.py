"""Plans of sweeps: grids, random draws, and what is refused before anything is trained."""

import itertools
import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.config import TrainConfig
from studio.errors import ConfigError
from studio.insight.sweep.plan import (
    MAX_TRIALS,
    Axis,
    SweepPlan,
    check_plan,
    combinations,
    count_trials,
    trial_config,
    trials,
)
from studio.recipes import load_recipe

BASE = load_recipe("digits-quickstart").config
LR = Axis("optim.lr", (0.001, 0.01))
RANGE = Axis("optim.lr", low=1e-4, high=1e-1, is_log=True)

axes = st.tuples(
    st.lists(st.floats(1e-6, 1), min_size=1, max_size=4, unique=True),
    st.lists(st.integers(1, 512), min_size=1, max_size=4, unique=True),
)


@given(axes, st.lists(st.integers(0, 100), min_size=1, max_size=4, unique=True))
def test_a_grid_has_every_combination_with_every_seed(values, seeds):
    rates, sizes = map(tuple, values)
    both = (Axis("optim.lr", rates), Axis("optim.batch_size", sizes))
    plan = SweepPlan(BASE, both, seeds=tuple(seeds))
    found = [(t.values["optim.lr"], t.values["optim.batch_size"], t.seed) for t in trials(plan)]
    assert found == list(itertools.product(rates, sizes, seeds))
    assert [t.number for t in trials(plan)] == list(range(count_trials(plan)))
    assert [t.combination for t in trials(plan)] == [n // len(seeds) for n in range(len(found))]


@given(st.integers(1, 60), st.integers(0, 2**32))
def test_random_draws_are_distinct_repeatable_and_in_range(samples, seed):
    drawn = (RANGE, Axis("optim.optimizer", ("sgd", "adam")))
    plan = SweepPlan(BASE, drawn, "random", samples, seed)
    state = random.getstate()
    found = combinations(plan)
    assert random.getstate() == state
    assert found == combinations(plan)
    assert len({tuple(values.items()) for values in found}) == samples
    assert all(1e-4 <= values["optim.lr"] <= 1e-1 for values in found)
    more = combinations(replace(plan, samples=samples + 5))
    assert more[:samples] == found


def test_a_logarithmic_range_has_as_many_values_in_each_decade():
    found = combinations(SweepPlan(BASE, (RANGE,), "random", 300))
    decades = [math.floor(math.log10(values["optim.lr"])) for values in found]
    assert all(70 < decades.count(decade) < 130 for decade in (-4, -3, -2))


def test_a_range_of_whole_numbers_ends_when_all_are_drawn():
    plan = SweepPlan(BASE, (Axis("optim.batch_size", low=8, high=10),), "random", 3)
    assert sorted(v["optim.batch_size"] for v in combinations(plan)) == [8, 9, 10]
    with pytest.raises(ConfigError, match="only 3 different") as caught:
        check_plan(replace(plan, samples=4))
    assert caught.value.field == "samples"


def test_without_axes_only_the_seeds_differ():
    plan = SweepPlan(BASE, seeds=(4, 2))
    check_plan(plan)
    assert [(t.combination, t.values, t.seed) for t in trials(plan)] == [(0, {}, 4), (0, {}, 2)]
    changed = trial_config(plan, trials(plan)[1])
    expected = {"seed": 2, "engine.test_at_end": False, "model.image_size": 8}
    assert changed == BASE.with_values(expected)


def test_the_network_follows_a_varied_input():
    plan = SweepPlan(BASE, (Axis("data.image_size", (12, 16)),))
    check_plan(plan)
    assert [trial_config(plan, t).model.image_size for t in trials(plan)] == [12, 16]


@pytest.mark.parametrize(
    ("plan", "field", "text"),
    [
        (SweepPlan(BASE, (Axis("optim.lr"),)), "optim.lr", "no values"),
        (SweepPlan(BASE, (Axis("optim.lr", (0.1, 20)),)), "optim.lr", "10"),
        (SweepPlan(BASE, (Axis("optim.epochs", (3, 3.0)),)), "optim.epochs", "twice"),
        (SweepPlan(BASE, (LR, LR)), "optim.lr", "varied twice"),
        (SweepPlan(BASE, (Axis("optim.rate", (1,)),)), "optim.rate", "no setting"),
        (SweepPlan(BASE, (RANGE,)), "optim.lr", "a grid needs values"),
        (SweepPlan(BASE, (replace(RANGE, low=0.0),), "random"), "optim.lr", "cannot begin at 0"),
        (SweepPlan(BASE, (replace(RANGE, low=math.nan),), "random"), "optim.lr", "empty"),
        (SweepPlan(BASE, (replace(RANGE, high=math.inf),), "random"), "optim.lr", "finite"),
        (SweepPlan(BASE, (Axis("model.pool", low=0, high=1),), "random"), "model.pool", "number"),
        (SweepPlan(BASE, (LR,), seeds=()), "seeds", "at least one"),
        (SweepPlan(BASE, (LR,), seeds=(1, 1)), "seeds", "twice"),
        (SweepPlan(BASE, (LR,), seeds=(-1,)), "seed", "greater"),
        (SweepPlan(BASE, (RANGE,), "random", 0), "samples", "at least one"),
        (SweepPlan(BASE, (RANGE,), "random", 10**9), "axes", str(MAX_TRIALS)),
        (SweepPlan(BASE, (LR,), seeds=tuple(range(300))), "axes", "600"),
        (SweepPlan(BASE, (Axis("model.variant", ("tiny-vgg", "vgg19")),)), "", "Network VGG-19"),
    ],
)
def test_a_plan_that_cannot_be_trained_is_refused(plan, field, text):
    with pytest.raises(ConfigError, match=text) as caught:
        check_plan(plan)
    assert not field or caught.value.field == field


def test_more_than_three_settings_are_refused():
    names = ("optim.lr", "optim.momentum", "optim.ema", "optim.mixup")
    with pytest.raises(ConfigError, match="at most 3"):
        check_plan(SweepPlan(TrainConfig(), tuple(Axis(name, (0.5,)) for name in names)))
