"""The axes of a plot: round ranges, value-to-pixel mapping and pyqtgraph axis items.

Imports pyqtgraph, which loads slowly: import this module late.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF

_ROUND = (1.0, 2.0, 5.0, 10.0)
_MAX_DECADES = 3.5  # with three ticks each


@dataclass(frozen=True)
class PlotFrame:
    """The rectangle between the axes in pixels, and the x and y values at its edges."""

    rect: QRectF
    x_range: tuple[float, float]
    y_range: tuple[float, float]  # logarithms to base 10 on a logarithmic axis
    is_logarithmic: bool = False

    def x(self, value: float) -> float:
        """Return the x coordinate, in pixels, of a value on the x axis."""
        low, high = self.x_range
        return self.rect.left() + (value - low) / (high - low) * self.rect.width()

    def y(self, value: float) -> float:
        """Return the y coordinate, in pixels, of a value on the y axis."""
        low, high = self.y_range
        if self.is_logarithmic:
            value = log10(value) if value > 0 else low
        return self.rect.bottom() - (value - low) / (high - low) * self.rect.height()


def round_step(span: float, steps: int = 5) -> float:
    """Return the smallest 1, 2 or 5 times a power of ten that is at least span / steps."""
    raw = span / steps
    power = 10.0 ** floor(log10(raw))
    return power * next(r for r in _ROUND if raw <= r * power * (1 + 1e-9))


def round_range(values: Iterable[float]) -> tuple[float, float]:
    """Return the smallest range with round ends that contains all finite values."""
    finite = [v for v in values if isfinite(v)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    if high - low < 1e-12 * max(1.0, abs(high)):
        pad = abs(high) / 2 or 0.5
        low, high = low - pad, high + pad
    step = round_step(high - low)
    return floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step


def log_values(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return logarithms to base 10; NaN for values that have none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(np.where(values > 0, values, np.nan))


def log_range(logs: Iterable[float]) -> tuple[float, float]:
    """Return the range, as logarithms, with ends at 1, 2 or 5 times a power of ten."""
    finite = [v for v in logs if isfinite(v)]
    if not finite:
        return 0.0, 1.0
    ends = log_ticks(min(finite) - 1, max(finite) + 1)
    low = max((end for end in ends if end <= min(finite) + 1e-9), default=min(finite))
    high = min((end for end in ends if end >= max(finite) - 1e-9), default=max(finite))
    return (low, high) if high > low else (low, low + log10(2))


def log_ticks(low: float, high: float) -> list[float]:
    """Return the logarithms of 1, 2 and 5 times each power of ten in a range of logarithms.

    Where these would be too many, only of the powers.
    """
    powers = range(floor(low), ceil(high) + 1)
    steps = _ROUND[:3] if high - low <= _MAX_DECADES else _ROUND[:1]
    ticks = [power + log10(step) for power in powers for step in steps]
    return [tick for tick in ticks if low - 1e-9 <= tick <= high + 1e-9]


class CachedAxis(pg.AxisItem):
    """An axis that repaints only when its own range or ticks change.

    pyqtgraph discards the picture of an axis whenever anything in the plot moves.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._view_state: tuple[Any, ...] = ()
        self._ticks: tuple[float, bool] | None = None
        self._log_ticks: tuple[float, ...] | None = None
        # Text and grid are slow to paint and seldom change while the lines do.
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def set_ticks(self, step: float, labelled: bool) -> None:
        """Set ticks `step` apart, with or without their values beside them."""
        if (step, labelled) != self._ticks:
            self._ticks, self._log_ticks = (step, labelled), None
            self.setTicks(None)
            self.setTickSpacing(levels=[(step, 0)])
            self.setStyle(showValues=labelled)

    def set_log_ticks(self, logs: Sequence[float], labelled: bool) -> None:
        """Set ticks at these logarithms to base 10, with or without the values beside them."""
        if (*logs, labelled) != self._log_ticks:
            self._ticks, self._log_ticks = None, (*logs, labelled)
            self.setTicks([[(log, f"{10**log:.4g}") for log in logs]])
            self.setStyle(showValues=labelled)

    def linkedViewChanged(self, view: pg.ViewBox, newRange: Any = None) -> None:  # noqa: N802, N803
        x_range, y_range = view.viewRange()
        state = (x_range if self.orientation == "bottom" else y_range, view.size())
        if state != self._view_state:
            self._view_state = state
            super().linkedViewChanged(view, newRange)


class LeftAxis(CachedAxis):
    """The y axis; numbers too long for it are written as powers of ten."""

    def __init__(self) -> None:
        super().__init__("left")

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if max((abs(value) for value in values), default=0) * scale >= 1e5:
            return [f"{value * scale:.2g}" for value in values]
        return list(super().tickStrings(values, scale, spacing))

    def boundingRect(self) -> QRectF:
        # While its grid is on, pyqtgraph drops labels that cross the ends of the axis.
        return QRectF(super().boundingRect().adjusted(0, -10, 0, 10))


class LogAxis(CachedAxis):
    """An x axis of logarithms to the base of ten, written as the powers: "1e-5", "0.01", "1"."""

    def __init__(self) -> None:
        super().__init__("bottom")

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [_power_text(value) for value in values]


def _power_text(exponent: float) -> str:
    """Return a power of ten, in figures from 0.001 to 1000."""
    if abs(exponent) > 3:
        return f"1e{exponent:.0f}"
    return f"{10**exponent:.{max(0, round(-exponent))}f}"
