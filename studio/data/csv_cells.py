"""Escape text in CSV cells that a spreadsheet would take for a formula."""

import re

# The first characters of formulas (OWASP, CSV Injection), and spaces, which readers strip.
_FORMULA = re.compile(r"'*[=+\-@\s]")


def to_cell(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    Text that begins with apostrophes and then so gets one too, so that `from_cell` restores it.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def from_cell(cell: str) -> str:
    """Return the text that `to_cell` escaped; other cells are unchanged."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
