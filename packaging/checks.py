"""Every check and test of the project, each named and timed, all run even when one fails."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from environment import Environment
from words import say

# Tests that compare numbers must pass on every processor, whichever this one is.
NUMERIC = ["pytest", "-m", "numeric", "-p", "no:cacheprovider", "--processor"]
# One stage after the other; the checks of a stage run side by side. All tests come last and alone:
# windows and other processes get the whole machine.
STAGES = (
    {"format": ["ruff", "format", "--check"]},
    {"lint": ["ruff", "check"]},
    {"layers": ["lint-imports", "--no-logo"]},
    {"types": ["mypy"]},
    {"numeric on none": [*NUMERIC, "none"], "numeric on amx": [*NUMERIC, "amx"]},
    {"tests": ["pytest"]},
)


class Outcome(NamedTuple):
    """How one check went."""

    name: str
    passed: bool
    seconds: float


def run_all(venv: Environment, root: Path) -> int:
    """Run the checks in the folder and return the exit status: 1 when any failed."""
    outcomes = [outcome for stage in STAGES for outcome in run_stage(stage, venv, root)]
    for line in table(outcomes):
        say(line)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def run_stage(stage: "dict[str, list[str]]", venv: Environment, root: Path) -> "list[Outcome]":
    """Run one check with its output as it comes, or several whose outputs follow each other."""
    if len(stage) == 1:
        ((name, words),) = stage.items()
        say(heading(name, words))
        return [run(name, words, venv, root, None)[0]]
    say(f"\n-- side by side: {', '.join(stage)}")
    outcomes = []
    with ThreadPoolExecutor(len(stage)) as pool:
        running = [
            pool.submit(run, name, words, venv, root, subprocess.PIPE)
            for name, words in stage.items()
        ]
        for (name, words), future in zip(stage.items(), running, strict=True):
            outcome, output = future.result()
            say(heading(name, words))
            sys.stdout.buffer.write(output)
            sys.stdout.flush()
            outcomes.append(outcome)
    return outcomes


def heading(name: str, words: "list[str]") -> str:
    """The line above the output of a check."""
    return f"\n-- {name}: {' '.join(words)}"


def run(
    name: str, words: "list[str]", venv: Environment, root: Path, stdout: "int | None"
) -> "tuple[Outcome, bytes]":
    """Run one check; with `subprocess.PIPE` its output is returned instead of shown."""
    began = time.monotonic()
    command = [str(venv.script(words[0])), *words[1:]]
    stderr = subprocess.STDOUT if stdout else None
    done = subprocess.run(command, cwd=str(root), stdout=stdout, stderr=stderr)
    return Outcome(name, done.returncode == 0, time.monotonic() - began), done.stdout or b""


def table(outcomes: "list[Outcome]") -> "list[str]":
    """The summary: a line for each check and one for all."""
    width = max(len(outcome.name) for outcome in outcomes)
    lines = [
        f"  {o.name:<{width}}  {'passed' if o.passed else 'FAILED'}  {o.seconds:7.1f} s"
        for o in outcomes
    ]
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    verdict = f"Failed: {', '.join(failed)}." if failed else "All checks passed."
    return ["", *lines, verdict]
