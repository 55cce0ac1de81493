"""Uncaught errors as plain text, so that no frame, and no Qt object in one, outlives the error."""

import re
import sys
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType

from studio.errors import StudioError

MAX_CHAINED = 100
MAX_SUMMARY_CHARS = 300


@dataclass(frozen=True)
class ErrorRecord:
    """What is known of an uncaught error.

    `origin` says where it was caught, such as the name of a thread. Errors of one `key` come from
    the same lines of code. `message` and `hint` are those of a StudioError, else empty.
    """

    summary: str
    traceback_text: str
    key: str
    origin: str = ""
    message: str = ""
    hint: str = ""

    @property
    def is_expected(self) -> bool:
        """Whether the error says itself what happened and what to do next."""
        return bool(self.message)

    @property
    def text(self) -> str:
        """The entry for the log and for a report."""
        return f"{self.origin}\n{self.traceback_text}".strip()


def record_error(
    error_type: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
    origin: str = "",
) -> ErrorRecord:
    """Describe an error. Its frames are kept: the caller releases them."""
    name = error_type.__name__ if error_type is not None else type(error).__name__
    expected = error if isinstance(error, StudioError) else None
    return ErrorRecord(
        summary=summarize(name, error),
        traceback_text="".join(traceback.format_exception(error_type, error, trace)).strip(),
        key=error_key(error_type, trace),
        origin=origin,
        message=expected.message if expected else "",
        hint=expected.hint if expected else "",
    )


def error_key(error_type: type[BaseException] | None, trace: TracebackType | None) -> str:
    """Return the same text for errors of one type that come from the same lines of code.

    The thread does not matter: each attempt of a failing task has one of its own.
    """
    places = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(trace)]
    return f"{error_type} {hash(tuple(places))}"


def summarize(name: str, error: object) -> str:
    """Return the type of an error and the first line of its message, without a full stop."""
    try:
        lines = str(error).strip().splitlines() if error is not None else []
    except Exception:  # noqa: BLE001  # the text of an error can be any code
        lines = []
    line = lines[0].rstrip(".") if lines else ""
    if len(line) > MAX_SUMMARY_CHARS:
        line = f"{line[:MAX_SUMMARY_CHARS]}…"
    return shorten_paths(f"{name}: {line}") if line else name


def release_traceback(error: BaseException | None, trace: TracebackType | None = None) -> None:
    """Forget the local variables of the functions that `error` passed, and of its causes.

    They may hold a painter, an open file or much memory. A painter that lives longer than the paint
    event in which it was created crashes the program.
    """
    traceback.clear_frames(trace)
    seen: set[int] = set()
    waiting = [error]
    while waiting and len(seen) < MAX_CHAINED:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        traceback.clear_frames(link.__traceback__)
        link.__traceback__ = None
        waiting += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions


def shorten_paths(text: str) -> str:
    """Replace the user's home folder, which contains the user's name, by “~”."""
    try:
        home = str(Path.home()).rstrip("/\\")
    except RuntimeError:  # the user has none
        home = ""
    return _home_pattern(home).sub("~", text) if len(home) > 2 else text


@cache
def _home_pattern(home: str) -> re.Pattern[str]:
    """Match the folder as it is, with slashes, and with doubled backslashes as in a repr."""
    forms = {home, home.replace("\\", "/"), home.replace("\\", "\\\\")}
    folder = "|".join(map(re.escape, sorted(forms)))
    flags = re.IGNORECASE if sys.platform == "win32" else re.NOFLAG
    return re.compile(rf"(?<![\w.-])(?:{folder})(?![\w.-])", flags)
