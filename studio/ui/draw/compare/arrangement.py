"""How the models of a comparison are laid out: side by side, or in two rows. No Qt here."""

from typing import NamedTuple

MIN_WIDTH_PX, GAP_PX = 176, 12  # of the card of a model
# From which on the epoch is beside the run: where it is below, its name has more room.
WIDE_PX, LOW_WIDE_PX = 320, 250
TALL_PX = 200  # from which on there is a line of detail


class Arrangement(NamedTuple):
    """How many models are beside each other, and what their cards have room for."""

    columns: int
    is_wide: bool
    is_tall: bool


def arrange(count: int, width: int, height: int) -> Arrangement:
    """Arrange `count` models, at least 1, in pixels: in one row if they fit, else in two."""
    one_row = _cell(width, count) >= MIN_WIDTH_PX
    columns = count if one_row else (count + 1) // 2
    rows = -(-count // columns)
    is_tall = _cell(height, rows) >= TALL_PX
    is_wide = _cell(width, columns) >= (WIDE_PX if is_tall else LOW_WIDE_PX)
    return Arrangement(columns, is_wide, is_tall)


def _cell(length: int, count: int) -> float:
    return (length - (count - 1) * GAP_PX) / count
