"""Where the cards of a grid go. No Qt here."""

from math import ceil

GAP = 12  # pixels between two cards
MIN_WIDTH, MAX_WIDTH = 216, 520  # of a card with its gap
MIN_HEIGHT, PREFERRED_HEIGHT, MAX_HEIGHT = 96, 176, 216


def arrange_cards(count: int, width: int, height: int) -> tuple[int, int]:
    """Return the columns, and the height of a row with its gap, for cards in `width` x `height`.

    As few columns as let every card have its preferred height, so that all are visible at once;
    where they do not fit, the rows shrink, and at last the grid is scrolled.
    """
    most = max(1, (width + GAP) // MIN_WIDTH)
    least = min(most, max(1, ceil(width / MAX_WIDTH)))
    fitting = (n for n in range(least, most + 1) if ceil(count / n) * PREFERRED_HEIGHT <= height)
    columns = next(fitting, most)
    rows = max(1, ceil(count / columns))
    return columns, min(max(height // rows, MIN_HEIGHT), MAX_HEIGHT)


def card_span(column: int, columns: int, width: float) -> tuple[float, float]:
    """Return the left edge and the width of a card in a row of `columns` cards, in pixels.

    The cards have gaps between them, but none at the edges of the grid.
    """
    card = (width - (columns - 1) * GAP) / columns
    return column * (card + GAP), card
