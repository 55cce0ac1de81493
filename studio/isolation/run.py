"""Call a function in a child process, with limits."""

import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.errors import IsolationError, Stopped
from studio.formatting import byte_size
from studio.isolation.idle_processes import keep_process, take_process
from studio.isolation.limits import CLOCK_FACTOR, Limits
from studio.isolation.messages import Message, decode_error
from studio.isolation.process import ChildProcess, ProcessEnded, request_environment

_POLL_S = 0.05
_STOP_TIMEOUT_S = 0.3  # for the function to remove its temporary files
_HINT = "The file may be damaged, or made to do harm. Use another copy."

_TIME_SIGNALS = {
    getattr(signal, name) for name in ("SIGPROF", "SIGXCPU") if hasattr(signal, name)
}  # fmt: skip


def run_isolated(
    function: str,
    arguments: Mapping[str, Any],
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
    subject: str = "The file",
    reuse: bool = False,
) -> Any:
    """Call `function`, named “package.module:name”, in a child process and return its result.

    It is called with `arguments` as keywords, and with `on_progress` and `should_stop`. Arguments
    and result are what JSON can hold, and bytes at any place in them; tuples arrive as lists. With
    `reuse` the call may use a process of earlier calls, and leaves its own to later ones: it starts
    at once, but shares the memory of that process.

    Raises the StudioError that the function raises; IsolationError about `subject`, which begins
    a sentence, when a limit is exceeded or the child crashes; Stopped within half a second, when
    the child has ended.
    """
    process = take_process() if reuse else ChildProcess()
    try:
        return call_process(process, function, arguments, limits, on_progress, should_stop, subject)
    finally:
        if reuse and process.is_ready:
            keep_process(process)
        else:
            process.kill()


def call_process(
    process: ChildProcess,
    function: str,
    arguments: Mapping[str, Any],
    limits: Limits,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    subject: str,
) -> Any:
    """Call a function in `process` as `run_isolated` does.

    After an exception the process can be busy: see `ChildProcess.is_ready`.
    """
    try:
        process.send(make_call(function, arguments, limits))
        answer = _wait_for_answer(process, limits, on_progress, should_stop, subject)
    except ProcessEnded as ended:
        raise describe_end(ended, limits, subject) from ended
    if "result" in answer:
        return answer["result"]
    raise describe_failure(answer, limits, subject)


def make_call(function: str, arguments: Mapping[str, Any], limits: Limits) -> Message:
    """Make the message that asks a child to call a function."""
    return {
        "function": function,
        "arguments": dict(arguments),
        "seconds": limits.seconds,
        "memory_bytes": limits.memory_bytes,
        "environment": request_environment(),
        "folder": _working_folder(),
    }


def _wait_for_answer(
    process: ChildProcess,
    limits: Limits,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    subject: str,
) -> Message:
    started, earlier_bytes = time.monotonic(), process.received_bytes
    while True:
        message = process.receive(_POLL_S)
        if should_stop():
            _request_stop(process)
            raise Stopped
        if limits.seconds and time.monotonic() - started > CLOCK_FACTOR * limits.seconds:
            raise _took_too_long(limits, subject)
        if limits.output_bytes and process.received_bytes - earlier_bytes > limits.output_bytes:
            raise _too_much_output(limits, subject)
        if message is not None and "progress" not in message:
            return message
        if message is not None:
            on_progress(*message["progress"])


def _request_stop(process: ChildProcess) -> None:
    """Let the function end by itself and tidy up; the caller kills the process afterwards."""
    deadline = time.monotonic() + _STOP_TIMEOUT_S
    with suppress(ProcessEnded):
        process.send({"stop": True})
        while (left_s := deadline - time.monotonic()) > 0:
            message = process.receive(left_s)
            if message is not None and "progress" not in message:
                return


def describe_failure(answer: Message, limits: Limits, subject: str) -> Exception:
    """Return the error for an answer other than a result."""
    if "error" in answer and (error := decode_error(answer["error"])):
        return error
    if answer.get("failure") == "memory":
        return _too_much_memory(limits, subject)
    error = IsolationError(f"{subject} cannot be read.", _HINT, "crash")
    error.add_note(str(answer.get("traceback", answer)))
    return error


def describe_end(ended: ProcessEnded, limits: Limits, subject: str) -> IsolationError:
    """Return the error for a child that ended during a call."""
    if -ended.code in _TIME_SIGNALS:
        return _took_too_long(limits, subject)
    if ended.code == -getattr(signal, "SIGKILL", 9):
        return _too_much_memory(limits, subject)  # only the system kills a child that is in use
    error = IsolationError(f"{subject} made the program that reads it crash.", _HINT, "crash")
    error.add_note(f"exit code {ended.code}\n{ended.stderr}")
    return error


def _took_too_long(limits: Limits, subject: str) -> IsolationError:
    limit = f" than {limits.seconds:g} s" if limits.seconds else ""
    return IsolationError(f"{subject} took longer{limit} to read and was given up.", _HINT, "time")


def _too_much_memory(limits: Limits, subject: str) -> IsolationError:
    limit = f" than {byte_size(limits.memory_bytes)}" if limits.memory_bytes else " than there is"
    return IsolationError(f"{subject} needs more memory{limit}.", _HINT, "memory")


def _too_much_output(limits: Limits, subject: str) -> IsolationError:
    limit = f" than {byte_size(limits.output_bytes)}" if limits.output_bytes else ""
    return IsolationError(f"{subject} contains more{limit}.", _HINT, "output")


def _working_folder() -> str:
    with suppress(OSError):
        return os.getcwd()  # noqa: PTH109 - a string is sent
    return os.path.abspath(os.sep)  # noqa: PTH100
