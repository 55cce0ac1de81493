"""Spin boxes that show numbers the way people write them."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QSpinBox, QWidget

_DECIMALS = 7
_LADDER = (1.0, 2.0, 5.0)


_LEAST_WIDTH = 72  # Qt would make room for the longest number there can be


class IntSpinBox(QSpinBox):
    """A whole number from 0 to `maximum`."""

    def __init__(self, maximum: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, maximum)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, super().minimumSizeHint().height())


class DecimalSpinBox(QDoubleSpinBox):
    """A number without trailing zeros.

    With `log_steps` its arrows climb 0.001, 0.002, 0.005, 0.01 and so on, as suits rates.
    """

    def __init__(
        self, maximum: float, step: float, log_steps: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._ladder = log_steps
        self.setDecimals(_DECIMALS)
        self.setRange(0.0, maximum)
        self.setSingleStep(step)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, super().minimumSizeHint().height())

    def textFromValue(self, value: float) -> str:
        return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")

    def stepBy(self, steps: int) -> None:
        if not self._ladder:
            super().stepBy(steps)
            return
        self.setValue(climb(self.value(), steps) or (self.singleStep() if steps > 0 else 0.0))


def climb(value: float, steps: int) -> float:
    """The number `steps` rungs above (below) `value` on the log_steps 1, 2, 5, 10, 20, 50, ..."""
    if value <= 0:
        return 0.0
    rungs = [r * 10.0**p for p in range(-_DECIMALS, 4) for r in _LADDER]
    above = [rung for rung in rungs if rung > value * (1 + 1e-9)]
    below = [rung for rung in reversed(rungs) if rung < value * (1 - 1e-9)]
    path = above if steps > 0 else below
    return path[min(abs(steps), len(path)) - 1] if path and steps else value
