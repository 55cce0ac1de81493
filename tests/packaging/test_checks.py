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

    def run(**wanted):
        monkeypatch.setattr(checks, "CHECKS", wanted)
        return checks.run_all(Environment(Path(sys.prefix)), tmp_path)

    return run


def test_all_passing(run, capfd):
    assert run(first=PASSES, second=PASSES) == 0
    said = capfd.readouterr().out
    assert said.count("ran one") == 2
    assert said.endswith("All checks passed.\n")


def test_a_failure_does_not_hide_what_follows(run, capfd):
    assert run(first=FAILS, second=PASSES) == 1
    said = capfd.readouterr().out
    assert "ran one" in said
    assert said.endswith("Failed: first.\n")


def test_the_table_names_and_times_each():
    outcomes = [checks.Outcome("lint", True, 0.4), checks.Outcome("tests", False, 61.25)]
    assert checks.table(outcomes) == [
        "",
        "  lint     passed       0.4 s",
        "  tests    FAILED      61.2 s",
        "Failed: tests.",
    ]
