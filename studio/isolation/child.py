"""The child process: receives calls on stdin, and sends progress and results on stdout."""

import faulthandler
import importlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from studio.errors import Stopped, StudioError
from studio.isolation.limits import forbid_core_dumps, limit_memory, limit_time
from studio.isolation.messages import Message, MessageBuffer, encode_error, encode_message
from studio.isolation.pipes import wait_readable, wait_until_closed
from studio.isolation.process import MAX_IDLE_S, ChildProcess

_CHUNK_BYTES = 1 << 20
_POLL_INTERVAL_S = 0.02
_PROGRESS_INTERVAL_S = 0.05


def main(lifeline: int) -> None:
    """Answer calls until the parent closes stdin."""
    connection = _Connection()
    _end_with_parent(connection.stdin if lifeline < 0 else lifeline)
    forbid_core_dumps()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    faulthandler.enable()
    ChildProcess.is_nested = True
    with suppress(EOFError, BrokenPipeError):
        while True:
            connection.answer(connection.receive())


class _Connection:
    """The pipes to the parent."""

    def __init__(self) -> None:
        self.stdin = os.dup(0)
        self._stdout = os.dup(1)
        # Whatever the libraries print goes to stderr, and they find nothing to read.
        os.dup2(2, 1)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        self._buffer = MessageBuffer()
        self._messages: list[Message] = []
        self._next_poll = self._next_progress = 0.0
        self._progress: tuple[float, str] | None = None

    def receive(self) -> Message:
        """Wait for a message. Raises EOFError when the parent has closed the pipe or sends none."""
        while not self._messages:
            if not wait_readable([self.stdin], 2 * MAX_IDLE_S):
                raise EOFError
            self._read()
        return self._messages.pop(0)

    def send(self, message: Message) -> None:
        for piece in encode_message(message):
            view = memoryview(piece)
            while view:
                view = view[os.write(self._stdout, view) :]

    def answer(self, call: Message) -> None:
        """Run one call and send how it ended."""
        if "function" not in call:
            return  # a request to stop a call that has just ended
        try:
            result = self._run(call)
            self._send_progress()  # the last one may not have been due
            self.send({"result": result})
        except (StudioError, Stopped) as error:
            self.send({"error": encode_error(error)})
        except MemoryError:
            self.send({"failure": "memory", "traceback": traceback.format_exc()})
        except Exception as error:  # noqa: BLE001 - the parent raises it
            kind = "memory" if _means_no_memory(error) else "exception"
            self.send({"failure": kind, "traceback": traceback.format_exc()})

    def _run(self, call: Message) -> Any:
        self._progress = None
        _enter(call["environment"], call["folder"])
        function = _find(call["function"])
        limit_memory(call["memory_bytes"])
        limit_time(call["seconds"])
        try:
            return function(
                on_progress=self._on_progress, should_stop=self._should_stop, **call["arguments"]
            )
        finally:
            limit_time(None)
            limit_memory(None)

    def _on_progress(self, fraction: float, message: str) -> None:
        self._progress = fraction, message
        if time.monotonic() >= self._next_progress:
            self._send_progress()

    def _send_progress(self) -> None:
        if self._progress is not None:
            self._next_progress = time.monotonic() + _PROGRESS_INTERVAL_S
            self.send({"progress": self._progress})
            self._progress = None

    def _should_stop(self) -> bool:
        now = time.monotonic()
        if now < self._next_poll:
            return False
        self._next_poll = now + _POLL_INTERVAL_S
        if not self._messages and wait_readable([self.stdin], 0):
            self._read()
        return bool(self._messages)  # during a call there is only the request to stop

    def _read(self) -> None:
        data = os.read(self.stdin, _CHUNK_BYTES)
        if not data:
            raise EOFError
        self._messages += self._buffer.feed(data)


def _enter(environment: dict[str, str], folder: str) -> None:
    """Use the environment and the working folder that the parent has at the moment."""
    if environment != dict(os.environ):
        os.environ.clear()
        os.environ.update(environment)
    with suppress(OSError):
        os.chdir(folder)


def _find(name: str) -> Callable[..., Any]:
    """Import the function “module:name”."""
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _means_no_memory(error: Exception) -> bool:
    """Whether this is how a library reports that it got no memory."""
    return any(text in str(error) for text in ("not enough memory", "bad_alloc", "Cannot allocate"))


def _end_with_parent(lifeline: int) -> None:
    """Let this process end as soon as the parent closes its end of the pipe, however it ends.

    On Linux the system sends the signal, which also ends a C function that holds the interpreter
    lock. (PR_SET_PDEATHSIG would end the child with the thread that started it.)
    """
    if sys.platform.startswith("linux"):
        import fcntl

        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)
        if wait_readable([lifeline], 0):
            os._exit(1)  # the parent ended before the signal was requested
    else:
        threading.Thread(target=_watch, args=(lifeline,), daemon=True).start()


def _watch(lifeline: int) -> None:
    wait_until_closed(lifeline)
    os._exit(1)
