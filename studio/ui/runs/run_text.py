"""How figures of a run are said: short, with units, the same everywhere on the page."""

from datetime import datetime
from math import isfinite

from studio.runs import RunStatus, RunSummary
from studio.training.epoch_selection import SELECT_TEXT

STATUS_WORDS = {
    RunStatus.RUNNING: "Running",
    RunStatus.STOPPED: "Stopped",
    RunStatus.FINISHED: "Finished",
    RunStatus.FAILED: "Failed",
    RunStatus.INTERRUPTED: "Interrupted",
}
NOTHING = "–"
MINUTE, HOUR = 60, 3600
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def kept_epoch(run: RunSummary) -> str:
    """The epoch whose weights are kept and why: "Epoch 40: last epoch"; empty without one."""
    if run.best_epoch is None:
        return ""
    reason = next((text for select, text in SELECT_TEXT.items() if select == run.select), "")
    return f"Epoch {run.best_epoch}: {reason}" if reason else f"Epoch {run.best_epoch}"


def duration(seconds: float) -> str:
    """Seconds as "12 s", "3 min 24 s", "45 min" or "2 h 5 min"; no number is a dash."""
    if not isfinite(seconds):
        return NOTHING
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < 10 * MINUTE:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


def count(value: int) -> str:
    """A whole number with thousands apart; nothing known is a dash."""
    return f"{value:,}" if value else NOTHING


def figure(value: float) -> str:
    """Any number in about four figures: "1,240", "0.0312"; no number is a dash."""
    if not isfinite(value):
        return NOTHING
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"


def ago(moment: datetime | None, now: datetime) -> str:
    """A moment as a person would say it now."""
    if moment is None:
        return NOTHING
    seconds = (now - moment).total_seconds()
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min ago"
    # Spelled out: strftime takes ten times as long, and tables ask for all their rows.
    days = (now.date() - moment.date()).days
    clock = f"{moment.hour:02}:{moment.minute:02}"
    if days == 0:
        return f"today {clock}"
    if days == 1:
        return f"yesterday {clock}"
    day = f"{moment.day} {MONTHS[moment.month - 1]}"
    return f"{day} {clock}" if moment.year == now.year else f"{day} {moment.year}"


def exact(moment: datetime | None) -> str:
    """A moment to the second, for a tooltip."""
    return "Nobody wrote down when" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def heard(moment: datetime | None, host: str, now: datetime) -> str:
    """When a run last gave a sign of life: "Last heard of 3 s ago on node07".

    `host` is "" for this machine.
    """
    if moment is None:
        return "Nothing tells when it was last heard of"
    seconds = max(0.0, (now - moment).total_seconds())
    when = f"{duration(seconds)} ago" if seconds < HOUR else ago(moment, now)
    return f"Last heard of {when} {f'on {host}' if host else 'on this computer'}"
