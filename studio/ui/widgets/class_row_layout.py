"""Layout of the rows of a class list, shared by the rows and their header. No painting."""

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

RowPart = Literal["pencil", "name", "mean", "tiles", "bar"]
# Lengths in logical pixels.
PADDING, GAP, TILE_GAP = 16, 16, 4
TILE_SIDES = tuple(range(96, 32, -8))  # from the largest to the smallest
WIDE, WIDE_TILE_SIDE = 960, 56  # tile side in wide lists that scroll
MIN_TILES, MAX_TILES = 8, 14
PENCIL = 16


@dataclass(frozen=True)
class ClassRowLayout:
    """Rectangles of a row of `width` logical pixels, relative to its top left corner.

    The images are square tiles of `side` in one or two `lines`; the mean image is one more tile.
    """

    width: int
    side: int = TILE_SIDES[-1]
    lines: int = 1

    @cached_property
    def block(self) -> int:
        """Height of all lines of tiles."""
        return self.lines * (self.side + TILE_GAP) - TILE_GAP

    @cached_property
    def height(self) -> int:
        """Height of the row."""
        return self.block + 16

    @cached_property
    def name(self) -> QRectF:
        """The name, including the pencil icon at its end."""
        width = min(220, max(96, round(0.17 * self.width)))
        return QRectF(PADDING, 0, width, self.height)

    @cached_property
    def pencil(self) -> QRectF:
        """The icon that starts renaming."""
        right, middle = self.name.right(), self.height / 2
        return QRectF(right - PENCIL, middle - PENCIL / 2, PENCIL, PENCIL)

    @cached_property
    def mean(self) -> QRectF:
        """The mean image."""
        top = (self.height - self.side) // 2
        return QRectF(self.name.right() + GAP, top, self.side, self.side)

    @cached_property
    def bar(self) -> QRectF:
        """The count, the percentage and the bar."""
        width = min(240, max(104, round(0.18 * self.width)))
        return QRectF(self.width - PADDING - width, 0, width, self.height)

    @cached_property
    def columns(self) -> int:
        """Number of tiles per line."""
        available = self.bar.left() - self.mean.right() - 2 * GAP
        fitting = int((available + TILE_GAP) // (self.side + TILE_GAP))
        return max(0, min(MAX_TILES // self.lines, fitting))

    @cached_property
    def tiles(self) -> QRectF:
        """The area of all tiles."""
        width = self.columns * (self.side + TILE_GAP) - TILE_GAP
        return QRectF(self.mean.right() + GAP, 8, max(0, width), self.block)

    def tile_rects(self) -> list[QRectF]:
        """Return the rectangles of all tiles, line by line."""
        area, step = self.tiles, self.side + TILE_GAP
        return [
            QRectF(area.left() + column * step, area.top() + line * step, self.side, self.side)
            for line in range(self.lines)
            for column in range(self.columns)
        ]

    def part_at(self, point: QPointF) -> RowPart:
        """Return the part at a point; gaps belong to the part on their left."""
        if self.pencil.adjusted(-4, -8, 4, 8).contains(point):
            return "pencil"
        if point.x() < self.mean.left():
            return "name"
        if point.x() < self.tiles.left():
            return "mean"
        return "tiles" if point.x() < self.bar.left() else "bar"


def fit_row_layout(width: int, height: int, count: int) -> ClassRowLayout:
    """Return the layout with the largest tiles at which `count` rows fit into `height`.

    If no layout fits, the list scrolls and its tiles have a medium size.
    """
    for side, lines in product(TILE_SIDES, (1, 2)):
        layout = ClassRowLayout(width, side, lines)
        if count * layout.height <= height and len(layout.tile_rects()) >= MIN_TILES:
            return layout
    return ClassRowLayout(width, WIDE_TILE_SIDE if width >= WIDE else TILE_SIDES[-1])
