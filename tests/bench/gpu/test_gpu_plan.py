"""How the minutes are divided among the parts."""

import pytest

from studio.bench.gpu.plan import PARTS, RESERVE_S, choose_parts, limit_of, plan_limits, stages_of
from studio.errors import ConfigError


@pytest.mark.parametrize("minutes", [0.5, 3, 8, 10, 60])
def test_no_plan_takes_longer_than_its_minutes(minutes):
    limits = plan_limits(PARTS, 60 * minutes)
    spent = sum(max(limits[part.name] for part in stage) for stage in stages_of(PARTS))
    assert spent <= 60 * minutes - RESERVE_S + 1e-6
    assert all(limit >= 0 for limit in limits.values())


def test_ten_minutes_are_enough_for_all():
    limits = plan_limits(PARTS, 600)
    assert all(limits[part.name] >= part.least_s for part in PARTS)
    assert limits["cifar"] >= 150


def test_what_matters_most_gets_the_time_when_it_is_short():
    limits = plan_limits(PARTS, 60)
    assert limits["tests"] >= 15
    assert limits["cifar"] < 30


def test_time_that_a_stage_leaves_goes_to_the_later_ones():
    stages = stages_of(PARTS)
    assert limit_of(stages[1:], 590) > plan_limits(PARTS, 600)["fashion"]
    assert limit_of(stages[-1:], 500) == 495


def test_checks_run_at_the_same_time_but_never_beside_a_measurement():
    for stage in stages_of(PARTS):
        assert len(stage) == 1 or all(part.check or part.name == "data" for part in stage)


def test_parts_are_chosen_by_name_in_the_order_of_the_plan():
    assert [part.name for part in choose_parts(["graph", "tests"])] == ["tests", "graph"]
    assert choose_parts([]) == list(PARTS)
    with pytest.raises(ConfigError, match="no part “speed”"):
        choose_parts(["speed"])
