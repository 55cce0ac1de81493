"""Texts about a run: its status, its kept epoch, and when it started or was last updated."""

from datetime import datetime

from studio.formatting import UNKNOWN, duration
from studio.runs import RunStatus, RunSummary
from studio.training.epoch_selection import SELECT_TEXT

STATUS_TEXT = {status: status.capitalize() for status in RunStatus}
MINUTE_S, HOUR_S = 60, 3600
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def kept_epoch(run: RunSummary) -> str:
    """Return the kept epoch and why it was selected: "Epoch 40: last epoch"; empty without one."""
    if run.best_epoch is None:
        return ""
    reason = SELECT_TEXT.get(run.select, "")
    return f"Epoch {run.best_epoch}: {reason}" if reason else f"Epoch {run.best_epoch}"


def relative_time(moment: datetime | None, now: datetime) -> str:
    """Format a moment relative to `now`: "5 min ago", "today 14:05", "21 Nov 14:05"."""
    if moment is None:
        return UNKNOWN
    seconds = (now - moment).total_seconds()
    if seconds < MINUTE_S:
        return "just now"
    if seconds < HOUR_S:
        return f"{int(seconds // MINUTE_S)} min ago"
    # Not by strftime, which takes ten times as long: a table asks for all its rows.
    days = (now.date() - moment.date()).days
    clock = f"{moment.hour:02}:{moment.minute:02}"
    if days == 0:
        return f"today {clock}"
    if days == 1:
        return f"yesterday {clock}"
    day = f"{moment.day} {MONTHS[moment.month - 1]}"
    return f"{day} {clock}" if moment.year == now.year else f"{day} {moment.year}"


def exact_time(moment: datetime | None) -> str:
    """Format a moment to the second."""
    return "Unknown" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def last_update(moment: datetime | None, host: str, now: datetime) -> str:
    """Say when a run was last updated: "Last updated 3 s ago on node07".

    `host` is "" for this computer.
    """
    if moment is None:
        return "Time of the last update unknown"
    seconds = max(0.0, (now - moment).total_seconds())
    when = f"{duration(seconds)} ago" if seconds < HOUR_S else relative_time(moment, now)
    return f"Last updated {when} {f'on {host}' if host else 'on this computer'}"
