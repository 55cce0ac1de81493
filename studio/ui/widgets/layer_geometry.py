"""Layout of the boxes of a network diagram. No painting; lengths in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log2

# Depth of a box, as fractions of its height: how far its back is to the right and up.
SLANT, RISE = 0.32, 0.26
_VECTOR_WIDTH = 7.0


@dataclass(frozen=True)
class DiagramLayer:
    """A layer: `kind` input, conv, pool, linear or output, and its output of `depth` square maps.

    `side` is the side of a map in values; linear layers have side 1 and their width as depth.
    `text` is the description shown as a tooltip. A `frozen` layer is not trained.
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
    """The front of a layer's box; the width stands for its maps, the height for their side."""

    layer: DiagramLayer
    left: float
    top: float
    width: float
    height: float

    @property
    def slant(self) -> float:
        """Distance of the back from the front to the right."""
        return 0.0 if self.is_vector else self.height * SLANT

    @property
    def rise(self) -> float:
        """Distance of the back from the front upwards."""
        return 0.0 if self.is_vector else self.height * RISE

    @property
    def is_vector(self) -> bool:
        """Whether the layer outputs a vector, not a stack of maps."""
        return _is_vector(self.layer)

    @property
    def middle(self) -> tuple[float, float]:
        """Center of the whole box."""
        return self.left + (self.width + self.slant) / 2, self.top + (self.height - self.rise) / 2


def layout_boxes(layers: Sequence[DiagramLayer], width: float, height: float) -> list[Box]:
    """Lay out boxes from left to right inside width x height, centered vertically.

    Heights are proportional to the sides of the maps. Widths are proportional to the square root
    of the number of maps, because 64 maps would be invisible beside 512 otherwise.
    """
    if not layers:
        return []
    tallest = max(layer.side for layer in layers)
    unit = height / (1 + RISE) / tallest
    heights = [_height(layer, unit, height) for layer in layers]
    slants = [0.0 if _is_vector(s) else h * SLANT for s, h in zip(layers, heights, strict=True)]
    gap = min(64.0, 0.3 * width / len(layers))
    available = width - sum(slants) - gap * (len(layers) - 1)
    if available < 0.36 * width:  # lower boxes have less slant, which leaves more width
        lower = layout_boxes(layers, width, height * 0.9)
        return [replace(box, top=box.top + height * 0.05) for box in lower]
    widths = _widths(layers, available, unit)
    return _row(layers, widths, heights, slants, gap, width, height)


def _is_vector(layer: DiagramLayer) -> bool:
    return layer.kind in ("linear", "output")


def _height(layer: DiagramLayer, unit: float, height: float) -> float:
    if _is_vector(layer):
        return min(height, 14 + 7 * log2(layer.depth + 1))
    return max(layer.side * unit, 5.0)


def _widths(layers: Sequence[DiagramLayer], available: float, unit: float) -> list[float]:
    fixed = {i: _VECTOR_WIDTH for i, layer in enumerate(layers) if _is_vector(layer)}
    fixed |= {i: 3.0 for i, layer in enumerate(layers) if layer.kind in ("input", "pool")}
    roots = {i: layer.depth**0.5 for i, layer in enumerate(layers) if i not in fixed}
    scale = (available - sum(fixed.values())) / sum(roots.values()) if roots else 0.0
    scale = min(scale, 14.0)
    widths = [fixed.get(i) or max(2.0, scale * roots[i]) for i in range(len(layers))]
    shrink = min(1.0, available / sum(widths))
    return [width * shrink for width in widths]


def _row(
    layers: Sequence[DiagramLayer],
    widths: Sequence[float],
    heights: Sequence[float],
    slants: Sequence[float],
    gap: float,
    width: float,
    height: float,
) -> list[Box]:
    used = sum(widths) + sum(slants) + gap * (len(layers) - 1)
    left = max(0.0, (width - used) / 2)
    boxes = []
    for layer, box_width, box_height, slant in zip(layers, widths, heights, slants, strict=True):
        rise = 0.0 if _is_vector(layer) else box_height * RISE
        boxes.append(Box(layer, left, (height - box_height + rise) / 2, box_width, box_height))
        left += box_width + slant + gap
    return boxes
