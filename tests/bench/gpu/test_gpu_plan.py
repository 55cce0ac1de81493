"""How the time of a GPU run is divided among its benchmarks."""

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
def test_no_plan_exceeds_the_total_time(minutes):
    limits = plan_limits(GPU_BENCHMARKS, 60 * minutes)
    stages = group_by_stage(GPU_BENCHMARKS)
    planned_s = sum(max(limits[benchmark.name] for benchmark in stage) for stage in stages)
    assert planned_s <= 60 * minutes - RESERVE_S + 1e-6
    assert all(limit >= 0 for limit in limits.values())


def test_ten_minutes_are_enough_for_all():
    limits = plan_limits(GPU_BENCHMARKS, 600)
    assert all(limits[benchmark.name] >= benchmark.min_s for benchmark in GPU_BENCHMARKS)
    assert limits["cifar"] >= 150


def test_the_most_important_benchmarks_get_the_time_if_it_is_short():
    limits = plan_limits(GPU_BENCHMARKS, 60)
    assert limits["tests"] >= 15
    assert limits["cifar"] < 30


def test_unused_time_goes_to_later_stages():
    stages = group_by_stage(GPU_BENCHMARKS)
    assert first_stage_limit_s(stages[1:], 590) > plan_limits(GPU_BENCHMARKS, 600)["fashion"]
    assert first_stage_limit_s(stages[-1:], 500) == 495


def test_checks_may_run_together_but_a_measurement_runs_alone():
    for stage in group_by_stage(GPU_BENCHMARKS):
        assert len(stage) == 1 or all(one.must_pass or one.name == "data" for one in stage)


def test_benchmarks_are_selected_by_name_in_the_order_of_the_plan():
    selected = select_gpu_benchmarks(["graph", "tests"])
    assert [benchmark.name for benchmark in selected] == ["tests", "graph"]
    assert select_gpu_benchmarks([]) == list(GPU_BENCHMARKS)
    with pytest.raises(ConfigError, match="no GPU benchmark “speed”"):
        select_gpu_benchmarks(["speed"])
