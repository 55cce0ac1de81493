"""Names in CSV files that a spreadsheet must not take for formulas."""

import re

# What spreadsheets begin to compute on (OWASP, CSV Injection), and spaces that readers strip.
_FORMULA = re.compile(r"'*[=+\-@\s]")


def to_cell(text: str) -> str:
    """Put an apostrophe before a name that would be a formula.

    One that begins with apostrophes and then so gets one more: `from_cell` restores any text.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def from_cell(cell: str) -> str:
    """The name as it was before `to_cell`; other cells stay as they are."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
