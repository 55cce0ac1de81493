"""Processes that keep a core busy, as another program of the user would."""

import subprocess
import sys
from types import TracebackType
from typing import Self

# It ends by itself when its standard input closes, which is when the process that started it ends.
_CODE = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
print("busy", flush=True)
while True:
    pass
"""


class BusyProcesses:
    """`count` processes that compute in a loop from the beginning of the block to its end."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        try:
            for _ in range(self._count):
                self._processes.append(_start())
            for process in self._processes:
                assert process.stdout
                process.stdout.readline()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()


def _start() -> subprocess.Popen[str]:
    """In a session of its own: Linux shares a core between sessions before it looks at threads."""
    return subprocess.Popen(
        [sys.executable, "-c", _CODE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
