"""Spin boxes for integers and for decimals without trailing zeros."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QSpinBox, QWidget

_DECIMALS = 7
_MIN_WIDTH = 72  # Qt would reserve the width of the longest possible number


class IntSpinBox(QSpinBox):
    """Selects an integer in 0..maximum; at least 72 px wide."""

    def __init__(self, maximum: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, maximum)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(_MIN_WIDTH, super().minimumSizeHint().height())


class DecimalSpinBox(QDoubleSpinBox):
    """Selects a decimal number in 0..maximum; at least 72 px wide.

    With `log_steps` the arrows step through 0.001, 0.002, 0.005, 0.01 and so on, which suits
    learning rates. Qt's own adaptive steps would go from 0.001 to 0.0011.
    """

    def __init__(
        self, maximum: float, step: float, log_steps: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._log_steps = log_steps
        self.setDecimals(_DECIMALS)
        self.setRange(0.0, maximum)
        self.setSingleStep(step)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(_MIN_WIDTH, super().minimumSizeHint().height())

    def textFromValue(self, value: float) -> str:
        return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")

    def stepBy(self, steps: int) -> None:
        if not self._log_steps:
            super().stepBy(steps)
            return
        value = step_125(self.value(), steps)
        self.setValue(value or (self.singleStep() if steps > 0 else 0.0))


def step_125(value: float, steps: int) -> float:
    """Return the number `steps` above (below) `value` in the series 1, 2, 5, 10, 20, 50, ..."""
    if value <= 0:
        return 0.0
    series = [digit * 10.0**power for power in range(-_DECIMALS, 4) for digit in (1.0, 2.0, 5.0)]
    above = [number for number in series if number > value * (1 + 1e-9)]
    below = [number for number in reversed(series) if number < value * (1 - 1e-9)]
    ahead = above if steps > 0 else below
    return ahead[min(abs(steps), len(ahead)) - 1] if ahead and steps else value
