"""Numbers as text, with one rule for each quantity, for the window, the commands and the pages.

A number and its unit are separated by a plain space. Where a text may wrap, replace it by a
no-break space. What is unknown (None) or not finite is an en dash, `UNKNOWN`.
"""

from collections.abc import Sequence
from math import isfinite

UNKNOWN = "–"

_MINUTE_S, _HOUR_S = 60, 3600


def percent(fraction: float | None, digits: int = 1) -> str:
    """Format a fraction 0..1 as a percentage with `digits` decimals: "97.8 %".

    Only an exact 0 is "0 %" and only an exact 1 is "100 %"; what would round to them is "<0.1 %" or
    ">99.9 %".
    """
    if fraction is None or not isfinite(fraction):
        return UNKNOWN
    if fraction in (0, 1):
        return f"{100 * fraction:.0f} %"
    smallest = 10**-digits
    text = f"{100 * fraction:.{digits}f}"
    if text == f"{0:.{digits}f}":
        return f"<{smallest:.{digits}f} %"
    if text == f"{100:.{digits}f}":
        return f">{100 - smallest:.{digits}f} %"
    return f"{text} %"


def duration(seconds: float | None) -> str:
    """Format a time span: "8.4 ms", "3.2 s", "12 s", "3 min 24 s", "45 min" or "2 h 5 min".

    Milliseconds below 1 s, tenths of a second below 10 s, seconds below 10 minutes, else minutes.
    A negative span counts as 0, which is "0 s".
    """
    if seconds is None or not isfinite(seconds):
        return UNKNOWN
    if seconds <= 0:
        return "0 s"
    if seconds < 0.9995:
        return f"{_three_figures(1000 * seconds)} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if (whole := round(seconds)) < _MINUTE_S:
        return f"{whole} s"
    if whole < 10 * _MINUTE_S:
        return f"{whole // _MINUTE_S} min {whole % _MINUTE_S} s"
    minutes = round(seconds / _MINUTE_S)
    if minutes < _MINUTE_S:
        return f"{minutes} min"
    return f"{minutes // 60:,} h {minutes % 60} min"


def rough_duration(seconds: float | None) -> str:
    """Format a time span that is only estimated, in two figures: "45 s", "2.5 h", "3 days".

    Seconds below 100 s, minutes below 100 minutes, hours below 2 days, else days.
    """
    if seconds is None or not isfinite(seconds):
        return UNKNOWN
    seconds = max(seconds, 0.0)
    for limit, unit_s, unit in ((99.5, 1, "s"), (99.5 * 60, 60, "min"), (48 * 3600, 3600, "h")):
        if seconds < limit:
            return f"{_two_figures(seconds / unit_s)} {unit}"
    return f"{_two_figures(seconds / 86_400)} days"


def count(number: int | None, noun: str = "", plural: str = "") -> str:
    """Format an exact whole number, with its noun if given: "1,234", "1 sample", "8 samples".

    `plural` is for a noun that takes more than an s.
    """
    if number is None:
        return UNKNOWN
    if not noun:
        return f"{number:,}"
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def short_count(number: float | None) -> str:
    """Format a large whole number in three significant figures: "812", "390k", "4.1M", "20.6G"."""
    if number is None or not isfinite(number):
        return UNKNOWN
    figures, prefix = _scaled(number)
    return figures + prefix


def byte_size(size: float | None) -> str:
    """Format an amount of bytes in three significant figures, decimal units: "812 B", "36.1 kB"."""
    if size is None or not isfinite(size):
        return UNKNOWN
    figures, prefix = _scaled(size)
    return f"{figures} {prefix}B"


def rate(per_second: float | None, noun: str = "images") -> str:
    """Format a throughput: "12,340 images/s", "3.25 images/s"."""
    if per_second is None or not isfinite(per_second):
        return UNKNOWN
    figures = f"{per_second:,.0f}" if abs(per_second) >= 99.95 else _three_figures(per_second)
    return f"{figures} {noun}/s"


def number(value: float | None) -> str:
    """Format any other number, such as a loss, in four significant figures: "1,240", "0.0312"."""
    if value is None or not isfinite(value):
        return UNKNOWN
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.4g}"


def listed(names: Sequence[str]) -> str:
    """Format a list for a sentence: "dropout", "dropout and mixup", "a, b and c"."""
    return " and ".join(text for text in (", ".join(names[:-1]), *names[-1:]) if text)


def _three_figures(value: float) -> str:
    """Return three significant figures below 1000 without trailing zeros: "0.125", "4.1", "812"."""
    return f"{value:.0f}" if abs(value) >= 99.95 else f"{value:.3g}"


def _two_figures(value: float) -> str:
    """Return a value below 10 with one decimal if that is not 0, else a whole number."""
    return f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:,.0f}"


def _scaled(value: float) -> tuple[str, str]:
    """Return three significant figures and the prefix of the unit: "4.1" and "M"."""
    for prefix in ("", "k", "M", "G"):
        if abs(value) < 999.5:
            return _three_figures(value), prefix
        value /= 1000
    return _three_figures(value), "T"
