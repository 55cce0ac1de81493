"""A child process that waits for calls; it ends with its parent, whatever happens to either."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import studio
from studio.errors import IsolationError
from studio.isolation.messages import Message, MessageBuffer, encode_message
from studio.isolation.pipes import enlarge_pipe, wait_readable

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from studio.isolation.child import main; main(int(sys.argv[2]))"
)
# More threads would only take memory: a child works on one file at a time.
SINGLE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# Idle processes take memory, and most calls come soon after each other. A child ends by itself
# when it has been idle for twice as long.
MAX_IDLE_S = 60.0

_CHUNK_BYTES = 1 << 20
_STDERR_BYTES = 8192  # what is kept of it: the end


class ProcessEnded(Exception):  # noqa: N818 - the caller says what went wrong
    """The child has ended: `code` is negative for a signal, `stderr` the end of what it printed."""

    def __init__(self, code: int, stderr: str) -> None:
        super().__init__(f"the child process ended with code {code}")
        self.code = code
        self.stderr = stderr


class ChildProcess:
    """A process that runs `studio.isolation.child`, as a context manager that kills it.

    It has a process group of its own, so that Ctrl-C reaches only the parent, which kills the
    group. A child of a child stays in the group.
    """

    is_nested = False  # set in a child

    def __init__(self) -> None:
        """Start it; it needs about 50 ms to be ready. Raises IsolationError if that fails."""
        try:
            self._start()
        except OSError as error:
            message = f"The process that reads files cannot be started: {error.strerror}."
            hint = "Close other programs to free memory, then try again."
            raise IsolationError(message, hint, "crash") from error
        self._buffer = MessageBuffer()
        self._messages: list[Message] = []
        self.is_ready = True  # whether it waits for a call: the last one ended as it should
        self._stderr = b""
        self._open_pipes = [self._fileno("stdout"), self._fileno("stderr")]
        enlarge_pipe(self._fileno("stdin"))
        enlarge_pipe(self._fileno("stdout"))

    def _start(self) -> None:
        lifeline, self._lifeline = _open_lifeline()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START, json.dumps(_import_paths()), str(lifeline)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=os.environ | SINGLE_THREAD,
                start_new_session=not ChildProcess.is_nested,
                pass_fds=(lifeline,) if os.name == "posix" else (),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            self._close_lifeline()
            raise
        finally:
            if lifeline >= 0:
                os.close(lifeline)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    @property
    def received_bytes(self) -> int:
        """The size of all that the child has sent."""
        return self._buffer.total_bytes

    def send(self, message: Message) -> None:
        """Send a message to a child that waits for one. Raises ProcessEnded."""
        assert self._process.stdin
        self.is_ready = False
        try:
            for piece in encode_message(message):
                view = memoryview(piece)
                while view:
                    view = view[self._process.stdin.write(view) :]
        except OSError:
            raise self._wait_for_end() from None

    def receive(self, timeout_s: float) -> Message | None:
        """Return the next message; None if there is none in time. Raises ProcessEnded."""
        deadline = time.monotonic() + timeout_s
        while not self._messages:
            remaining_s = max(0.0, deadline - time.monotonic())
            readable = wait_readable(self._open_pipes, remaining_s)
            for pipe in readable:
                self._read(pipe)
            if not self._messages and self._fileno("stdout") not in self._open_pipes:
                raise self._wait_for_end()
            if not readable and remaining_s == 0:
                return None
        message = self._messages.pop(0)
        self.is_ready = "result" in message or "error" in message
        return message

    def pipes(self) -> list[int]:
        """File descriptors that become readable when the child sends something or ends."""
        return self._open_pipes

    def kill(self) -> None:
        """End the child and its own children at once; it may have ended already."""
        with suppress(OSError):
            if os.name == "posix" and not ChildProcess.is_nested:
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._close()

    def _read(self, pipe: int) -> None:
        with suppress(OSError):
            if data := os.read(pipe, _CHUNK_BYTES):
                if pipe == self._fileno("stderr"):
                    self._stderr = (self._stderr + data)[-_STDERR_BYTES:]
                else:
                    self._messages += self._buffer.feed(data)
                return
        self._open_pipes.remove(pipe)

    def _wait_for_end(self) -> ProcessEnded:
        """Kill the child, which closed its pipe, and describe how it ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        while wait_readable(self._open_pipes, 0):
            for pipe in list(self._open_pipes):
                self._read(pipe)
        self.kill()
        return ProcessEnded(self._process.returncode, self._stderr.decode(errors="replace"))

    def _fileno(self, name: str) -> int:
        pipe: Any = getattr(self._process, name)
        return -1 if pipe.closed else int(pipe.fileno())

    def _close(self) -> None:
        self._open_pipes = []
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe
            pipe.close()
        self._close_lifeline()

    def _close_lifeline(self) -> None:
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1


def _open_lifeline() -> tuple[int, int]:
    """A pipe on which nothing is sent: the child ends when the system closes the parent's end."""
    return os.pipe() if os.name == "posix" else (-1, -1)


def _import_paths() -> list[str]:
    """Where the child finds modules: where this process does, but not in the working folder."""
    root = str(Path(studio.__file__).resolve().parents[1])
    paths = [path for path in sys.path if path]
    return paths if root in map(os.path.realpath, paths) else [root, *paths]


def request_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment that a call should see, which may have changed since the child started."""
    return dict(environ) | SINGLE_THREAD
