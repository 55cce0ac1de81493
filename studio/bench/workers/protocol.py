"""The worker's end of the pipe: requests come on stdin, measurements leave as lines of JSON."""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from studio.errors import StudioError

# Sends one message to the process that started this one.
Send = Callable[[dict[str, Any]], None]


def open_pipe() -> Send:
    """Return what sends a message, and redirect everything else that is printed to stderr.

    Ctrl-C is ignored: the process that started this one handles it, and kills this one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def send(message: dict[str, Any]) -> None:
        pipe.write(json.dumps(message) + "\n")
        pipe.flush()

    return send


def wait_for_request() -> None:
    """Block until a measurement is requested; exit when the other end closes the pipe."""
    if not sys.stdin.readline():
        sys.exit()


@contextmanager
def report_errors(send: Send) -> Iterator[None]:
    """Send the message of a StudioError instead of printing a traceback, then exit."""
    try:
        yield
    except StudioError as error:
        send({"error": str(error)})
        sys.exit(1)
