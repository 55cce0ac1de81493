"""Every check runs, is named and timed, and one failure fails the whole."""

import sys
from pathlib import Path

import checks
import pytest
from environment import Environment

PASSES = ["python", "-c", "print('ran ' + 'one')"]
FAILS = ["python", "-c", "raise SystemExit(3)"]


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs the given checks with this environment's programs."""

    def run(*stages):
        monkeypatch.setattr(checks, "STAGES", stages)
        return checks.run_all(Environment(Path(sys.prefix)), tmp_path)

    return run


def test_all_passing(run, capfd):
    assert run({"first": PASSES}, {"second": PASSES}) == 0
    said = capfd.readouterr().out
    assert said.count("ran one") == 2
    assert said.endswith("All checks passed.\n")


def test_a_failure_does_not_hide_what_follows(run, capfd):
    assert run({"first": FAILS}, {"second": PASSES}) == 1
    said = capfd.readouterr().out
    assert "ran one" in said
    assert said.endswith("Failed: first.\n")


def test_checks_side_by_side_wait_for_each_other_and_keep_their_outputs_apart(run, capfd, tmp_path):
    def meet(mine, other):
        """Ends only beside the other one; says so on both streams."""
        code = f"""
import pathlib, sys, time
print("out of {mine}", flush=True)
pathlib.Path("{mine}").touch()
while not pathlib.Path("{other}").exists():
    time.sleep(0.01)
sys.exit("errors of {mine}")
"""
        return ["python", "-c", code]

    assert run({"first": meet("one", "two"), "second": meet("two", "one")}, {"third": PASSES}) == 1
    said = capfd.readouterr().out
    parts = ["-- side by side: first, second", "-- first", "out of one\nerrors of one\n"]
    parts += ["-- second", "out of two\nerrors of two\n", "-- third", "ran one\n"]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    assert said.endswith("Failed: first, second.\n")


def test_the_tests_come_last_and_numbers_are_compared_on_two_processors():
    assert list(checks.STAGES[-1]) == ["tests"]
    words = [words for stage in checks.STAGES for words in stage.values()]
    passes = [words[-2:] for words in words if "numeric" in words]
    assert passes == [["--processor", "none"], ["--processor", "amx"]]


def test_the_table_names_and_times_each():
    outcomes = [checks.Outcome("lint", True, 0.4), checks.Outcome("tests", False, 61.25)]
    assert checks.table(outcomes) == [
        "",
        "  lint   passed      0.4 s",
        "  tests  FAILED     61.2 s",
        "Failed: tests.",
    ]
