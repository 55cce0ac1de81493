"""The tests marked `cuda`, if the program runs from a checkout and pytest is installed."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import studio
from studio.bench.gpu.context import Reporter, RunContext, SkippedError

_TESTS = "tests/training"
_OUTCOME = re.compile(r"^(\S+::.+?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b")
_SUMMARY = re.compile(r"^(FAILED|ERROR) \S+::")

# The configuration of the test suite needs pytest-qt, but a GPU machine may have no Qt.
_PYTEST_INI = """[pytest]
addopts = --import-mode=importlib -ra -v
markers = cuda: needs a CUDA device
filterwarnings = error
"""


def measure(context: RunContext, reporter: Reporter) -> None:
    """Report how many tests passed, failed and were skipped, and the reason of each failure."""
    root = Path(studio.__file__).resolve().parents[1]
    _require_tests(root)
    counts: dict[str, int] = {}
    failures: list[str] = []
    with _start_pytest(context, root) as process:
        assert process.stdout
        for line in process.stdout:
            sys.stderr.write(line)  # goes to the log
            if found := _OUTCOME.match(line):
                outcome = found[2].lower()
                counts[outcome] = counts.get(outcome, 0) + 1
                reporter.record(counts=counts, last=found[1])
            if _SUMMARY.match(line):
                failures.append(line.strip()[:400])
                reporter.record(failures=failures)
        code = process.wait()
    _report(context, reporter, counts, failures, code)


def _require_tests(root: Path) -> None:
    if not (root / _TESTS).is_dir():
        raise SkippedError("there are no tests: only a checkout has them, not a wheel")
    if find_spec("pytest") is None or find_spec("hypothesis") is None:
        raise SkippedError("pytest or hypothesis is not installed")


def _start_pytest(context: RunContext, root: Path) -> "subprocess.Popen[str]":
    ini = context.scratch / "pytest.ini"
    ini.write_text(_PYTEST_INI)
    modules = sorted(str(path) for path in (root / _TESTS).glob("test_cuda_*.py"))
    arguments = ["-m", "pytest", "-c", str(ini), "--rootdir", str(root), "--noconftest"]
    # Unlike those of the whole suite, these fixtures need no Qt.
    for plugin in "tests.training.conftest", "no:cacheprovider", "no:pytest-qt":
        arguments += ["-p", plugin]
    arguments += ["-m", "cuda", *modules]
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=root,
        env=_create_environment(context.scratch),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


def _create_environment(scratch: Path) -> dict[str, str]:
    """Return an environment that keeps caches, data and runs of the tests in the scratch folder."""
    names = {f"XDG_{name}_HOME": name for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    names |= {"VGG_STUDIO_RUNS": "test-runs", "VGG_STUDIO_DATA": "test-data"}
    return {**os.environ, **{name: str(scratch / folder) for name, folder in names.items()}}


def _report(
    context: RunContext, reporter: Reporter, counts: dict[str, int], failures: list[str], code: int
) -> None:
    summary = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    ran = counts.get("passed", 0) > 0 or context.rehearsal  # without a device all are skipped
    reporter.add_check(
        "tests marked cuda",
        summary or f"none ran, exit code {code}",
        "all pass",
        code == 0 and not failures and ran,
    )
    for failure in failures:
        reporter.add_figure("failed", failure)
