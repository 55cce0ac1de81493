"""Earlier sessions that did not end in order, and how many of the last ones crashed early."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio import files, paths
from studio.crash_log.error_record import shorten_paths
from studio.crash_log.log_file import visible, write_log
from studio.crash_log.session import COMMAND, PREFIX, WINDOW, current_session

EARLY_S = 60.0  # a crash this soon after the start may have been caused by what was restored
MAX_SESSION_BYTES = 1 << 20  # a hundred threads with deep stacks have a tenth
FOREIGN_DAYS = 30  # after which the session of another computer, in a shared home, is forgotten
_COUNTER = "early-crashes.json"

# What faulthandler writes first, in the words for the person.
_REASONS = {
    "Segmentation fault": "segmentation fault",
    "access violation": "memory access violation",
    "Aborted": "aborted by a library",
    "Bus error": "bus error",
    "Illegal instruction": "instruction that this processor does not have",
    "Floating": "floating-point exception",
    "stack overflow": "stack overflow",
}


@dataclass(frozen=True)
class Crash:
    """A session that ended by a crash, or was killed. Times are seconds since the epoch.

    `reason` is empty if the process was killed, or the computer was switched off. `run_id` is the
    run that was being trained, else empty.
    """

    purpose: str
    started: float
    ended: float
    reason: str
    run_id: str
    report: str

    @property
    def was_killed(self) -> bool:
        """Whether the process ended from outside, without an error of its own."""
        return not self.reason

    @property
    def is_early(self) -> bool:
        """Whether it crashed within a minute after its start."""
        return not self.was_killed and self.ended - self.started < EARLY_S


def take_crashes(purpose: str) -> list[Crash]:
    """Return the sessions of a purpose that left a file, oldest first; each is returned once.

    Their reports are moved to the log. Reads at most a few small files, and never raises.
    """
    crashes = []
    for path in _left_files():
        crash = _read_crash(path)
        if crash is None or crash.purpose != purpose or not _remove(path):
            continue
        ending = crash.reason or "killed, or the computer was switched off"
        write_log("error", f"An earlier {purpose} ended early: {ending}\n{crash.report}")
        crashes.append(crash)
    crashes.sort(key=lambda crash: crash.ended)
    if purpose == WINDOW:
        _count_early(crashes)
    return crashes


def count_early_crashes() -> int:
    """Return how many times in a row the window crashed within a minute after its start."""
    try:
        count = json.loads(files.read_regular(_counter_path(), 100))
    except (OSError, ValueError):
        return 0
    return count if isinstance(count, int) and 0 < count < 1_000_000 else 0


def forget_early_crashes() -> None:
    """Count from zero again: a window lived for more than a minute, or was closed."""
    with contextlib.suppress(OSError):
        _counter_path().unlink(missing_ok=True)


def _count_early(crashes: list[Crash]) -> None:
    """Add the early crashes of windows to the count; a late one starts it again."""
    for crash in crashes:
        if crash.is_early:
            with contextlib.suppress(OSError):
                files.write_text(_counter_path(), str(count_early_crashes() + 1))
        elif not crash.was_killed:
            forget_early_crashes()


def _counter_path() -> Path:
    return paths.log_dir() / _COUNTER


def _left_files() -> Iterator[Path]:
    current = current_session()
    try:
        found = sorted(paths.log_dir().glob(f"{PREFIX}*.txt"))
    except OSError:
        return
    yield from (path for path in found if current is None or path != current.path)


def _read_crash(path: Path) -> Crash | None:
    """Describe the session of a file; None if it is alive, of another computer or not readable."""
    try:
        content = files.read_regular(path, MAX_SESSION_BYTES).decode("utf-8", "replace")
        ended = path.stat().st_mtime
    except OSError:
        return None
    facts, report = _split(content)
    if not facts:
        return Crash(COMMAND, ended, ended, "", "", report)
    if facts.get("host") != socket.gethostname():
        if time.time() - ended > FOREIGN_DAYS * 86_400:
            _remove(path)
        return None
    if _is_alive(facts):
        return None
    started = _number(facts.get("started"), ended)
    reason = _reason(facts, report)
    head = (
        f"VGG Studio {facts.get('version')}, {facts.get('purpose')}, process {facts.get('pid')}\n"
        f"Started {_moment(started)}, ended {_moment(ended)}: {reason or 'killed'}"
    )
    return Crash(
        purpose=str(facts.get("purpose")),
        started=started,
        ended=ended,
        reason=reason,
        run_id=str(facts.get("run") or ""),
        report=shorten_paths(visible(f"{head}\n\n{report}".strip())),
    )


def _moment(seconds: float) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):  # the file may contain any number
        return "at an unknown time"


def _split(content: str) -> tuple[dict[str, Any], str]:
    """Return the facts of a session, and what faulthandler wrote."""
    facts: dict[str, Any] = {}
    report = []
    for line in content.splitlines():
        try:
            values = json.loads(line) if line.startswith("{") else None
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, dict):
            facts |= values
        elif not line.startswith("Extension modules:"):  # of the whole program, a screen of names
            report.append(line)
    return facts, "\n".join(report)


def _reason(facts: dict[str, Any], report: str) -> str:
    if failure := facts.get("failure") or facts.get("fatal"):
        return str(failure)
    if not report.strip():
        return ""
    first = next(line for line in report.splitlines() if line.strip())
    known = next((text for found, text in _REASONS.items() if found in first), "")
    return known or first.partition("error: ")[2] or first


def _is_alive(facts: dict[str, Any]) -> bool:
    import psutil  # only where a file was left

    try:
        process = psutil.Process(int(facts["pid"]))
        # A process that started after the session only reuses the process id.
        is_same = process.create_time() <= _number(facts.get("started"), time.time()) + 1
        return bool(is_same and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, KeyError, TypeError, ValueError, OverflowError):
        return False


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def _remove(path: Path) -> bool:
    """Whether this process removed the file, and not another one that starts at the same time."""
    try:
        path.unlink()
    except OSError:
        return False
    return True
