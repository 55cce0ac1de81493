"""Waiting for pipes with a time limit, on every system."""

import os
import select
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

_WINDOWS_POLL_S = 0.005
_WATCH_INTERVAL_S = 0.2
_PIPE_BYTES = 1 << 20


def wait_readable(pipes: Sequence[int], timeout_s: float) -> list[int]:
    """Return the pipes that can be read or are closed, after at most so many seconds."""
    if os.name == "posix":
        poll = select.poll()
        for pipe in pipes:
            poll.register(pipe, select.POLLIN)
        return [pipe for pipe, _ in poll.poll(timeout_s * 1000)]
    deadline = time.monotonic() + timeout_s
    while not (readable := [pipe for pipe in pipes if _available_bytes(pipe) != 0]):
        if time.monotonic() >= deadline:
            return []
        time.sleep(_WINDOWS_POLL_S)
    return readable


def enlarge_pipe(pipe: int) -> None:
    """Let a pipe of Linux hold 1 MB: each refill of 64 kB switches processes twice."""
    if sys.platform.startswith("linux"):
        import fcntl

        with suppress(OSError):  # the system limits what a user may have in all
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def wait_until_closed(pipe: int) -> None:
    """Wait until the other end is closed, without reading what is sent where that is possible."""
    if os.name == "posix":
        os.read(pipe, 1)
        return
    while _available_bytes(pipe) is not None:
        time.sleep(_WATCH_INTERVAL_S)


def _available_bytes(pipe: int) -> int | None:
    """How much can be read from a pipe of Windows, which has no `poll` for them; None if closed."""
    import _winapi
    import msvcrt

    try:
        handle = msvcrt.get_osfhandle(pipe)  # type: ignore[attr-defined]
        return int(_winapi.PeekNamedPipe(handle, 0)[0])  # type: ignore[attr-defined]
    except OSError:
        return None
