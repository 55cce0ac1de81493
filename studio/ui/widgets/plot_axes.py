"""Which values the axes show, in round numbers so that a live axis stays calm, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isfinite, log10

from PySide6.QtCore import QRectF

_ROUND = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Frame:
    """The pixels `rect` that show x and y between two values each."""

    rect: QRectF
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        """Pixels from the left for a value on the x axis."""
        low, high = self.x_range
        return self.rect.left() + (value - low) / (high - low) * self.rect.width()

    def y(self, value: float) -> float:
        """Pixels from the top for a value on the y axis."""
        low, high = self.y_range
        return self.rect.bottom() - (value - low) / (high - low) * self.rect.height()


def round_step(span: float, steps: int = 5) -> float:
    """Return the round number (1, 2 or 5 times a power of ten) just above span / steps."""
    raw = span / steps
    power = 10.0 ** floor(log10(raw))
    return power * next(r for r in _ROUND if raw <= r * power * (1 + 1e-9))


def round_range(values: Iterable[float]) -> tuple[float, float]:
    """Return the smallest range with round ends that holds all finite values."""
    finite = [v for v in values if isfinite(v)]
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    if high - low < 1e-12 * max(1.0, abs(high)):
        pad = abs(high) / 2 or 0.5
        low, high = low - pad, high + pad
    step = round_step(high - low)
    return floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
