"""Limits of time and memory that a child process sets for itself, so that the system ends it."""

import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# A child that waits uses no processor time: the parent ends it after this multiple of the limit.
CLOCK_FACTOR = 6


@dataclass(frozen=True)
class Limits:
    """Limits of one call in a child process; None for none.

    `seconds` is processor time, so that a busy machine makes no difference; `memory_bytes` is what
    the call may allocate, `output_bytes` the size of all that it returns.
    """

    seconds: float | None = None
    memory_bytes: int | None = None
    output_bytes: int | None = None


def limit_time(seconds: float | None) -> None:
    """End this process by a signal after so much processor time from now; None ends the limit.

    The system sends the signal: it works while a C function holds the interpreter lock. Windows
    has no such timer.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds or 0.0)


def limit_memory(memory_bytes: int | None) -> None:
    """Let allocations fail beyond what this process has now and `memory_bytes`, on Linux only.

    The limit counts private memory (RLIMIT_DATA), not mapped libraries and files as RLIMIT_AS
    does: those of torch alone have several GB.
    """
    used = _private_bytes()
    if used is None:
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = hard if memory_bytes is None else used + memory_bytes
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def forbid_core_dumps() -> None:
    """Let a crash of this process write no core file, which would hold the user's images."""
    if os.name == "posix":
        import resource

        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _private_bytes() -> int | None:
    """The private writable memory of this process; None where the system does not say."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        size = next(line for line in lines if line.startswith("VmData:"))
        return int(size.split()[1]) * 1024
    except (OSError, StopIteration, ValueError, IndexError):
        return None
