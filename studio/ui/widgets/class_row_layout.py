"""Where the parts of a class's row are. Plain arithmetic, the same for rows and their headings."""

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

Part = Literal["pencil", "name", "mean", "tiles", "bar"]
PAD, GAP, TILE_GAP = 16, 16, 4
SIDES = tuple(range(96, 32, -8))  # of tiles, down to 40
WIDE, SCROLLED_SIDE = 960, 56  # from this width on even many classes get such tiles
FEWEST_TILES, MOST_TILES = 8, 14
PENCIL = 16


@dataclass(frozen=True)
class ClassRowLayout:
    """Rectangles within a row of `width` logical pixels, its upper left corner being (0, 0).

    Tiles of `side` stand in `lines`; the mean picture is as large as one of them.
    """

    width: int
    side: int = SIDES[-1]
    lines: int = 1

    @cached_property
    def block(self) -> int:
        """Height of all tiles."""
        return self.lines * (self.side + TILE_GAP) - TILE_GAP

    @cached_property
    def height(self) -> int:
        """Height of a row."""
        return self.block + 16

    @cached_property
    def name(self) -> QRectF:
        """The name, with room for the pencil at its end."""
        width = min(220, max(96, round(0.17 * self.width)))
        return QRectF(PAD, 0, width, self.height)

    @cached_property
    def pencil(self) -> QRectF:
        """The mark that says that the name can be changed."""
        right, middle = self.name.right(), self.height / 2
        return QRectF(right - PENCIL, middle - PENCIL / 2, PENCIL, PENCIL)

    @cached_property
    def mean(self) -> QRectF:
        """The mean picture."""
        top = (self.height - self.side) // 2
        return QRectF(self.name.right() + GAP, top, self.side, self.side)

    @cached_property
    def bar(self) -> QRectF:
        """Count, share and bar."""
        width = min(240, max(104, round(0.18 * self.width)))
        return QRectF(self.width - PAD - width, 0, width, self.height)

    @cached_property
    def columns(self) -> int:
        """How many tiles a line has."""
        room = self.bar.left() - self.mean.right() - 2 * GAP
        fitting = int((room + TILE_GAP) // (self.side + TILE_GAP))
        return max(0, min(MOST_TILES // self.lines, fitting))

    @cached_property
    def tiles(self) -> QRectF:
        """All tiles together."""
        width = self.columns * (self.side + TILE_GAP) - TILE_GAP
        return QRectF(self.mean.right() + GAP, 8, max(0, width), self.block)

    def tile_rects(self) -> list[QRectF]:
        """The tiles one by one, line after line, as many as fit."""
        area, step = self.tiles, self.side + TILE_GAP
        return [
            QRectF(area.left() + column * step, area.top() + line * step, self.side, self.side)
            for line in range(self.lines)
            for column in range(self.columns)
        ]

    def part_at(self, point: QPointF) -> Part:
        """Which part of the row is there: what is between two belongs to the left one."""
        if self.pencil.adjusted(-4, -8, 4, 8).contains(point):
            return "pencil"
        if point.x() < self.mean.left():
            return "name"
        if point.x() < self.tiles.left():
            return "mean"
        return "tiles" if point.x() < self.bar.left() else "bar"


def fit_row_layout(width: int, height: int, count: int) -> ClassRowLayout:
    """The layout with the largest pictures at which `count` classes are in view at once.

    Where they are too many for that, they are scrolled.
    """
    for side, lines in product(SIDES, (1, 2)):
        layout = ClassRowLayout(width, side, lines)
        if count * layout.height <= height and len(layout.tile_rects()) >= FEWEST_TILES:
            return layout
    return ClassRowLayout(width, SCROLLED_SIDE if width >= WIDE else SIDES[-1])
