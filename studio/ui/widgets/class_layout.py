"""Where the parts of a class's row are. Plain arithmetic, the same for rows and their headings."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

Part = Literal["pencil", "name", "mean", "tiles", "bar"]
PAD, GAP, TILE_GAP = 16, 16, 4
SIDES = (96, 72, 56, 40)  # of tiles
WIDE = 960  # from this width on even many classes get tiles that are not the smallest
FEWEST_TILES, MOST_TILES = 8, 14
PENCIL = 16


@dataclass(frozen=True)
class ClassLayout:
    """Rectangles within a row of `width` logical pixels, its upper left corner being (0, 0).

    `side` is that of the mean picture and the tiles.
    """

    width: int
    side: int = SIDES[-1]

    @property
    def height(self) -> int:
        """Height of a row."""
        return self.side + 16

    @property
    def name(self) -> QRectF:
        """The name, with room for the pencil at its end."""
        width = min(220, max(96, round(0.17 * self.width)))
        return QRectF(PAD, 0, width, self.height)

    @property
    def pencil(self) -> QRectF:
        """The mark that says that the name can be changed."""
        right, middle = self.name.right(), self.height / 2
        return QRectF(right - PENCIL, middle - PENCIL / 2, PENCIL, PENCIL)

    @property
    def mean(self) -> QRectF:
        """The mean picture."""
        return QRectF(self.name.right() + GAP, 8, self.side, self.side)

    @property
    def bar(self) -> QRectF:
        """Count, share and bar."""
        width = min(240, max(104, round(0.18 * self.width)))
        return QRectF(self.width - PAD - width, 0, width, self.height)

    @property
    def tiles(self) -> QRectF:
        """All tiles together."""
        left, step = self.mean.right() + GAP, self.side + TILE_GAP
        room = self.bar.left() - GAP - left
        count = min(MOST_TILES, max(0, int((room + TILE_GAP) // step)))
        return QRectF(left, 8, max(0, count * step - TILE_GAP), self.side)

    def tile_rects(self) -> list[QRectF]:
        """The tiles one by one, as many as fit."""
        area, step = self.tiles, self.side + TILE_GAP
        count = int((area.width() + TILE_GAP) // step)
        return [QRectF(area.left() + i * step, 8, self.side, self.side) for i in range(count)]

    def part_at(self, point: QPointF) -> Part:
        """Which part of the row is there: what is between two belongs to the left one."""
        if self.pencil.adjusted(-4, -8, 4, 8).contains(point):
            return "pencil"
        if point.x() < self.mean.left():
            return "name"
        if point.x() < self.tiles.left():
            return "mean"
        return "tiles" if point.x() < self.bar.left() else "bar"


def fitting_layout(width: int, height: int, count: int) -> ClassLayout:
    """The layout with the largest pictures at which `count` classes are in view at once.

    Where they are too many for that, they are scrolled.
    """
    for side in SIDES:
        layout = ClassLayout(width, side)
        if count * layout.height <= height and len(layout.tile_rects()) >= FEWEST_TILES:
            return layout
    return ClassLayout(width, SIDES[-2] if width >= WIDE else SIDES[-1])
