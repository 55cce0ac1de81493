"""Moving and resizing a rectangle inside an image. No Qt."""

from typing import NamedTuple

Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)

MIN_SIDE = 0.02  # of a rectangle, as a fraction of the image


class Handle(NamedTuple):
    """The sides of a rectangle that a drag moves; all four of them move it as a whole."""

    left: bool
    top: bool
    right: bool
    bottom: bool

    @property
    def moves_all(self) -> bool:
        """Whether the rectangle keeps its size."""
        return all(self)


INSIDE = Handle(True, True, True, True)


def find_handle(box: Box, x: float, y: float, reach: tuple[float, float]) -> Handle | None:
    """Return what a drag from a point moves, None outside of the rectangle.

    A side is within `reach`, horizontally and vertically, of the point. All are fractions.
    """
    left, top, right, bottom = box
    reach_x, reach_y = reach
    if not (left - reach_x <= x <= right + reach_x and top - reach_y <= y <= bottom + reach_y):
        return None
    sides = Handle(
        abs(x - left) <= reach_x,
        abs(y - top) <= reach_y,
        abs(x - right) <= reach_x,
        abs(y - bottom) <= reach_y,
    )
    return sides if any(sides) else INSIDE


def drag_box(box: Box, handle: Handle, dx: float, dy: float) -> Box:
    """Return the rectangle after a drag, inside the image and not smaller than `MIN_SIDE`."""
    left, top, right, bottom = box
    if handle.moves_all:
        dx = min(max(dx, -left), 1 - right)
        dy = min(max(dy, -top), 1 - bottom)
        return left + dx, top + dy, right + dx, bottom + dy
    if handle.left:
        left = min(max(left + dx, 0.0), right - MIN_SIDE)
    elif handle.right:
        right = max(min(right + dx, 1.0), left + MIN_SIDE)
    if handle.top:
        top = min(max(top + dy, 0.0), bottom - MIN_SIDE)
    elif handle.bottom:
        bottom = max(min(bottom + dy, 1.0), top + MIN_SIDE)
    return left, top, right, bottom


def span_box(start: tuple[float, float], end: tuple[float, float]) -> Box:
    """Return the rectangle between two points, inside the image and not smaller than `MIN_SIDE`."""
    (left, right), (top, bottom) = (_span(*ends) for ends in zip(start, end, strict=True))
    return left, top, right, bottom


def _span(start: float, end: float) -> tuple[float, float]:
    low, high = (min(max(value, 0.0), 1.0) for value in (min(start, end), max(start, end)))
    if high - low >= MIN_SIDE:
        return low, high
    low = min(low, 1 - MIN_SIDE)
    return low, low + MIN_SIDE


def resize_box(box: Box, dx: float, dy: float) -> Box:
    """Return the rectangle grown to the right and bottom, and where there is no room, elsewhere."""
    left, top, right, bottom = box
    left, right = _resize(left, right, dx)
    top, bottom = _resize(top, bottom, dy)
    return left, top, right, bottom


def _resize(low: float, high: float, change: float) -> tuple[float, float]:
    side = min(max(high - low + change, MIN_SIDE), 1.0)
    low = min(low, 1 - side)
    return low, low + side
