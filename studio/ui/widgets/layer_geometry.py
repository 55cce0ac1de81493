"""Where the boxes of a network diagram go. Plain numbers, no painting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log2

SLANT = 0.32  # how far a box recedes, as a share of its height
RISE = 0.26
_VECTOR_WIDTH = 7.0


@dataclass(frozen=True)
class DiagramLayer:
    """One layer: `kind` input, conv, pool, linear or output; `side` pixels square, `depth` maps.

    Linear layers have side 1 and their width as depth. `text` tells about the layer on hover.
    A `still` layer does not learn.
    """

    kind: str
    side: int
    depth: int
    name: str
    text: str
    kernel: int = 0
    frozen: bool = False


@dataclass(frozen=True)
class Box:
    """A slab's front in pixels: left, top, width (its maps), height (its side)."""

    slab: DiagramLayer
    left: float
    top: float
    width: float
    height: float

    @property
    def slant(self) -> float:
        """How far right its back is."""
        return 0.0 if self.is_vector else self.height * SLANT

    @property
    def rise(self) -> float:
        """How far up its back is."""
        return 0.0 if self.is_vector else self.height * RISE

    @property
    def is_vector(self) -> bool:
        """Whether this is a column of numbers, not a stack of maps."""
        return self.slab.kind in ("linear", "output")

    @property
    def middle(self) -> tuple[float, float]:
        """Centre of the whole body."""
        return self.left + (self.width + self.slant) / 2, self.top + (self.height - self.rise) / 2


def place(slabs: Sequence[DiagramLayer], width: float, height: float) -> list[Box]:
    """Lay slabs out left to right inside width x height, all on one centre line.

    Heights are to scale with the layers' sides. Widths share what room is left in proportion to the
    square root of the number of maps, as a to-scale 512 would leave 64 invisible.
    """
    if not slabs:
        return []
    tallest = max(slab.side for slab in slabs)
    unit = height / (1 + RISE) / tallest
    heights = [_height(slab, unit, height) for slab in slabs]
    slants = [0.0 if _is_vector(s) else h * SLANT for s, h in zip(slabs, heights, strict=True)]
    gap = min(64.0, 0.3 * width / len(slabs))
    room = width - sum(slants) - gap * (len(slabs) - 1)
    if room < 0.36 * width:  # too many layers for this width: less height takes less slant
        lower = place(slabs, width, height * 0.9)
        return [replace(box, top=box.top + height * 0.05) for box in lower]
    widths = _widths(slabs, room, unit)
    return _row(slabs, widths, heights, slants, gap, width, height)


def _is_vector(slab: DiagramLayer) -> bool:
    return slab.kind in ("linear", "output")


def _height(slab: DiagramLayer, unit: float, height: float) -> float:
    if _is_vector(slab):
        return min(height, 14 + 7 * log2(slab.depth + 1))
    return max(slab.side * unit, 5.0)


def _widths(slabs: Sequence[DiagramLayer], room: float, unit: float) -> list[float]:
    fixed = {i: _VECTOR_WIDTH for i, slab in enumerate(slabs) if _is_vector(slab)}
    fixed |= {i: 3.0 for i, slab in enumerate(slabs) if slab.kind in ("input", "pool")}
    roots = {i: slab.depth**0.5 for i, slab in enumerate(slabs) if i not in fixed}
    share = (room - sum(fixed.values())) / sum(roots.values()) if roots else 0.0
    share = min(share, 14.0)
    widths = [fixed.get(i) or max(2.0, share * roots[i]) for i in range(len(slabs))]
    crowded = min(1.0, room / sum(widths))
    return [width * crowded for width in widths]


def _row(
    slabs: Sequence[DiagramLayer],
    widths: Sequence[float],
    heights: Sequence[float],
    slants: Sequence[float],
    gap: float,
    width: float,
    height: float,
) -> list[Box]:
    used = sum(widths) + sum(slants) + gap * (len(slabs) - 1)
    left = max(0.0, (width - used) / 2)
    boxes = []
    for slab, wide, high, slant in zip(slabs, widths, heights, slants, strict=True):
        rise = 0.0 if _is_vector(slab) else high * RISE
        boxes.append(Box(slab, left, (height - high + rise) / 2, wide, high))
        left += wide + slant + gap
    return boxes
