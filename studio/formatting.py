"""Numbers as a person reads them, the same in every part of the program."""

from math import isfinite

UNKNOWN = "–"


def percent(fraction: float | None, digits: int = 1) -> str:
    """Format a fraction of 0..1 as a percentage with `digits` decimals: "97.8 %".

    Only an exact 0 is "0 %" and only an exact 1 is "100 %"; what would round to them is "<0.1 %" or
    ">99.9 %". None and what is not finite is a dash.
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
