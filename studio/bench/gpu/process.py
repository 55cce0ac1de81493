"""A process with a time limit, whatever it does and whatever it starts."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

Message = dict[str, Any]

# How long a killed process may take to be gone.
_PATIENCE_S = 10.0


def run_python(
    words: list[str],
    limit_s: float,
    log: Path,
    on_message: Callable[[Message], None],
    environment: Mapping[str, str],
    started: Callable[[Callable[[], None]], None] = lambda kill: None,
) -> str:
    """Run Python with these words; each line of JSON it prints goes to `on_message`.

    Its other output is appended to `log`. `started` gets what kills it, with all processes it
    started. Returns why it did not end well: `timed out…`, `exit code N`, or nothing.
    """
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            errors="replace",
            env=dict(environment),
        )
    started(lambda: kill_tree(process.pid))
    # In a thread: a process that a broken driver keeps from dying must not hold up the others.
    reader = threading.Thread(target=_read, args=(process, on_message), daemon=True)
    reader.start()
    try:
        code: int | None = process.wait(limit_s)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        kill_tree(process.pid)
        reader.join(_PATIENCE_S)
    return _words(process, code)


def _words(process: "subprocess.Popen[str]", code: int | None) -> str:
    if code is not None:
        return f"exit code {code}" if code else ""
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE_S)
        return "timed out"
    return "timed out and cannot be killed"


def _read(process: "subprocess.Popen[str]", on_message: Callable[[Message], None]) -> None:
    assert process.stdout
    with process.stdout as lines:
        for line in lines:
            with suppress(ValueError):  # a process that is killed can leave half a line
                on_message(json.loads(line))


def kill_tree(pid: int) -> None:
    """Kill a process and all that it started, those in sessions of their own too."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        family = [*process.children(recursive=True), process]
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
