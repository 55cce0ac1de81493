"""Runs the tests marked `cuda`, where the program runs from a checkout and pytest is there."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import studio
from studio.bench.gpu.context import Task
from studio.bench.gpu.reporter import Reporter, SkippedError

_TESTS = "tests/training"
_OUTCOME = re.compile(r"^(\S+::.+?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b")
_SUMMARY = re.compile(r"^(FAILED|ERROR) \S+::")

# The suite's own configuration needs pytest-qt; a GPU machine may have no Qt at all.
_SETTINGS = """[pytest]
addopts = --import-mode=importlib -ra -v
markers = cuda: needs a CUDA device
filterwarnings = error
"""


def measure(task: Task, report: Reporter) -> None:
    """Say how many passed, failed and were skipped, and of each that failed why."""
    root = Path(studio.__file__).resolve().parents[1]
    _require_tests(root)
    counts: dict[str, int] = {}
    failures: list[str] = []
    with _start(task, root) as process:
        assert process.stdout
        for line in process.stdout:
            sys.stderr.write(line)  # the log
            if found := _OUTCOME.match(line):
                outcome = found[2].lower()
                counts[outcome] = counts.get(outcome, 0) + 1
                report.values(counts=counts, last=found[1])
            if _SUMMARY.match(line):
                failures.append(line.strip()[:400])
                report.values(failures=failures)
        code = process.wait()
    _conclude(task, report, counts, failures, code)


def _require_tests(root: Path) -> None:
    if not (root / _TESTS).is_dir():
        raise SkippedError("the tests are not there: they are in a checkout, not in a wheel")
    if find_spec("pytest") is None or find_spec("hypothesis") is None:
        raise SkippedError("pytest or hypothesis is not installed")


def _start(task: Task, root: Path) -> "subprocess.Popen[str]":
    settings = task.scratch / "pytest.ini"
    settings.write_text(_SETTINGS)
    modules = sorted(str(path) for path in (root / _TESTS).glob("test_cuda_*.py"))
    words = ["-m", "pytest", "-c", str(settings), "--rootdir", str(root), "--noconftest"]
    # Its fixtures know no Qt, unlike those of the whole suite.
    for plugin in "tests.training.conftest", "no:cacheprovider", "no:pytest-qt":
        words += ["-p", plugin]
    words += ["-m", "cuda", *modules]
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=root,
        env=_own_folders(task.scratch),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


def _own_folders(scratch: Path) -> dict[str, str]:
    """Caches, data and runs of the tests go to the scratch folder."""
    names = {f"XDG_{name}_HOME": name for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    names |= {"VGG_STUDIO_RUNS": "test-runs", "VGG_STUDIO_DATA": "test-data"}
    return {**os.environ, **{name: str(scratch / folder) for name, folder in names.items()}}


def _conclude(
    task: Task, report: Reporter, counts: dict[str, int], failures: list[str], code: int
) -> None:
    words = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    ran = counts.get("passed", 0) > 0 or task.rehearsal  # without a device all are skipped
    report.check(
        "tests marked cuda",
        words or f"none ran, exit code {code}",
        "all pass",
        code == 0 and not failures and ran,
    )
    for failure in failures:
        report.figure("failed", failure)
