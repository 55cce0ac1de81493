"""The accuracy of a model that answers only the samples it is most confident about.

Imports pyqtgraph, which loads slowly: import this module late.
"""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.fraction_plot import FractionPlot, line_pen
from studio.ui.widgets.plot_axes import round_range, round_step

_MIN_COVERAGE = 0.02  # the accuracy of fewer samples jumps up and down


class CoveragePlot(FractionPlot):
    """A curve of accuracy by coverage, with a marker at the present threshold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Answered (%)", "Accuracy of the answers (%)", parent)
        self.setObjectName("coverage_plot")
        self.setAccessibleName("Accuracy by coverage")
        self._coverage: npt.NDArray[np.float64] = np.empty(0)
        self._accuracy: npt.NDArray[np.float64] = np.empty(0)
        self._curve = pg.PlotDataItem()
        self._line = pg.InfiniteLine(angle=90)
        self._marker = pg.ScatterPlotItem(size=10)
        for item in (self._line, self._curve, self._marker):
            self.addItem(item)
        self.draw()

    def set_curve(
        self, coverage: npt.NDArray[np.float64], accuracy: npt.NDArray[np.float64]
    ) -> None:
        """Show a curve: coverage [n] and accuracy [n], both fractions."""
        shown = coverage >= _MIN_COVERAGE
        self._coverage, self._accuracy = coverage[shown], accuracy[shown]
        self._curve.setData(self._coverage, self._accuracy)
        low, _ = round_range([*self._accuracy.tolist(), 1.0])
        low = max(low, 0.0) if low < 1 else 0.9
        self.set_ranges((0, 1), (low, 1))
        self.set_tick_steps(20, round_step(100 * (1 - low), 4))

    def mark(self, coverage: float, accuracy: float) -> None:
        """Mark a point of the curve; NaN where nothing is answered."""
        self._line.setValue(coverage)
        self._marker.setData([coverage], [accuracy]) if np.isfinite(accuracy) else (
            self._marker.clear()
        )

    def marked(self) -> tuple[float, float] | None:
        """Return the coverage and accuracy marked, if any."""
        x, y = self._marker.getData()
        return (float(x[0]), float(y[0])) if len(x) else None

    def draw(self) -> None:
        """Use the colors of the theme for curve and marker."""
        colors = theme_colors.current()
        self._curve.setPen(line_pen(colors.series[0], 1.5))
        self._line.setPen(line_pen(colors.muted, 1, Qt.PenStyle.DotLine))
        self._marker.setBrush(colors.accent)
        self._marker.setPen(line_pen(colors.surface, 2))
