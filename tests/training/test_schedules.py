"""Learning-rate schedules, compared with those of torch where they coincide."""

import pytest
import torch
from torch.optim import lr_scheduler

from studio.config import OptimConfig
from studio.training.schedules import learning_rate

SCHEDULES = ["constant", "cosine", "onecycle", "exponential", "step"]
PER_EPOCH, TOTAL = 10, 100


def curve(schedule, **values):
    config = OptimConfig(schedule=schedule, lr=0.1, **values)
    return [learning_rate(config, step, PER_EPOCH, TOTAL) for step in range(TOTAL)]


def torch_curve(create, steps, every=1):
    """The rates of a scheduler of torch that is stepped after `every` steps."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    scheduler, rates = create(optimizer), []
    for step in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if (step + 1) % every == 0:
            scheduler.step()
    return rates


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_learning_rates_are_between_0_and_the_configured_one(schedule):
    rates = curve(schedule)
    assert all(0 <= rate <= 0.1 + 1e-12 for rate in rates)
    assert max(rates) == pytest.approx(0.1, rel=0.01)


def test_exponential_is_that_of_torch():
    expected = torch_curve(lambda o: lr_scheduler.ExponentialLR(o, 0.5), TOTAL, PER_EPOCH)
    assert curve("exponential", decay=0.5) == pytest.approx(expected)


def test_steps_are_those_of_torch():
    expected = torch_curve(lambda o: lr_scheduler.StepLR(o, 3, 0.2), TOTAL, PER_EPOCH)
    assert curve("step", step_epochs=3, step_factor=0.2) == pytest.approx(expected)


def test_cosine_is_that_of_torch():
    expected = torch_curve(lambda o: lr_scheduler.CosineAnnealingLR(o, TOTAL), TOTAL)
    assert curve("cosine") == pytest.approx(expected, abs=1e-9)


def test_onecycle_rises_linearly_then_falls_along_the_cosine_of_torch():
    rates = curve("onecycle")
    rise = torch_curve(lambda o: lr_scheduler.LinearLR(o, 0.05, 1, 20), 20)
    fall = torch_curve(lambda o: lr_scheduler.CosineAnnealingLR(o, 80), 80)
    assert rates == pytest.approx(rise + fall, abs=1e-9)


@pytest.mark.parametrize("schedule", ["constant", "cosine", "exponential", "step"])
def test_the_warmup_is_the_linear_one_of_torch_before_the_schedule(schedule):
    warm = 15  # 1.5 epochs
    rise = torch_curve(lambda o: lr_scheduler.LinearLR(o, 1 / (warm + 1), 1, warm), warm)
    config = OptimConfig(schedule=schedule, lr=0.1)
    fall = [learning_rate(config, s, PER_EPOCH, TOTAL - warm) for s in range(TOTAL - warm)]
    assert curve(schedule, warmup=1.5) == pytest.approx(rise + fall)


def test_onecycle_ignores_the_warmup_and_none_changes_nothing():
    assert curve("onecycle", warmup=3) == curve("onecycle")
    assert curve("cosine", warmup=0.04) == curve("cosine")  # less than half a step


def test_a_warmup_as_long_as_the_training_rises_to_its_end():
    rates = curve("cosine", warmup=50)
    assert rates == sorted(rates)
    assert rates[-1] < 0.1


@pytest.mark.parametrize("schedule", ["cosine", "onecycle"])
def test_a_schedule_follows_the_time_where_that_is_ahead(schedule):
    config = OptimConfig(schedule=schedule, lr=0.1)
    late = learning_rate(config, 10, PER_EPOCH, 10_000, time_fraction=0.9)
    assert late == learning_rate(config, 90, PER_EPOCH, 100)
    assert learning_rate(config, 90, PER_EPOCH, 100, 0.1) == late


def test_the_learning_rate_stays_at_its_last_value_after_the_end():
    assert learning_rate(OptimConfig(schedule="cosine"), 500, 10, 100) == 0
