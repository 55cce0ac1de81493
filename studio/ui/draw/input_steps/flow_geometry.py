"""How many step images fit beside each other, and how large they become."""

from typing import NamedTuple

ARROW_PX, ROW_GAP_PX = 28, 16
MIN_CELL_PX = 120  # narrower, the title and the effect do not fit

# What a step needs besides its image: title, caption and effect; and a sentence.
BARE_PX, SENTENCE_PX = 88, 58

# With smaller images the sentences become tooltips; below that the view scrolls.
MIN_IMAGE_WITH_SENTENCE_PX, MIN_IMAGE_PX = 120, 84


class FlowGeometry(NamedTuple):
    """Cells in reading order; `height` is that of all rows."""

    columns: int
    cell_width: int
    cell_height: int
    height: int
    has_sentences: bool


def compute_flow(width: int, height: int, count: int) -> FlowGeometry:
    """Choose the number of columns with which the images of `count` steps are largest."""
    full = _largest(width, height, count, BARE_PX + SENTENCE_PX)
    if _image_side(full, BARE_PX + SENTENCE_PX) >= MIN_IMAGE_WITH_SENTENCE_PX:
        return _fitted(full, BARE_PX + SENTENCE_PX)._replace(has_sentences=True)
    bare = _largest(width, height, count, BARE_PX)
    if _image_side(bare, BARE_PX) >= MIN_IMAGE_PX:
        return _fitted(bare, BARE_PX)
    columns = max(1, min(count, (width + ARROW_PX) // (MIN_CELL_PX + ARROW_PX)))
    rows = -(-count // columns)
    cell = MIN_IMAGE_PX + BARE_PX
    total = rows * cell + (rows - 1) * ROW_GAP_PX
    return FlowGeometry(columns, _cell_width(width, columns), cell, total, False)


def _largest(width: int, height: int, count: int, text_height: int) -> FlowGeometry:
    candidates = [_with_columns(width, height, count, columns) for columns in range(1, count + 1)]
    wide = [c for c in candidates if c.cell_width >= MIN_CELL_PX] or candidates[:1]
    return max(wide, key=lambda candidate: _image_side(candidate, text_height))


def _with_columns(width: int, height: int, count: int, columns: int) -> FlowGeometry:
    rows = -(-count // columns)
    cell_height = (height - (rows - 1) * ROW_GAP_PX) // rows
    return FlowGeometry(columns, _cell_width(width, columns), cell_height, height, False)


def _cell_width(width: int, columns: int) -> int:
    return (width - (columns - 1) * ARROW_PX) // columns


def _fitted(geometry: FlowGeometry, text_height: int) -> FlowGeometry:
    """Leave no gap between an image and the text below, where the width limits the image."""
    needed = _image_side(geometry, text_height) + text_height
    return geometry._replace(cell_height=min(geometry.cell_height, needed))


def _image_side(geometry: FlowGeometry, text_height: int) -> int:
    return min(geometry.cell_width, geometry.cell_height - text_height)
