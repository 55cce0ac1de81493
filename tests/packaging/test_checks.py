"""All checks run, with names and times; one failure fails the whole."""

import sys
from pathlib import Path

import checks
import pytest
from environment import Environment

PASSES = ["python", "-c", "print('ran ' + 'one')"]
FAILS = ["python", "-c", "raise SystemExit(3)"]


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs the given checks with the programs of this environment."""

    def run(*stages):
        monkeypatch.setattr(checks, "STAGES", stages)
        return checks.run_all(Environment(Path(sys.prefix)), tmp_path)

    return run


def test_all_passing(run, capfd):
    assert run({"first": PASSES}, {"second": PASSES}) == 0
    output = capfd.readouterr().out
    assert output.count("ran one") == 2
    assert output.endswith("All checks passed.\n")


def test_checks_after_a_failure_still_run(run, capfd):
    assert run({"first": FAILS}, {"second": PASSES}) == 1
    output = capfd.readouterr().out
    assert "ran one" in output
    assert output.endswith("Failed: first.\n")


def test_checks_of_a_stage_run_at_once_and_their_output_is_kept_apart(run, capfd, tmp_path):
    def wait_for_other(name, other):
        """Return a check that ends only if the other one runs too, and prints to both streams."""
        code = f"""
import pathlib, sys, time
print("output of {name}", flush=True)
pathlib.Path("{name}").touch()
while not pathlib.Path("{other}").exists():
    time.sleep(0.01)
sys.exit("errors of {name}")
"""
        return ["python", "-c", code]

    stage = {"first": wait_for_other("one", "two"), "second": wait_for_other("two", "one")}
    assert run(stage, {"third": PASSES}) == 1
    output = capfd.readouterr().out
    expected = ["-- side by side: first, second", "-- first", "output of one\nerrors of one\n"]
    expected += ["-- second", "output of two\nerrors of two\n", "-- third", "ran one\n"]
    positions = [output.index(text) for text in expected]
    assert positions == sorted(positions)
    assert output.endswith("Failed: first, second.\n")


def test_every_test_runs_in_one_check():
    without_window, window, long_pages = checks.STAGES[-1].values()
    start = len(checks.TESTS)
    for command in (without_window, long_pages, window):
        assert command[:start] == checks.TESTS
    assert without_window[start:] == ["--ignore=tests/ui"]
    assert all(page.startswith("tests/ui/") for page in long_pages[start:])
    ignored = [f"--ignore={page}" for page in long_pages[start:]]
    assert window[start:] == ["tests/ui", *ignored]


def test_the_table_has_the_name_and_time_of_each_check():
    outcomes = [checks.Outcome("lint", True, 0.4), checks.Outcome("tests", False, 61.25)]
    assert checks.table(outcomes) == [
        "",
        "  lint   passed      0.4 s",
        "  tests  FAILED     61.2 s",
        "Failed: tests.",
    ]
