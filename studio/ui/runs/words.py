"""How figures of a run are said: short, with units, the same everywhere on the page."""

from datetime import datetime

NOTHING = "–"
MINUTE, HOUR, DAY = 60, 3600, 86400


def share(value: float | None) -> str:
    """A fraction 0..1 as "97.8 %"."""
    return NOTHING if value is None else f"{100 * value:.1f} %"


def duration(seconds: float) -> str:
    """Seconds as "12 s", "3 min 24 s", "45 min" or "2 h 5 min"."""
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


def ago(moment: datetime | None, now: datetime) -> str:
    """A moment as a person would say it now."""
    if moment is None:
        return NOTHING
    seconds = (now - moment).total_seconds()
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min ago"
    days = (now.date() - moment.date()).days
    if days == 0:
        return f"today {moment:%H:%M}"
    if days == 1:
        return f"yesterday {moment:%H:%M}"
    if moment.year == now.year:
        return f"{moment.day} {moment:%b %H:%M}"
    return f"{moment.day} {moment:%b %Y}"


def exact(moment: datetime | None) -> str:
    """A moment to the second, for a tooltip."""
    return "Nobody wrote down when" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"
