"""t-SNE: a two-dimensional map in which similar samples are close to each other.

L. van der Maaten and G. Hinton, Visualizing Data using t-SNE (2008), with the repulsion computed on
a grid as in G. Linderman et al., Fast interpolation-based t-SNE (2019), the start and learning rate
of D. Kobak and P. Berens, The art of using t-SNE for single-cell transcriptomics (2019), and equal
affinities to the 15 nearest neighbors, which give nearly the same map as a perplexity of 30
(J. Böhm et al., Attraction-repulsion spectrum in neighbor embeddings, 2022).

It is written with torch because a map is computed beside an open window: every operation lets other
threads run, and the work can be cancelled after each. It draws no random numbers.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import Stopped

NEIGHBORS = 15
EXAGGERATION = 12.0
EXAGGERATED_STEPS, STEPS = 150, 350
_NEIGHBOR_SHARE = 0.3  # of the progress
_START_STD = 1e-4
_MAX_STEP = 5.0  # of a point in one iteration, in units of the map
_MIN_GAIN = 0.01
_BLOCK_ELEMENTS = 1 << 24  # distances computed at a time: 64 MB
# Nodes of the grid: their distance in units of the map, and how many there are on a side.
_SPACING, _MIN_NODES, _MAX_NODES, _NODE_STEP = 0.5, 64, 448, 32


def embed(
    values: NDArray[np.float32],
    start: NDArray[np.float32],
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> NDArray[np.float32]:
    """Return positions float32 [N, 2] of points float32 [N, d], from `start` [N, 2] on.

    Distances are Euclidean. Raises Stopped.
    """
    count = len(values)
    if count < 4:
        return start
    points = torch.from_numpy(np.ascontiguousarray(values))
    neighbors = _find_neighbors(points, min(NEIGHBORS, count - 1), on_progress, should_stop)
    layout = torch.from_numpy(start.astype(np.float32))
    layout = layout * (_START_STD / max(float(layout[:, 0].std()), 1e-12))
    optimizer = _Optimizer(layout, neighbors)
    total = EXAGGERATED_STEPS + STEPS
    for step in range(total):
        if should_stop():
            raise Stopped
        optimizer.step(is_exaggerated=step < EXAGGERATED_STEPS)
        on_progress(_NEIGHBOR_SHARE + (1 - _NEIGHBOR_SHARE) * (step + 1) / total, "Computing t-SNE")
    return np.asarray(optimizer.positions.numpy(), np.float32)


def _find_neighbors(
    points: Tensor, count: int, on_progress: OnProgress, should_stop: ShouldStop
) -> Tensor:
    """Return the exact `count` nearest points of each point [N, d], int64 [N, count]."""
    total = len(points)
    found = torch.empty(total, count, dtype=torch.int64)
    squares = (points * points).sum(1)
    for rows in _blocks(total):
        if should_stop():
            raise Stopped
        # The square of the distance, without the part that is the same for a whole row.
        distances = torch.addmm(squares, points[rows], points.T, alpha=-2)
        distances[torch.arange(len(distances)), torch.arange(rows.start, rows.stop)] = torch.inf
        found[rows] = distances.topk(count, 1, largest=False, sorted=False).indices
        on_progress(_NEIGHBOR_SHARE * rows.stop / total, "Finding nearest neighbors")
    return found


def _blocks(total: int) -> Iterator[slice]:
    rows = max(1, _BLOCK_ELEMENTS // total)
    return (slice(begin, min(begin + rows, total)) for begin in range(0, total, rows))


class _Optimizer:
    """Gradient descent with momentum and a gain for each coordinate, as in t-SNE of 2008."""

    def __init__(self, layout: Tensor, neighbors: Tensor) -> None:
        self.positions = layout
        self._attraction = _Attraction(neighbors)
        self._repulsion = GridRepulsion(len(layout))
        self._update = torch.zeros_like(layout)
        self._gains = torch.ones_like(layout)

    def step(self, is_exaggerated: bool) -> None:
        """Move all points once."""
        exaggeration, momentum = (EXAGGERATION, 0.5) if is_exaggerated else (1.0, 0.8)
        attraction = self._attraction(self.positions)
        gradient = exaggeration * attraction - self._repulsion(self.positions)
        turned = self._update.sign() != gradient.sign()
        self._gains = torch.where(turned, self._gains + 0.2, 0.8 * self._gains + _MIN_GAIN)
        rate = len(gradient) / exaggeration
        self._update = momentum * self._update - rate * self._gains * gradient
        length = self._update.norm(dim=1, keepdim=True)
        self._update *= (_MAX_STEP / length.clamp(min=_MAX_STEP)).clamp(max=1.0)
        self.positions = self.positions + self._update
        self.positions -= self.positions.mean(0)


class _Attraction:
    """Pulls each point to its neighbors, and each neighbor to the point."""

    def __init__(self, neighbors: Tensor) -> None:
        count, per_point = neighbors.shape
        self._neighbors = neighbors
        self._affinity = 1 / (2 * count * per_point)
        targets = neighbors.flatten()
        # Forces on the neighbors are summed in their order: the result is the same in every run.
        self._order = targets.argsort(stable=True)
        self._lengths = torch.bincount(targets, minlength=count)

    def __call__(self, positions: Tensor) -> Tensor:
        away = positions[:, None] - positions[self._neighbors]  # [N, k, 2]
        force = away / (1 + away.square().sum(2, keepdim=True))
        pulled = torch.segment_reduce(
            force.view(-1, 2)[self._order], "sum", lengths=self._lengths, initial=0
        )
        return self._affinity * (force.sum(1) - pulled)


class GridRepulsion:
    """Pushes `count` points apart: sum of q_ij² Z (y_i - y_j), where q_ij Z = 1 / (1 + d_ij²).

    Points are distributed to the nine nearest nodes of a grid, which repel each other by a
    convolution, and the result is interpolated back by quadratic polynomials.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._kernel_key = (0, 0.0)
        self._kernels = torch.empty(0)

    def __call__(self, positions: Tensor) -> Tensor:
        """Return the force on each of the points [N, 2], normalized by Z, [N, 2]."""
        low, span = positions.amin(0), float((positions.amax(0) - positions.amin(0)).max())
        nodes, spacing = _choose_grid(span)
        cells, weights = _interpolation((positions - low) / spacing + 1, nodes)
        charges = torch.cat([torch.ones(self._count, 1), positions], 1)
        grid = _distribute(charges, cells, weights, nodes)
        potentials = self._convolve(grid, nodes, spacing)
        normalization = float((grid[0] * potentials[3]).sum()) - self._count
        field = potentials[:3].flatten(1)[:, cells.flatten()].view(3, *cells.shape)
        mass, x, y = (field * weights).sum(2)
        force: Tensor = positions * mass[:, None] - torch.stack([x, y], 1)
        return force / max(normalization, 1e-12)

    def _convolve(self, grid: Tensor, nodes: int, spacing: float) -> Tensor:
        """Potentials of the three charges, and of the first one for Z, [4, nodes, nodes]."""
        size = (2 * nodes, 2 * nodes)  # padded, as the convolution is not periodic
        spectra = torch.fft.rfft2(grid, size)
        product = torch.cat([spectra, spectra[:1]]) * self._spectra_of_kernels(nodes, spacing)
        potentials: Tensor = torch.fft.irfft2(product, size)[:, :nodes, :nodes]
        return potentials

    def _spectra_of_kernels(self, nodes: int, spacing: float) -> Tensor:
        """Spectra of (1 + d²)⁻² for the three charges, and of (1 + d²)⁻¹ for Z, [4, ...]."""
        if self._kernel_key != (nodes, spacing):
            steps = torch.arange(2 * nodes)
            distance = torch.minimum(steps, 2 * nodes - steps) * spacing
            cauchy = 1 / (1 + distance[:, None] ** 2 + distance**2)
            kernels = torch.stack([cauchy**2, cauchy**2, cauchy**2, cauchy])
            self._kernels = torch.fft.rfft2(kernels).real
            self._kernel_key = nodes, spacing
        return self._kernels


def _choose_grid(span: float) -> tuple[int, float]:
    """Return the number of nodes on a side, and their distance."""
    spacing = max(span / (_MAX_NODES - 4), min(_SPACING, span / (_MIN_NODES - 4)), 1e-12)
    needed = round(span / spacing) + 4
    return -(-needed // _NODE_STEP) * _NODE_STEP, spacing


def _interpolation(coordinates: Tensor, nodes: int) -> tuple[Tensor, Tensor]:
    """Return the nine nodes around each point [N, 2] and their weights, [N, 9] each."""
    center = coordinates.round()
    offset = coordinates - center
    weights = torch.stack(
        [offset * (offset - 1) / 2, 1 - offset * offset, offset * (offset + 1) / 2], 2
    )  # [N, 2, 3]
    around = torch.arange(-1, 2)
    rows, columns = (center.long()[..., None] + around).unbind(1)  # [N, 3] each
    cells = rows[:, :, None] * nodes + columns[:, None]
    products = weights[:, 0, :, None] * weights[:, 1, None]
    return cells.flatten(1), products.flatten(1)


def _distribute(charges: Tensor, cells: Tensor, weights: Tensor, nodes: int) -> Tensor:
    """Return the sum of the weighted charges [N, c] in each node, [c, nodes, nodes]."""
    sums = [
        torch.bincount(cells.flatten(), (weights * charge[:, None]).flatten(), nodes * nodes)
        for charge in charges.unbind(1)
    ]
    return torch.stack(sums).float().view(-1, nodes, nodes)
