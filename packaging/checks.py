"""Every check and test of the project, each named and timed, all run even when one fails."""

import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from environment import Environment
from words import say

CHECKS = {
    "format": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "types": ["mypy"],
    "layers": ["lint-imports", "--no-logo"],
    "tests": ["pytest"],
}


class Outcome(NamedTuple):
    """How one check went."""

    name: str
    passed: bool
    seconds: float


def run_all(venv: Environment, root: Path) -> int:
    """Run the checks in the folder and return the exit status: 1 when any failed."""
    outcomes = [run(name, words, venv, root) for name, words in CHECKS.items()]
    for line in table(outcomes):
        say(line)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def run(name: str, words: "list[str]", venv: Environment, root: Path) -> Outcome:
    """Run one check with its own output."""
    say(f"\n-- {name}: {' '.join(words)}")
    began = time.monotonic()
    status = subprocess.call([str(venv.script(words[0])), *words[1:]], cwd=str(root))
    return Outcome(name, status == 0, time.monotonic() - began)


def table(outcomes: "list[Outcome]") -> "list[str]":
    """The summary: a line for each check and one for all."""
    lines = [
        f"  {o.name:<8} {'passed' if o.passed else 'FAILED':<8} {o.seconds:7.1f} s"
        for o in outcomes
    ]
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    verdict = f"Failed: {', '.join(failed)}." if failed else "All checks passed."
    return ["", *lines, verdict]
