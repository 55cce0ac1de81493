"""Draws many points into an image at once. No Qt: it can run in any thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Offsets = Sequence[tuple[int, int]]

# With fewer points, larger ones are easier to see and to hit.
_FEW_POINTS: Final = 3000
# Opacity of one point of few, and of many: points on top of each other are darker.
_OPACITY, _LOW_OPACITY, _MANY_POINTS = 0.55, 0.35, 20_000


@dataclass(frozen=True, eq=False)
class ScatterPoints:
    """Points x, y float32 [n] in 0..1, y upwards, each of one of several groups, int8 [n].

    The points of `crossed` groups are crosses, which are drawn over the others.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    groups: NDArray[np.int8]
    crossed: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class ScatterRequest:
    """What to draw: points, "#RRGGBB" per group, size in device pixels and pixels per point."""

    points: ScatterPoints
    colors: tuple[str, ...]
    width: int
    height: int
    scale: float = 1.0


def render_scatter(request: ScatterRequest) -> NDArray[np.uint32]:
    """Return premultiplied ARGB pixels [height, width]; the background is transparent."""
    points, shape = request.points, (request.height, request.width)
    columns = np.rint(points.x * (request.width - 1)).astype(np.int64)
    rows = np.rint((1 - points.y) * (request.height - 1)).astype(np.int64)
    cells = rows * request.width + columns
    total = np.zeros(shape, np.float32)
    mixed = np.zeros((3, *shape), np.float32)
    for group, color in enumerate(request.colors):
        crossed = group in points.crossed
        counts = np.bincount(cells[points.groups == group], minlength=total.size)
        if not counts.any():
            continue
        side = _point_side(len(points.x), request.scale, crossed)
        weights = _stamp(counts.reshape(shape), _cross(side) if crossed else _square(side))
        if crossed:
            weights *= 8.0
        total += weights
        mixed += weights * np.array(_components(color), np.float32)[:, None, None]
    opacity = _OPACITY if len(points.x) < _MANY_POINTS else _LOW_OPACITY
    return _to_argb(total, mixed, opacity)


def _point_side(count: int, scale: float, crossed: bool) -> int:
    side = (5 if count < _FEW_POINTS else 3) + 2 * crossed
    return max(1, round(side * scale)) | 1  # odd, so that a point has a center


def _square(side: int) -> Offsets:
    """Return the offsets of a square without its corners."""
    reach = range(-(side // 2), side // 2 + 1)
    corner = side // 2
    return [(dy, dx) for dy in reach for dx in reach if side < 3 or abs(dy) + abs(dx) < 2 * corner]


def _cross(side: int) -> Offsets:
    """Return the offsets of a diagonal cross, two pixels thick."""
    reach = range(-(side // 2), side // 2 + 1)
    lines = {(d, d) for d in reach} | {(d, -d) for d in reach}
    return sorted(lines | {(dy, dx + 1) for dy, dx in lines if dx < side // 2})


def _stamp(counts: NDArray[np.int64], offsets: Offsets) -> NDArray[np.float32]:
    """Return the number of points that cover each pixel, when each covers `offsets`."""
    height, width = counts.shape
    margin = max(max(abs(dy), abs(dx)) for dy, dx in offsets)
    padded = np.pad(counts.astype(np.float32), margin)
    covered = np.zeros((height, width), np.float32)
    for dy, dx in offsets:
        top, left = margin + dy, margin + dx
        covered += padded[top : top + height, left : left + width]
    return covered


def _to_argb(
    total: NDArray[np.float32], mixed: NDArray[np.float32], opacity: float
) -> NDArray[np.uint32]:
    alpha = 1 - np.float32(1 - opacity) ** total
    color = mixed / np.maximum(total, 1) * alpha
    red, green, blue = color.round().astype(np.uint32)
    argb = (alpha * 255).round().astype(np.uint32) << 24 | red << 16 | green << 8 | blue
    return np.ascontiguousarray(argb)


def _components(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
