"""Remembers what went wrong: a log file, uncaught errors, and sessions that crashed. No Qt.

`session` wraps the whole life of a process. While it lasts, uncaught errors of any thread reach an
`ErrorJournal`, which writes each to the log, and a native crash leaves the stacks of all threads in
the file of the session. A later start finds that file. Nothing is sent anywhere.
"""

from studio.crash_log.error_record import (
    ErrorRecord,
    record_error,
    release_traceback,
    shorten_paths,
    summarize,
)
from studio.crash_log.journal import ErrorJournal
from studio.crash_log.log_file import log_path, write_log
from studio.crash_log.previous import (
    EARLY_S,
    Crash,
    count_early_crashes,
    forget_early_crashes,
    take_crashes,
)
from studio.crash_log.session import (
    COMMAND,
    WINDOW,
    Session,
    current_session,
    end_process,
    note_in_session,
    session,
)

__all__ = [
    "COMMAND",
    "EARLY_S",
    "WINDOW",
    "Crash",
    "ErrorJournal",
    "ErrorRecord",
    "Session",
    "count_early_crashes",
    "current_session",
    "end_process",
    "forget_early_crashes",
    "log_path",
    "note_in_session",
    "record_error",
    "release_traceback",
    "session",
    "shorten_paths",
    "summarize",
    "take_crashes",
    "write_log",
]
