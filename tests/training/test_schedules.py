"""Learning-rate schedules."""

import pytest

from studio.config import OptimConfig
from studio.training.schedules import learning_rate

SCHEDULES = ["constant", "cosine", "onecycle", "exponential"]


def curve(schedule, **values):
    config = OptimConfig(schedule=schedule, lr=0.1, **values)
    return [learning_rate(config, step, 10, 100) for step in range(100)]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_learning_rates_are_between_0_and_the_configured_one(schedule):
    rates = curve(schedule)
    assert all(0 <= rate <= 0.1 + 1e-12 for rate in rates)
    assert max(rates) == pytest.approx(0.1, rel=0.01)


def test_exponential_decays_once_per_epoch():
    rates = curve("exponential", decay=0.5)
    assert rates[9] == rates[0]
    assert rates[10] == pytest.approx(rates[0] / 2)
    assert rates[99] == pytest.approx(0.1 * 0.5**9)


def test_onecycle_rises_then_falls_to_zero():
    rates = curve("onecycle")
    peak = rates.index(max(rates))
    assert 15 <= peak <= 25
    assert rates == sorted(rates[: peak + 1]) + sorted(rates[peak + 1 :], reverse=True)
    assert rates[-1] < 0.001


def test_the_learning_rate_stays_at_its_last_value_after_the_end():
    assert learning_rate(OptimConfig(schedule="cosine"), 500, 10, 100) == 0
