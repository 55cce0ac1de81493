"""Convert blocks of filters to text such as “64×2 | 128×2” and back. No Qt here."""

import re
from collections.abc import Sequence
from itertools import groupby

from studio.errors import ConfigError

Widths = tuple[int, ...]
Blocks = tuple[Widths, ...]

MAX_BLOCKS = 8
MAX_BLOCK_LAYERS = 16
_FILTERS = "model.filters"
_MAX_ADDED_WIDTH = 512  # published VGGs stop doubling here

_NUMBER = re.compile(r"\d{1,6}")
_ITEM = re.compile(r"(\d{1,6})(?:×(\d{0,6}))?")
_TIMES = re.compile(r"\s*[x×*]\s*")
_BLOCK_SEPARATOR = re.compile(r"[|/;]")
_WIDTH_SEPARATOR = re.compile(r"[\s,+-]+")
# The widths that the arrow keys step through.
_LADDER = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096)


def parse_blocks(text: str) -> Blocks:
    """Return the filters of each convolution, block by block.

    “|” separates blocks, a comma, space or hyphen convolutions, and “64×2” stands for “64, 64”.
    Empty blocks at the end are ignored. Raises ConfigError naming model.filters.
    """
    blocks = _BLOCK_SEPARATOR.split(text)
    while blocks and not blocks[-1].strip():
        blocks.pop()
    if not blocks:
        raise ConfigError(_FILTERS, "There is no convolution.", "Enter filters, such as 32 | 64.")
    if len(blocks) > MAX_BLOCKS:
        raise ConfigError(_FILTERS, f"{len(blocks)} blocks are too many.", f"At most {MAX_BLOCKS}.")
    return tuple(parse_widths(block, _FILTERS) for block in blocks)


def parse_widths(text: str, field: str) -> Widths:
    """Return the widths of a block or of the hidden layers. Raises ConfigError naming `field`."""
    items = _WIDTH_SEPARATOR.split(_TIMES.sub("×", text.lower()).strip(" ,+-"))
    widths = [width for item in items if item for width in _repeat(item, field)]
    _check_layer_count(len(widths), field)
    return tuple(widths)


def blocks_text(blocks: Sequence[Sequence[int]]) -> str:
    """Return blocks as text for `parse_blocks`, with equal neighbors counted."""
    return " | ".join(", ".join(_counted(block)) for block in blocks)


def widths_text(widths: Sequence[int]) -> str:
    """Return widths as text for `parse_widths`."""
    return ", ".join(str(width) for width in widths)


def add_block(blocks: Blocks) -> Blocks:
    """Add a block like the last with twice its filters, but no more than published VGGs have."""
    return (*blocks, tuple(max(width, min(2 * width, _MAX_ADDED_WIDTH)) for width in blocks[-1]))


def step_at(text: str, caret: int, step: int) -> tuple[str, int]:
    """Move the number at `caret` to the next usual width; return the text and the caret.

    `step` is 1 for a larger one and -1 for a smaller one. A number after “×” counts convolutions
    and changes by one.
    """
    found = next((m for m in _NUMBER.finditer(text) if m.start() <= caret <= m.end()), None)
    if found is None:
        return text, caret
    before = text[: found.start()]
    counts = before.rstrip().endswith(("×", "x", "*"))
    number = int(found[0])
    new = max(1, number + step) if counts else _step_width(number, step)
    return f"{before}{new}{text[found.end() :]}", found.start() + len(str(new))


def _repeat(item: str, field: str) -> Sequence[int]:
    found = _ITEM.fullmatch(item)
    if found is None:
        raise ConfigError(field, f"“{item}” is not a number.", "Enter 64, or 64×2 for two layers.")
    width, count = int(found[1]), int(found[2] or 1)
    _check_layer_count(count, field)  # before the list is made, which could be huge
    return [width] * count


def _check_layer_count(layers: int, field: str) -> None:
    if layers > MAX_BLOCK_LAYERS:
        hint = f"At most {MAX_BLOCK_LAYERS}."
        raise ConfigError(field, f"{layers} layers in a row are too many.", hint)


def _counted(widths: Sequence[int]) -> list[str]:
    runs = [(width, len(list(run))) for width, run in groupby(widths)]
    return [f"{width}×{count}" if count > 1 else f"{width}" for width, count in runs]


def _step_width(number: int, step: int) -> int:
    if step > 0:
        return next((rung for rung in _LADDER if rung > number), number)
    return next((rung for rung in reversed(_LADDER) if rung < number), number)
