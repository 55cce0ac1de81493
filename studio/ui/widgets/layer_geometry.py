"""Layout of the boxes of a network diagram. No painting; lengths in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log2

# Depth of a box, as fractions of its height: how far its back is to the right and up.
SLANT, RISE = 0.32, 0.26
# Wider slants leave more room for an image on the side of a box, where the width allows it.
WIDE_SLANTS = (0.72, 0.6, 0.5, 0.4)
_VECTORS = ("linear", "output", "vector_norm", "vector_activation")
# Layers that are painted as slabs in front of the layer before, as they keep its shape.
_FOLLOWERS = ("norm", "activation", "vector_norm", "vector_activation")
_VECTOR_WIDTH, _SLAB_WIDTH, _SLAB_GAP = 7.0, 5.0, 2.0
# Fraction of the width for the fronts of the boxes; less where their sides show images.
_MIN_FRONTS, _MIN_FRONTS_OF_WIDE = 0.36, 0.2
_MIN_WIDE_HEIGHT = 0.9  # fraction of the height without slants that wide slants may cost
_MIN_HEIGHT = 16.0  # lower boxes do not become narrower


@dataclass(frozen=True)
class DiagramLayer:
    """A layer: its `kind`, and its output of `depth` square maps.

    `kind` is input, conv, pool, linear or output; norm or activation for those of maps, vector_norm
    or vector_activation for those of linear layers. `side` is the side of a map in values; linear
    layers have side 1 and their width as depth.
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
    """The front of a layer's box; the width stands for its maps, the height for their side.

    `slant_fraction` is the distance of its back to the right, as a fraction of the height. The side
    of a box that `is_covered` is hidden by a slab in front of it.
    """

    layer: DiagramLayer
    left: float
    top: float
    width: float
    height: float
    slant_fraction: float = SLANT
    is_covered: bool = False

    @property
    def slant(self) -> float:
        """Distance of the back from the front to the right."""
        return 0.0 if self.is_vector else self.height * self.slant_fraction

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


def layout_boxes(
    layers: Sequence[DiagramLayer],
    width: float,
    height: float,
    slant: float = SLANT,
    min_fronts: float = _MIN_FRONTS,
) -> list[Box]:
    """Lay out boxes from left to right inside width x height, centered vertically.

    Heights are proportional to the sides of the maps. Widths are proportional to the square root
    of the number of maps, because 64 maps would be invisible beside 512 otherwise.
    """
    if not layers:
        return []
    heights = _heights(layers, height)
    covered = [*(_follows(*pair) for pair in pairwise(layers)), False]
    slants = [
        0.0 if _is_vector(layer) or hidden else box_height * slant
        for layer, box_height, hidden in zip(layers, heights, covered, strict=True)
    ]
    gap = min(64.0, 0.3 * width / covered.count(False))
    slab_gap = min(_SLAB_GAP, 0.1 * width / len(layers))
    gaps = [slab_gap if hidden else gap for hidden in covered]
    available = width - sum(slants) - sum(gaps[:-1])
    if available < min_fronts * width and height > _MIN_HEIGHT:
        # Lower boxes have less slant, which leaves more width.
        lower = layout_boxes(layers, width, height * 0.9, slant, min_fronts)
        return [replace(box, top=box.top + height * 0.05) for box in lower]
    widths = _widths(layers, max(available, 1.0))
    used = sum(widths) + sum(slants) + sum(gaps[:-1])
    left, boxes = max(0.0, (width - used) / 2), []
    for index, layer in enumerate(layers):
        rise = 0.0 if _is_vector(layer) else heights[index] * RISE
        top = (height - heights[index] + rise) / 2
        front = left, top, widths[index], heights[index]
        boxes.append(Box(layer, *front, slant, covered[index]))
        left += widths[index] + slants[index] + gaps[index]
    return boxes


def layout_wide_boxes(layers: Sequence[DiagramLayer], width: float, height: float) -> list[Box]:
    """Lay out boxes as `layout_boxes`, as deep as possible without becoming much lower."""
    for slant in (*WIDE_SLANTS, SLANT):
        boxes = layout_boxes(layers, width, height, slant, _MIN_FRONTS_OF_WIDE)
        highest = max((box.height for box in boxes), default=0.0)
        if not boxes or highest >= _MIN_WIDE_HEIGHT * max(_heights(layers, height)):
            break
    return boxes


def _is_vector(layer: DiagramLayer) -> bool:
    return layer.kind in _VECTORS


def _follows(layer: DiagramLayer, after: DiagramLayer) -> bool:
    """Whether the layer `after` is painted as a slab in front of `layer`."""
    same_shape = (layer.side, layer.depth) == (after.side, after.depth)
    return after.kind in _FOLLOWERS and same_shape and _is_vector(layer) == _is_vector(after)


def _heights(layers: Sequence[DiagramLayer], height: float) -> list[float]:
    unit = height / (1 + RISE) / max(layer.side for layer in layers)
    return [_height(layer, unit, height) for layer in layers]


def _height(layer: DiagramLayer, unit: float, height: float) -> float:
    if _is_vector(layer):
        return min(height, 14 + 7 * log2(layer.depth + 1))
    return max(layer.side * unit, 5.0)


def _widths(layers: Sequence[DiagramLayer], available: float) -> list[float]:
    fixed = {i: _VECTOR_WIDTH for i, layer in enumerate(layers) if _is_vector(layer)}
    fixed |= {i: 3.0 for i, layer in enumerate(layers) if layer.kind in ("input", "pool")}
    fixed |= {i: _SLAB_WIDTH for i, layer in enumerate(layers) if layer.kind in _FOLLOWERS}
    roots = {i: layer.depth**0.5 for i, layer in enumerate(layers) if i not in fixed}
    scale = (available - sum(fixed.values())) / sum(roots.values()) if roots else 0.0
    scale = min(scale, 14.0)
    widths = [fixed.get(i) or max(2.0, scale * roots[i]) for i in range(len(layers))]
    shrink = min(1.0, available / sum(widths))
    return [width * shrink for width in widths]
