"""What the window says at the first start after a crash. No Qt."""

import time

from studio.crash_log import Crash
from studio.runs.resumable import ResumableRun


def crash_text(crash: Crash, run_title: str, resumable: ResumableRun | None) -> str:
    """Say how the last session ended, and what became of its run; `run_title` is empty for none."""
    if crash.was_killed:
        ending = "VGG Studio was killed, or the computer was switched off."
    else:
        reason = crash.reason.rstrip(".")
        ending = f"VGG Studio crashed {moment_text(crash.ended, time.time())}: {reason}."
    if run_title and resumable is None:
        ending += f" The training of “{run_title}” cannot be resumed."
    elif run_title and resumable and not resumable.has_checkpoint:
        ending += f" The training of “{run_title}” had no checkpoint yet: Resume begins it again."
    return ending


def safe_start_text(count: int) -> str:
    """Explain a safe start after a number of crashes in a row."""
    return (
        f"VGG Studio crashed {count} times within a minute of starting. This time it restored "
        "nothing; what it saved is kept."
    )


FAILED_RESTORE_TEXT = (
    "The state of the last window could not be restored. This one opened without it; it is kept."
)


def moment_text(seconds: float, now: float) -> str:
    """Return “at 14:32”, with the date if that was another day; local time."""
    moment, today = time.localtime(seconds), time.localtime(now)
    clock = time.strftime("at %H:%M", moment)
    is_today = (moment.tm_year, moment.tm_yday) == (today.tm_year, today.tm_yday)
    return clock if is_today else f"{clock} on {time.strftime('%Y-%m-%d', moment)}"
