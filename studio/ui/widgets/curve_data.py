"""A curve's points in arrays that grow without copying on every append."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
LineStyle = Literal["solid", "dashed", "dotted"]
_FIRST_CAPACITY = 256


class CurveData:
    """Points (x ascending) of one curve; `append` is O(1) amortised."""

    def __init__(self) -> None:
        self._xy: Points = np.empty((2, _FIRST_CAPACITY))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def x(self) -> Points:
        """View of the x values, float64 [n]."""
        return self._xy[0, : self._count]

    @property
    def y(self) -> Points:
        """View of the y values, float64 [n]."""
        return self._xy[1, : self._count]

    def append(self, x: float, y: float) -> None:
        """Add one point behind the last one."""
        if self._count == self._xy.shape[1]:
            self._grow()
        self._xy[:, self._count] = x, y
        self._count += 1

    def replace(self, x: npt.ArrayLike, y: npt.ArrayLike) -> None:
        """Take these points instead of the present ones; x and y have the same length."""
        xs, ys = np.asarray(x, np.float64).ravel(), np.asarray(y, np.float64).ravel()
        if xs.shape != ys.shape:
            raise ValueError(f"x has {xs.size} values, y has {ys.size}")
        self._xy = np.stack([xs, ys]) if xs.size else np.empty((2, _FIRST_CAPACITY))
        self._count = xs.size

    def value_at(self, x: float) -> float:
        """Return y of the point nearest to `x`; nan for an empty curve."""
        if not self._count:
            return float("nan")
        right = int(np.searchsorted(self.x, x))
        near = [i for i in (right - 1, right) if 0 <= i < self._count]
        return float(self.y[min(near, key=lambda i: abs(self.x[i] - x))])

    def _grow(self) -> None:
        grown = np.empty((2, 2 * self._xy.shape[1]))
        grown[:, : self._count] = self._xy[:, : self._count]
        self._xy = grown


@dataclass
class Curve:
    """One named line; `color` None takes the next colour of the theme's series."""

    name: str
    style: LineStyle = "solid"
    color: str | None = None
    data: CurveData = field(default_factory=CurveData)


def peaks(x: Points, y: Points, buckets: int) -> tuple[Points, Points]:
    """Thin a long curve to the lowest and highest point of each of `buckets` stretches.

    Curves of at most 4 * `buckets` points come back as they are: a line through the
    extremes of every pixel column looks the same as a line through all points.
    """
    if len(x) <= 4 * buckets:
        return x, y
    size = len(x) // buckets
    whole = size * buckets
    blocks = y[:whole].reshape(buckets, size)
    thin_x = np.repeat(x[:whole:size], 2)
    thin_y = np.empty(2 * buckets)
    thin_y[0::2], thin_y[1::2] = blocks.min(axis=1), blocks.max(axis=1)
    return np.concatenate([thin_x, x[whole:]]), np.concatenate([thin_y, y[whole:]])
