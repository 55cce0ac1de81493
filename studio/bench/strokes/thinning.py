"""Turn images of handwriting into strokes: thinning, then tracing of the skeleton."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Polyline = NDArray[np.float64]  # points [n, 2] as (x, y)

# The eight neighbors clockwise from the top, as (row, column).
RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))

# Images are enlarged before they are thinned, so that the skeleton is smooth.
UPSCALING = 3
MARGIN = 2


def _removable(first: bool) -> NDArray[np.bool_]:
    """For each of 256 neighborhoods, whether a subiteration removes the pixel.

    T. Y. Zhang, C. Y. Suen, A Fast Parallel Algorithm for Thinning Digital Patterns (1984).
    """
    table = np.zeros(256, bool)
    for code in range(256):
        ring = [code >> bit & 1 for bit in range(8)]
        top, right, bottom, left = ring[0], ring[2], ring[4], ring[6]
        rises = sum(not ring[i] and ring[(i + 1) % 8] for i in range(8))
        if first:
            is_border = not (top and right and bottom) and not (right and bottom and left)
        else:
            is_border = not (top and right and left) and not (top and bottom and left)
        table[code] = 2 <= sum(ring) <= 6 and rises == 1 and is_border
    return table


_TABLES = (_removable(True), _removable(False))


def thin(masks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Thin masks [N, H, W] to lines of one pixel; what touches the border is not thinned there."""
    masks = masks.copy()
    while True:
        before = int(masks.sum())
        for table in _TABLES:
            masks[:, 1:-1, 1:-1] &= ~table[_neighborhoods(masks)]
        if int(masks.sum()) == before:
            return masks


def _neighborhoods(masks: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The neighbors of each inner pixel as bits, uint8 [N, H - 2, W - 2]."""
    height, width = masks.shape[1:]
    pixels = masks.view(np.uint8)
    codes = np.zeros((len(masks), height - 2, width - 2), np.uint8)
    for bit, (row, column) in enumerate(RING):
        codes |= pixels[:, 1 + row : height - 1 + row, 1 + column : width - 1 + column] << bit
    return codes


def trace_images(images: NDArray[np.uint8], upscaling: int = UPSCALING) -> list[list[Polyline]]:
    """The strokes of each image, uint8 [N, H, W] with 255 = stroke, in pixels of the image."""
    masks = np.stack([_enlarge(image, upscaling) for image in images])
    skeletons = thin(masks)
    return [
        [(line - MARGIN) / upscaling for line in trace_skeleton(skeleton, 2.5 * upscaling)]
        for skeleton in skeletons
    ]


def _enlarge(image: NDArray[np.uint8], factor: int) -> NDArray[np.bool_]:
    side = image.shape[1] * factor, image.shape[0] * factor
    large = np.asarray(Image.fromarray(image).resize(side, Image.Resampling.BICUBIC))
    return np.pad(large > 110, MARGIN)


def trace_skeleton(skeleton: NDArray[np.bool_], shortest_spur: float) -> list[Polyline]:
    """Follow the lines of a skeleton [H, W]; returns smoothed polylines in pixels.

    Branches that end freely and are shorter than `shortest_spur` are artifacts of thinning.
    """
    pixels = {(int(row), int(column)) for row, column in np.argwhere(skeleton)}
    neighbors = {pixel: _connected(pixel, pixels) for pixel in pixels}
    nodes = {pixel for pixel, near in neighbors.items() if len(near) != 2}
    lines = _follow_all(neighbors, nodes)
    junctions = {pixel for pixel in nodes if len(neighbors[pixel]) > 2}
    kept = [line for line in lines if not _is_spur(line, junctions, shortest_spur)]
    return [_smooth(np.array(line, float)[:, ::-1]) for line in kept or lines]


def _connected(pixel: tuple[int, int], pixels: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbors in the skeleton; a corner counts only where no side leads there."""
    row, column = pixel
    sides = [(row + r, column + c) for r, c in RING[::2] if (row + r, column + c) in pixels]
    corners = [(row + r, column + c) for r, c in RING[1::2] if (row + r, column + c) in pixels]
    far = [p for p in corners if not any(abs(p[0] - s[0]) + abs(p[1] - s[1]) == 1 for s in sides)]
    return sides + far


def _follow_all(
    neighbors: dict[tuple[int, int], list[tuple[int, int]]], nodes: set[tuple[int, int]]
) -> list[list[tuple[int, int]]]:
    """Lines between nodes, then closed loops without a node."""
    seen: set[tuple[tuple[int, int], tuple[int, int]]] = set()
    visited = set(nodes)
    lines = [[node] for node in nodes if not neighbors[node]]
    loops = (pixel for pixel in neighbors if pixel not in visited)
    for start in [*nodes, *loops]:
        is_loop = start not in nodes
        if is_loop and start in visited:
            continue
        for following in neighbors[start][: 1 if is_loop else None]:
            if (start, following) in seen:
                continue
            line = [start, following]
            while line[-1] not in nodes and line[-1] != start:
                near = [pixel for pixel in neighbors[line[-1]] if pixel != line[-2]]
                if not near:
                    break
                line.append(near[0])
            visited.update(line)
            seen.update({(line[0], line[1]), (line[-1], line[-2])})
            lines.append(line)
    return lines


def _is_spur(line: list[tuple[int, int]], junctions: set[tuple[int, int]], shortest: float) -> bool:
    ends = (line[0] in junctions) + (line[-1] in junctions)
    return ends == 1 and len(line) < shortest


def _smooth(line: Polyline, step: int = 3) -> Polyline:
    """Average neighboring points and keep every third, so that pixel stairs vanish."""
    if len(line) < 5:
        return line
    padded = np.concatenate([line[:1], line[:1], line, line[-1:], line[-1:]])
    mean = np.mean([padded[i : i + len(line)] for i in range(5)], axis=0)
    mean[0], mean[-1] = line[0], line[-1]
    return np.concatenate([mean[:-1:step], mean[-1:]])
