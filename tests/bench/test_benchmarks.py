"""Benchmarks by name; a failing one does not affect the others."""

import pytest

from studio.bench.benchmarks import BENCHMARKS, Benchmark, run_benchmarks, select_benchmarks
from studio.bench.results import BenchmarkResult
from studio.bench.session import BenchmarkSession
from studio.errors import ConfigError, StudioError


@pytest.fixture
def session(tmp_path):
    return BenchmarkSession(tmp_path / "data", tmp_path, repeats=1, seconds=0.0)


def test_without_names_the_default_benchmarks_are_selected():
    names = [benchmark.name for benchmark in select_benchmarks([])]
    windows = ["start", "window", "plot", "stroke", "inside", "thumbnails", "map", "nearest"]
    assert names == ["tiny-vgg", "mini-vgg", *windows]
    assert [one.name for one in select_benchmarks(["keras", "plot"])] == ["keras", "plot"]


def test_an_unknown_name_is_refused_with_a_list_of_names():
    with pytest.raises(ConfigError) as caught:
        select_benchmarks(["plot", "speed"])
    assert "“speed”" in caught.value.message
    assert all(name in caught.value.hint for name in BENCHMARKS)


def test_a_failure_gives_its_reason_and_the_next_benchmark_runs(session):
    def fail(_session):
        yield BenchmarkResult("bad", "first", value=1.0)
        raise StudioError("No display.", "Connect a screen.")

    def succeed(own_session):
        own_session.on_progress(0.5, "halfway")
        assert own_session.scratch.is_dir()
        assert own_session.scratch.parent == session.scratch
        yield BenchmarkResult("good", "label", value=2.0)

    reports = []
    reporting = BenchmarkSession(
        session.data_dir, session.scratch, on_progress=lambda *report: reports.append(report)
    )
    benchmarks = [Benchmark("bad", "Bad", fail), Benchmark("good", "Good", succeed)]
    results = list(run_benchmarks(benchmarks, reporting))
    assert [result.benchmark for result in results] == ["bad", "bad", "good"]
    assert results[1].failure == "No display. Connect a screen."
    assert reports == [(0.75, "good: halfway")]
    assert list(session.scratch.iterdir()) == []


def test_without_keras_the_result_says_so(session, monkeypatch):
    monkeypatch.setattr("studio.bench.training_benchmarks.find_spec", lambda name: None)
    (result,) = run_benchmarks([BENCHMARKS["keras"]], session)
    expected = "keras is not installed", None, ""
    assert (result.conditions, result.value, result.failure) == expected
