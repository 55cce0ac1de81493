"""Child processes that are kept for the next call, because starting one takes a while."""

import atexit
import threading
import time

from studio.isolation.process import MAX_IDLE_S, ChildProcess

MAX_IDLE = 8

_lock = threading.Lock()
_idle: list[tuple[float, ChildProcess]] = []


def take_process() -> ChildProcess:
    """Return an idle process, or start one. Raises IsolationError if that fails."""
    _end_old()
    with _lock:
        while _idle:
            _, process = _idle.pop()
            if process.is_alive:
                return process
            process.kill()
    return ChildProcess()


def keep_process(process: ChildProcess) -> None:
    """Keep a process that waits for calls; it ends by itself when nothing calls it for long."""
    with _lock:
        is_kept = len(_idle) < MAX_IDLE
        if is_kept:
            _idle.append((time.monotonic(), process))
    if not is_kept:
        process.kill()


def end_idle_processes() -> None:
    """Kill all idle processes, as at the end of the program."""
    with _lock:
        processes = [process for _, process in _idle]
        _idle.clear()
    for process in processes:
        process.kill()


def _end_old() -> None:
    oldest = time.monotonic() - MAX_IDLE_S
    with _lock:
        old = [process for since, process in _idle if since < oldest]
        _idle[:] = [(since, process) for since, process in _idle if since >= oldest]
    for process in old:
        process.kill()


atexit.register(end_idle_processes)
