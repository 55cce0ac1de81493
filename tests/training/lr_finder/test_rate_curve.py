"""The rules of the learning-rate finder against fastai's own formulas, in plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.training.lr_finder.rate_curve import (
    SMOOTHING,
    RateCurve,
    minimum,
    smooth,
    steepest,
    sweep_rates,
    valley,
)

LOSSES = st.lists(st.floats(0.01, 50), min_size=6, max_size=60)


def fastai_valley(rates, losses):
    """The index that `valley` of fastai finds, with its loops."""
    lengths, start, end = [1] * len(losses), 0, 0
    for i in range(1, len(losses)):
        for j in range(i):
            if losses[i] < losses[j] and lengths[i] < lengths[j] + 1:
                lengths[i] = lengths[j] + 1
            if lengths[end] < lengths[i]:
                end = i
                start = end - lengths[end]
    sections = (end - start) / 3
    return rates[max(start + int(sections) + int(sections / 2), 0)]


@given(LOSSES)
def test_the_valley_is_that_of_fastai(losses) -> None:
    rates = sweep_rates(1e-7, 10, len(losses))
    if all(later >= losses[0] for later in losses):
        return  # nothing falls: fastai then takes the first rate
    assert valley(rates, np.array(losses)) == pytest.approx(fastai_valley(rates, losses))


@given(LOSSES)
def test_minimum_and_steepest_follow_their_definitions(losses) -> None:
    rates = sweep_rates(1e-7, 10, len(losses))
    lowest = losses.index(min(losses))
    assert minimum(rates, np.array(losses)) == pytest.approx(rates[lowest] / 10)
    slopes = [
        (losses[i + 1] - losses[i]) / (math.log(rates[i + 1]) - math.log(rates[i]))
        for i in range(max(lowest, 1))
    ]
    assert steepest(rates, np.array(losses)) == rates[slopes.index(min(slopes))]


def test_smoothing_is_a_weighted_mean_of_the_past() -> None:
    losses = [3.0, 2.0, 5.0, 1.0]
    weights = [SMOOTHING**age for age in (3, 2, 1, 0)]
    expected = np.average(losses, weights=weights)
    assert smooth(losses)[-1] == pytest.approx(expected)
    assert smooth(losses)[0] == pytest.approx(3.0)


def test_rates_rise_by_equal_factors() -> None:
    rates = sweep_rates(1e-7, 10, 100)
    assert rates[0] == pytest.approx(1e-7)
    assert rates[-1] < 10
    assert rates[1:] / rates[:-1] == pytest.approx(10 ** (8 / 100))


def test_a_curve_suggests_a_rate_on_its_way_down() -> None:
    rates = sweep_rates(1e-7, 10, 100)
    losses = [2.3 - 2 / (1 + (1e-3 / rate) ** 2) for rate in rates]
    curve = RateCurve.from_losses(rates.tolist(), losses, diverged=False)
    assert [one.rule for one in curve.suggestions] == ["valley", "steepest", "minimum"]
    assert 1e-5 < curve.suggested < 1e-2
    assert curve.suggested == float(f"{curve.suggested:.1e}")


@pytest.mark.parametrize("losses", [[2.3] * 100, [2.3 + i / 10 for i in range(100)], [1.0, 2.0]])
def test_a_loss_that_does_not_fall_suggests_nothing(losses) -> None:
    rates = sweep_rates(1e-7, 10, len(losses)).tolist()
    curve = RateCurve.from_losses(rates, losses, diverged=True)
    assert curve.suggestions == ()
    assert curve.suggested is None
