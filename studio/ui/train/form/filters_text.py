"""Blocks of filters as a line of text such as “64×2 | 128×2”, and back. No Qt here."""

import re
from collections.abc import Sequence
from itertools import groupby

from studio.errors import ConfigError

Widths = tuple[int, ...]
Blocks = tuple[Widths, ...]

MAX_BLOCKS = 8
MAX_IN_A_BLOCK = 16
_FILTERS = "model.filters"
_WIDEST = 512  # of a block that is added: published VGGs stop doubling here

_NUMBER = re.compile(r"\d{1,6}")
_ITEM = re.compile(r"(\d{1,6})(?:×(\d{0,6}))?")
_TIMES = re.compile(r"\s*[x×*]\s*")
_BETWEEN_BLOCKS = re.compile(r"[|/;]")
_BETWEEN_WIDTHS = re.compile(r"[\s,+-]+")
# What the arrow keys step through.
_LADDER = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096)


def parse_blocks(text: str) -> Blocks:
    """The filters of each convolution, block by block.

    “|” parts blocks, a comma, space or hyphen convolutions, and “64×2” stands for “64, 64”; a part
    not yet typed at the end is left out. Raises ConfigError at model.filters.
    """
    parts = _BETWEEN_BLOCKS.split(text)
    while parts and not parts[-1].strip():
        parts.pop()
    if not parts:
        raise ConfigError(_FILTERS, "There is no convolution.", "Write filters, such as 32 | 64.")
    if len(parts) > MAX_BLOCKS:
        raise ConfigError(_FILTERS, f"{len(parts)} blocks are too many.", f"At most {MAX_BLOCKS}.")
    return tuple(parse_widths(part, _FILTERS) for part in parts)


def parse_widths(text: str, field: str) -> Widths:
    """The numbers of one block or of the hidden layers. Raises ConfigError naming `field`."""
    words = _BETWEEN_WIDTHS.split(_TIMES.sub("×", text.lower()).strip(" ,+-"))
    widths = [width for word in words if word for width in _repeated(word, field)]
    if len(widths) > MAX_IN_A_BLOCK:
        hint = f"At most {MAX_IN_A_BLOCK}."
        raise ConfigError(field, f"{len(widths)} layers in a row are too many.", hint)
    return tuple(widths)


def blocks_text(blocks: Sequence[Sequence[int]]) -> str:
    """Blocks as `parse_blocks` reads them, with neighbours of one width counted."""
    return " | ".join(", ".join(_counted(block)) for block in blocks)


def widths_text(widths: Sequence[int]) -> str:
    """Widths as `parse_widths` reads them."""
    return ", ".join(str(width) for width in widths)


def add_block(blocks: Blocks) -> Blocks:
    """One more block like the last with twice its filters, but no more than published VGGs have."""
    return (*blocks, tuple(max(width, min(2 * width, _WIDEST)) for width in blocks[-1]))


def step_at(text: str, caret: int, steps: int) -> tuple[str, int]:
    """`text` with the number at `caret` moved up or down a ladder of usual widths, and the caret.

    A number behind “×” counts convolutions and goes in ones.
    """
    found = next((m for m in _NUMBER.finditer(text) if m.start() <= caret <= m.end()), None)
    if found is None:
        return text, caret
    before = text[: found.start()]
    counts = before.rstrip().endswith(("×", "x", "*"))
    number = int(found[0])
    new = max(1, number + steps) if counts else _climb(number, steps)
    return f"{before}{new}{text[found.end() :]}", found.start() + len(str(new))


def _repeated(word: str, field: str) -> Sequence[int]:
    found = _ITEM.fullmatch(word)
    if found is None:
        raise ConfigError(field, f"“{word}” is no number.", "Write 64, or 64×2 for two in a row.")
    width, count = int(found[1]), int(found[2] or 1)
    if count > MAX_IN_A_BLOCK:
        hint = f"At most {MAX_IN_A_BLOCK}."
        raise ConfigError(field, f"{count} layers in a row are too many.", hint)
    return [width] * count


def _counted(widths: Sequence[int]) -> list[str]:
    runs = [(width, len(list(run))) for width, run in groupby(widths)]
    return [f"{width}×{count}" if count > 1 else f"{width}" for width, count in runs]


def _climb(number: int, steps: int) -> int:
    above = [rung for rung in _LADDER if rung > number]
    below = [rung for rung in reversed(_LADDER) if rung < number]
    path = above if steps > 0 else below
    return path[min(abs(steps), len(path)) - 1] if path and steps else number
