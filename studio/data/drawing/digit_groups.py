"""Find the single digits in the handwriting of a photographed or scanned page."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_opening, find_objects

from studio.data.drawing.denoising import label_components, remove_dust

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]

# Fainter pixels join no strokes: a quarter of the full pen. What reaches half of it nowhere is no
# stroke: the remains of printed lines.
_MIN_STROKE, _MIN_PEAK = 64, 128

# Smaller images hold one digit: in them, gaps between strokes look like gaps between digits.
MIN_SIDE_PX = 96

# Strokes belong to one digit when the gap between them is less than this fraction of the height
# of the taller one; above each other they may be farther apart, as the bar of a 5.
_MAX_GAP, _MAX_BAR_GAP = 0.12, 0.35

# A group of strokes lower than this fraction of the usual one is a dot, a comma or dirt.
_MIN_HEIGHT = 0.4

# What touches the border of the image and covers this fraction of a side is the edge of a table.
_MAX_BORDER_FRACTION = 0.35

# A ruled line covers this fraction of a side, and is thinner than this fraction of the image. A
# vertical one must be longer, because a 1 looks like it.
_MIN_RULE_LENGTH, _MIN_VERTICAL_LENGTH, _MAX_RULE_THICKNESS = 0.6, 0.85, 0.025

# A pen is deeper than this multiple of a ruled line.
_PEN_DEPTH = 1.5

# The margin around a digit, as a fraction of its longer side.
_MARGIN = 0.15

MAX_DIGITS = 60
_MAX_STROKES = 300  # that are looked at, so that a page of dirt takes no time


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """One digit: its handwriting uint8 [h, w], 255 = pen, and its box in the image.

    `box` is left, top, right and bottom as fractions of the image; `region` is what the drawing
    shows of it, which has a margin.
    """

    drawing: Pixels
    box: Box
    region: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class _Rect:
    """A rectangle of pixels; right and bottom lie outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def union(self, other: "_Rect") -> "_Rect":
        return _Rect(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def gaps(self, other: "_Rect") -> tuple[int, int]:
        """Return the horizontal and vertical distance, negative where they overlap."""
        return (
            max(self.left, other.left) - min(self.right, other.right),
            max(self.top, other.top) - min(self.bottom, other.bottom),
        )


@dataclass(frozen=True)
class _Group:
    """Components that form one digit, by their numbers."""

    rect: _Rect
    numbers: frozenset[int]

    def union(self, other: "_Group") -> "_Group":
        return _Group(self.rect.union(other.rect), self.numbers | other.numbers)


def find_digits(foreground: Pixels) -> list[FoundDigit]:
    """Return the digits in a foreground of `extract_foreground`, uint8 [H, W], the main one first.

    The main digit is the tallest, or the most central among those about as tall; the others follow
    as one reads. A foreground with one digit is returned unchanged.
    """
    return isolate_digits(foreground, remove_rules(foreground))


def isolate_digits(foreground: Pixels, cleaned: Pixels) -> list[FoundDigit]:
    """Return the digits as `find_digits` does; `cleaned` is the foreground without ruled lines."""
    if max(foreground.shape) < MIN_SIDE_PX:
        return _whole(foreground)
    labels = label_components(cleaned >= _MIN_STROKE)
    groups = _group_strokes(labels, cleaned)
    if not groups:
        return _whole(foreground)
    is_clean = len(groups) == 1 and groups[0].numbers == frozenset(range(1, labels.max() + 1))
    if is_clean and cleaned is foreground:
        return [FoundDigit(foreground, _fractions(groups[0].rect, foreground.shape))]
    main = _main_group(groups, foreground.shape)
    ordered = [main, *_reading_order([group for group in groups if group is not main])]
    return [_cut(cleaned, labels, group) for group in ordered[:MAX_DIGITS]]


def remove_rules(foreground: Pixels) -> Pixels:
    """Remove the lines of ruled paper, and keep the pen where it crosses them.

    Returns the foreground itself, uint8 [H, W], where there are none, and a small one: in it a
    line looks like a stroke.
    """
    if max(foreground.shape) < MIN_SIDE_PX:
        return foreground
    horizontal = _find_rules(foreground, _MIN_RULE_LENGTH)
    vertical = _find_rules(foreground.T, _MIN_VERTICAL_LENGTH).T
    if not horizontal.any() and not vertical.any():
        return foreground
    rest = (foreground >= _MIN_STROKE) & ~horizontal & ~vertical
    removed = _outside_strokes(rest, horizontal) | _outside_strokes(rest.T, vertical.T).T
    # What remains of the lines, such as dots where two of them cross, is dust.
    return remove_dust(np.where(removed, 0.0, foreground)).astype(np.uint8)


def _outside_strokes(rest: NDArray[np.bool_], rules: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pixels of horizontal rules that no stroke crosses.

    A stroke, which is in the `rest`, continues on both sides of a rule, above it and below.
    """
    reach = max(2, round(_MAX_RULE_THICKNESS * max(rest.shape)))
    above, below = np.zeros_like(rest), np.zeros_like(rest)
    for step in range(1, reach + 1):
        above[step:] |= rest[:-step]
        below[:-step] |= rest[step:]
    beside = np.ones((1, 3), bool)  # for slanted strokes
    crossed = binary_dilation(above, beside) & binary_dilation(below, beside)
    return np.asarray(rules & ~crossed, np.bool_)


def _find_rules(foreground: Pixels, min_length: float) -> NDArray[np.bool_]:
    """Return the pixels of long, thin, nearly horizontal lines.

    A single line must reach a side of the image, because the bar of a 7 can be long and thin too.
    """
    height, width = foreground.shape
    mask = foreground >= _MIN_STROKE // 2
    # A slanted line is a staircase: its steps overlap when it is thicker.
    thick = binary_dilation(mask, np.ones((3, 3), bool))
    pieces = binary_opening(thick, np.ones((1, max(8, width // 12)), bool))
    labels = label_components(pieces)
    margin = 0.03 * width
    rules, at_side, found = np.zeros_like(mask), False, 0
    for number, (rows, columns) in enumerate(find_objects(labels), start=1):
        part = labels[rows, columns] == number
        length = int(part.any(0).sum())
        # The median, because a stroke that runs along a line is a part of it.
        thickness = part.sum(0)
        usual = float(np.median(thickness[thickness > 0]))
        is_thin = usual <= _MAX_RULE_THICKNESS * max(height, width) + 2
        if length >= min_length * width and is_thin:
            found += 1
            rules[rows, columns] |= part & _is_rule(part, foreground[rows, columns])
            at_side |= columns.start <= margin or columns.stop >= width - margin
    if found < 2 and not at_side:
        return np.zeros_like(mask)
    return rules & mask


def _is_rule(part: NDArray[np.bool_], foreground: Pixels) -> NDArray[np.bool_]:
    """Tell a line from strokes that run along it, which are thicker or darker.

    `part` is the line with them, bool [h, w], of the foreground uint8 [h, w].
    """
    thickness = part.sum(0)
    is_thin = thickness <= 2 * np.median(thickness[thickness > 0])
    depth = float(np.median(foreground[part & (foreground >= _MIN_STROKE // 2)]))
    return np.asarray(is_thin[None, :] & (foreground <= _PEN_DEPTH * depth), np.bool_)


def _group_strokes(labels: NDArray[np.intp], foreground: Pixels) -> list[_Group]:
    """Group components into digits, without what is no digit."""
    height, width = labels.shape
    peaks = np.zeros(labels.max() + 1, np.uint8)
    np.maximum.at(peaks, labels.ravel(), foreground.ravel())
    groups = [
        _Group(_Rect(columns.start, rows.start, columns.stop, rows.stop), frozenset({number}))
        for number, (rows, columns) in enumerate(find_objects(labels), start=1)
    ]
    groups = [
        group
        for group in groups
        if not _is_edge(group.rect, width, height)
        and all(peaks[number] >= _MIN_PEAK for number in group.numbers)
    ]
    groups.sort(key=lambda group: group.rect.height, reverse=True)
    groups = _merge(groups[:_MAX_STROKES])
    if not groups:
        return []
    usual = float(np.median(sorted(group.rect.height for group in groups)[-5:]))
    tallest = max(group.rect.height for group in groups)
    return [group for group in groups if group.rect.height >= _MIN_HEIGHT * min(usual, tallest)]


def _is_edge(rect: _Rect, width: int, height: int) -> bool:
    """Whether a component is the edge of the paper or the table behind it."""
    at_side = rect.left <= 1 or rect.right >= width - 1
    at_end = rect.top <= 1 or rect.bottom >= height - 1
    return (at_side and rect.height > _MAX_BORDER_FRACTION * height and at_end) or (
        at_end and rect.width > _MAX_BORDER_FRACTION * width and at_side
    )


def _merge(groups: list[_Group]) -> list[_Group]:
    """Merge groups that are near each other until none are."""
    merged: list[_Group] = []
    for group in groups:
        while near := next((one for one in merged if _are_one(one.rect, group.rect)), None):
            merged.remove(near)
            group = near.union(group)
        merged.append(group)
    return merged


def _are_one(a: _Rect, b: _Rect) -> bool:
    """Whether two rectangles belong to strokes of one digit."""
    across, down = a.gaps(b)
    taller = max(a.height, b.height, 1)
    if max(across, down) <= _MAX_GAP * taller:
        return True
    overlap = -across / max(1, min(a.width, b.width))
    return overlap > 0.5 and down <= _MAX_BAR_GAP * taller and _is_bar(a, b)


def _is_bar(a: _Rect, b: _Rect) -> bool:
    """Whether the lower one of two rectangles above each other is a mere bar of the other."""
    return min(a.height, b.height) < 0.35 * max(a.height, b.height)


def _main_group(groups: list[_Group], shape: tuple[int, ...]) -> _Group:
    """Return the most central of those groups that are nearly as tall as the tallest."""
    tallest = max(group.rect.height for group in groups)
    tall = [group for group in groups if group.rect.height >= 0.7 * tallest]

    def distance(group: _Group) -> float:
        rect = group.rect
        x = (rect.left + rect.right) / 2 / shape[1] - 0.5
        y = (rect.top + rect.bottom) / 2 / shape[0] - 0.5
        return x * x + y * y

    return min(tall, key=distance)


def _reading_order(groups: list[_Group]) -> list[_Group]:
    rects = [group.rect for group in groups]
    boxes = [(rect.left, rect.top, rect.right, rect.bottom) for rect in rects]
    return [groups[index] for index in reading_order(boxes)]


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Return the indices of boxes line by line; a line is what overlaps its first one in height."""
    remaining = sorted(range(len(boxes)), key=lambda index: boxes[index][1])
    ordered: list[int] = []
    while remaining:
        first = boxes[remaining[0]]
        middle = (first[1] + first[3]) / 2
        line = [index for index in remaining if boxes[index][1] <= middle]
        ordered += sorted(line, key=lambda index: boxes[index][0])
        remaining = [index for index in remaining if boxes[index][1] > middle]
    return ordered


def _cut(foreground: Pixels, labels: NDArray[np.intp], group: _Group) -> FoundDigit:
    """Cut a digit out with a margin, without the strokes of its neighbors."""
    height, width = foreground.shape
    rect = group.rect
    margin = max(2, round(_MARGIN * max(rect.width, rect.height)))
    rows = slice(max(0, rect.top - margin), min(height, rect.bottom + margin))
    columns = slice(max(0, rect.left - margin), min(width, rect.right + margin))
    mask = np.isin(labels[rows, columns], list(group.numbers))
    mask = binary_dilation(mask, np.ones((3, 3), bool), iterations=2)  # with the soft edges
    drawing = np.where(mask, foreground[rows, columns], 0).astype(np.uint8)
    region = _Rect(columns.start, rows.start, columns.stop, rows.stop)
    shape = foreground.shape
    return FoundDigit(drawing, _fractions(rect, shape), _fractions(region, shape))


def _whole(foreground: Pixels) -> list[FoundDigit]:
    """Return the whole foreground as one digit, or none if it is blank."""
    boxes = find_objects(foreground >= _MIN_STROKE // 2, 1)
    if not boxes or boxes[0] is None:
        return []
    rows, columns = boxes[0]
    rect = _Rect(columns.start, rows.start, columns.stop, rows.stop)
    return [FoundDigit(foreground, _fractions(rect, foreground.shape))]


def _fractions(rect: _Rect, shape: tuple[int, ...]) -> Box:
    height, width = shape
    return rect.left / width, rect.top / height, rect.right / width, rect.bottom / height
