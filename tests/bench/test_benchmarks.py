"""Parts by name; one that fails leaves the others alone."""

import pytest

from studio.bench.benchmarks import BENCHMARKS, Benchmark, run_benchmarks, select_benchmarks
from studio.bench.results import BenchmarkResult
from studio.bench.session import BenchmarkSession
from studio.errors import ConfigError, StudioError


@pytest.fixture
def session(tmp_path):
    return BenchmarkSession(tmp_path / "data", tmp_path, repeats=1, seconds=0.0)


def test_none_named_are_the_usual_ones():
    names = [part.name for part in select_benchmarks([])]
    assert names == ["tiny-vgg", "mini-vgg", "start", "window", "plot", "stroke", "thumbnails"]
    assert [part.name for part in select_benchmarks(["keras", "plot"])] == ["keras", "plot"]


def test_an_unknown_name_is_answered_with_all_of_them():
    with pytest.raises(ConfigError) as caught:
        select_benchmarks(["plot", "speed"])
    assert "“speed”" in caught.value.message
    assert all(name in caught.value.hint for name in BENCHMARKS)


def test_a_part_that_fails_says_why_and_the_next_one_runs(session):
    def fail(_session):
        yield BenchmarkResult("bad", "first", ours=1.0)
        raise StudioError("It is too dark.", "Switch the light on.")

    def succeed(own):
        own.tell(0.5, "halfway")
        assert own.scratch.is_dir()
        assert own.scratch.parent == session.scratch
        yield BenchmarkResult("good", "what", ours=2.0)

    told = []
    heard = BenchmarkSession(
        session.data_dir, session.scratch, tell=lambda *words: told.append(words)
    )
    rows = list(
        run_benchmarks([Benchmark("bad", "It", fail), Benchmark("good", "Well", succeed)], heard)
    )
    assert [row.part for row in rows] == ["bad", "bad", "good"]
    assert rows[1].failure == "It is too dark. Switch the light on."
    assert told == [(0.75, "good: halfway")]
    assert list(session.scratch.iterdir()) == []


def test_without_keras_the_row_says_so(session, monkeypatch):
    monkeypatch.setattr("studio.bench.training_benchmarks.find_spec", lambda name: None)
    (row,) = run_benchmarks([BENCHMARKS["keras"]], session)
    assert (row.setting, row.ours, row.failure) == ("keras is not installed", None, "")
