"""How the minutes are divided among the parts."""

import pytest

from studio.bench.gpu.plan import (
    GPU_BENCHMARKS,
    RESERVE_S,
    first_stage_limit_s,
    group_by_stage,
    plan_limits,
    select_gpu_benchmarks,
)
from studio.errors import ConfigError


@pytest.mark.parametrize("minutes", [0.5, 3, 8, 10, 60])
def test_no_plan_takes_longer_than_its_minutes(minutes):
    limits = plan_limits(GPU_BENCHMARKS, 60 * minutes)
    spent = sum(
        max(limits[part.name] for part in stage) for stage in group_by_stage(GPU_BENCHMARKS)
    )
    assert spent <= 60 * minutes - RESERVE_S + 1e-6
    assert all(limit >= 0 for limit in limits.values())


def test_ten_minutes_are_enough_for_all():
    limits = plan_limits(GPU_BENCHMARKS, 600)
    assert all(limits[part.name] >= part.min_s for part in GPU_BENCHMARKS)
    assert limits["cifar"] >= 150


def test_what_matters_most_gets_the_time_when_it_is_short():
    limits = plan_limits(GPU_BENCHMARKS, 60)
    assert limits["tests"] >= 15
    assert limits["cifar"] < 30


def test_time_that_a_stage_leaves_goes_to_the_later_ones():
    stages = group_by_stage(GPU_BENCHMARKS)
    assert first_stage_limit_s(stages[1:], 590) > plan_limits(GPU_BENCHMARKS, 600)["fashion"]
    assert first_stage_limit_s(stages[-1:], 500) == 495


def test_checks_run_at_the_same_time_but_never_beside_a_measurement():
    for stage in group_by_stage(GPU_BENCHMARKS):
        assert len(stage) == 1 or all(part.must_pass or part.name == "data" for part in stage)


def test_parts_are_chosen_by_name_in_the_order_of_the_plan():
    assert [part.name for part in select_gpu_benchmarks(["graph", "tests"])] == ["tests", "graph"]
    assert select_gpu_benchmarks([]) == list(GPU_BENCHMARKS)
    with pytest.raises(ConfigError, match="no GPU benchmark “speed”"):
        select_gpu_benchmarks(["speed"])
