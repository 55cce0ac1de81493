"""pyqtgraph's axes, painted only when they change. Import late: pyqtgraph loads slowly."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF


class CalmAxis(pg.AxisItem):
    """Keeps its picture: pyqtgraph drops it whenever anything in the plot moved."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._shown: tuple[Any, ...] = ()
        self._ticks: tuple[float, bool] | None = None
        # Text and grid are slow to paint, and seldom change while the lines do.
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def set_ticks(self, step: float, labelled: bool) -> None:
        """Set ticks `step` apart, with their values beside them or not."""
        if (step, labelled) != self._ticks:
            self._ticks = (step, labelled)
            self.setTickSpacing(levels=[(step, 0)])
            self.setStyle(showValues=labelled)

    def linkedViewChanged(self, view: pg.ViewBox, newRange: Any = None) -> None:  # noqa: N802, N803
        x_range, y_range = view.viewRange()
        shown = (x_range if self.orientation == "bottom" else y_range, view.size())
        if shown != self._shown:
            self._shown = shown
            super().linkedViewChanged(view, newRange)


class LeftAxis(CalmAxis):
    """With its grid on, pyqtgraph drops the labels at both ends; half a line of room keeps them.

    Numbers too long for the axis become powers of ten.
    """

    def __init__(self) -> None:
        super().__init__("left")

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if max((abs(value) for value in values), default=0) * scale >= 1e5:
            return [f"{value * scale:.2g}" for value in values]
        return list(super().tickStrings(values, scale, spacing))

    def boundingRect(self) -> QRectF:
        return QRectF(super().boundingRect().adjusted(0, -10, 0, 10))
