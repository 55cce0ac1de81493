"""The positions of the sliders with which settings change while a training runs. No Qt here."""

import math
from dataclasses import dataclass

_STEPS_PER_DECADE = 20


@dataclass(frozen=True)
class LinearScale:
    """Positions 0..`count` of values 0..`high`."""

    high: float
    count: int

    def position(self, value: float) -> int:
        """Return the position nearest to a value."""
        return min(max(round(value / self.high * self.count), 0), self.count)

    def value(self, position: int) -> float:
        """Return the value at a position."""
        return round(position * self.high / self.count, 6)


@dataclass(frozen=True)
class LogScale:
    """Positions of values from `low` to `high` by their logarithm; with `has_zero`, 0 is first."""

    low: float
    high: float
    has_zero: bool = False

    @property
    def count(self) -> int:
        """The last position."""
        return round(math.log10(self.high / self.low) * _STEPS_PER_DECADE) + self.has_zero

    def position(self, value: float) -> int:
        """Return the position nearest to a value."""
        if value < self.low:
            return 0
        steps = math.log10(value / self.low) * _STEPS_PER_DECADE
        return min(round(steps) + self.has_zero, self.count)

    def value(self, position: int) -> float:
        """Return the value at a position, with three significant digits."""
        if self.has_zero and position == 0:
            return 0.0
        exact = self.low * 10 ** ((position - self.has_zero) / _STEPS_PER_DECADE)
        return float(f"{exact:.3g}")


Scale = LinearScale | LogScale
