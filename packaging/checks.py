"""Runs all checks and tests, each named and timed; a failure does not stop the others."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from environment import Environment
from terminal import say

TESTS = ["pytest", "-p", "no:cacheprovider"]
PARALLEL = 2  # checks at once: the tests must pass in time on two cores
# These pages are a check of their own: tests of the window alone would outlast all others.
LONG_PAGES = ["tests/ui/draw", "tests/ui/train"]
# Stages run one after the other; the checks of a stage run in parallel, in this order:
# the last one is short, so that both cores end at about the same time.
STAGES = (
    {"format": ["ruff", "format", "--check"]},
    {"lint": ["ruff", "check"]},
    {"layers": ["lint-imports", "--no-logo"]},
    {"types": ["mypy"]},
    {
        "tests without window": [*TESTS, "--ignore=tests/ui"],
        "other tests of the window": [
            *TESTS,
            "tests/ui",
            *(f"--ignore={page}" for page in LONG_PAGES),
        ],
        "tests of Draw and Train": [*TESTS, *LONG_PAGES],
    },
)


class Outcome(NamedTuple):
    """Result of one check."""

    name: str
    passed: bool
    seconds: float


def run_all(venv: Environment, root: Path) -> int:
    """Run all checks in `root` and return the exit status: 1 if any failed."""
    outcomes = [outcome for stage in STAGES for outcome in run_stage(stage, venv, root)]
    for line in table(outcomes):
        say(line)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def run_stage(stage: "dict[str, list[str]]", venv: Environment, root: Path) -> "list[Outcome]":
    """Run the checks of a stage in parallel; their outputs are shown one after the other."""
    if len(stage) == 1:
        ((name, command),) = stage.items()
        say(heading(name, command))
        return [run(name, command, venv, root, None)[0]]
    say(f"\n-- side by side: {', '.join(stage)}")
    outcomes = []
    with ThreadPoolExecutor(PARALLEL) as pool:
        running = [
            pool.submit(run, name, command, venv, root, subprocess.PIPE)
            for name, command in stage.items()
        ]
        for (name, command), future in zip(stage.items(), running, strict=True):
            outcome, output = future.result()
            say(heading(name, command))
            sys.stdout.buffer.write(output)
            sys.stdout.flush()
            outcomes.append(outcome)
    return outcomes


def heading(name: str, command: "list[str]") -> str:
    """The line above the output of a check."""
    return f"\n-- {name}: {' '.join(command)}"


def run(
    name: str, command: "list[str]", venv: Environment, root: Path, stdout: "int | None"
) -> "tuple[Outcome, bytes]":
    """Run one check; with `subprocess.PIPE` its output is returned instead of shown."""
    began = time.monotonic()
    command = [str(venv.script(command[0])), *command[1:]]
    stderr = subprocess.STDOUT if stdout else None
    done = subprocess.run(command, cwd=str(root), stdout=stdout, stderr=stderr)
    return Outcome(name, done.returncode == 0, time.monotonic() - began), done.stdout or b""


def table(outcomes: "list[Outcome]") -> "list[str]":
    """The summary: one line per check and a total."""
    width = max(len(outcome.name) for outcome in outcomes)
    lines = [
        f"  {o.name:<{width}}  {'passed' if o.passed else 'FAILED'}  {o.seconds:7.1f} s"
        for o in outcomes
    ]
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    verdict = f"Failed: {', '.join(failed)}." if failed else "All checks passed."
    return ["", *lines, verdict]
