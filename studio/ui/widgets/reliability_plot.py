"""A reliability diagram: the accuracy of predictions of equal confidence.

Imports pyqtgraph, which loads slowly: import this module late.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolTip, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.fraction_plot import FractionPlot, line_pen
from studio.ui.widgets.tooltip import wrap_tooltip

_FEW = 10  # samples; bars of fewer are faint
_GAP_WIDTH = 0.5  # of a bin


class ReliabilityPlot(FractionPlot):
    """Bars of accuracy by confidence, and the gap between each bar and its confidence.

    `percent` formats a fraction with a number of decimals.
    """

    def __init__(self, percent: Callable[[float, int], str], parent: QWidget | None = None) -> None:
        super().__init__("Confidence (%)", "Accuracy (%)", parent)
        self.setObjectName("reliability_plot")
        self.setAccessibleName("Reliability diagram")
        self._percent = percent
        self._edges: npt.NDArray[np.float64] = np.linspace(0, 1, 2)
        self._counts: npt.NDArray[np.int64] = np.zeros(1, np.int64)
        self._confidence: npt.NDArray[np.float64] = np.full(1, np.nan)
        self._accuracy: npt.NDArray[np.float64] = np.full(1, np.nan)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)

    def set_bins(
        self,
        edges: npt.NDArray[np.float64],
        counts: npt.NDArray[np.int64],
        confidence: npt.NDArray[np.float64],
        accuracy: npt.NDArray[np.float64],
    ) -> None:
        """Show B bins: their edges [B + 1], and the count and means of each [B]."""
        self._edges, self._counts = edges, counts
        self._confidence, self._accuracy = confidence, accuracy
        self.setAccessibleDescription(
            ". ".join(self.describe(int(index)) for index in np.flatnonzero(counts))
        )
        self.draw()

    def bars(self) -> list[tuple[float, float]]:
        """Return the mean confidence and the accuracy of each bin with samples."""
        shown = np.flatnonzero(self._counts)
        return [(float(self._confidence[b]), float(self._accuracy[b])) for b in shown]

    def describe(self, index: int) -> str:
        """Return a description of one bin."""
        low, high = (self._percent(float(edge), 0) for edge in self._edges[index : index + 2])
        count = int(self._counts[index])
        found = f"Confidence {low} to {high}: {count:,} sample{'' if count == 1 else 's'}"
        if not count:
            return found
        confidence = self._percent(float(self._confidence[index]), 1)
        accuracy = self._percent(float(self._accuracy[index]), 1)
        return f"{found}, {confidence} confident on average, {accuracy} correct"

    def draw(self) -> None:
        """Draw bars, gaps and the diagonal of perfect calibration."""
        self.clear()
        colors = theme_colors.current()
        for few in (False, True):
            shown = np.flatnonzero((self._counts > 0) & ((self._counts < _FEW) == few))
            self._add_bars(shown, 0.3 if few else 0.75)
            self._add_gaps(shown, 0.35 if few else 1.0)
        diagonal = pg.PlotDataItem(
            [0, 1], [0, 1], pen=line_pen(colors.muted, 1, Qt.PenStyle.DashLine)
        )
        self.addItem(diagonal)

    def _add_bars(self, shown: npt.NDArray[np.int64], opacity: float) -> None:
        color = QColor(theme_colors.current().accent)
        color.setAlphaF(opacity)
        width = self._edges[1] - self._edges[0]
        bars = pg.BarGraphItem(
            x0=self._edges[shown] + 0.06 * width,
            width=0.88 * width,
            y0=0,
            height=self._accuracy[shown],
            brush=color,
            pen=None,
        )
        self.addItem(bars)

    def _add_gaps(self, shown: npt.NDArray[np.int64], opacity: float) -> None:
        """Draw a narrow bar from the accuracy to the mean confidence of each bin."""
        color = QColor(theme_colors.current().bad)
        color.setAlphaF(opacity)
        width = self._edges[1] - self._edges[0]
        gaps = pg.BarGraphItem(
            x0=self._edges[shown] + (1 - _GAP_WIDTH) / 2 * width,
            width=_GAP_WIDTH * width,
            y0=self._accuracy[shown],
            height=self._confidence[shown] - self._accuracy[shown],
            brush=color,
            pen=None,
        )
        self.addItem(gaps)

    @Slot(object)
    def _on_mouse_moved(self, scene_point: QPointF) -> None:
        box = self.getViewBox()
        if not box.sceneBoundingRect().contains(scene_point):
            QToolTip.hideText()
            return
        x = box.mapSceneToView(scene_point).x()
        index = int(np.clip(np.searchsorted(self._edges, x) - 1, 0, len(self._counts) - 1))
        point = self.viewport().mapToGlobal(self.mapFromScene(scene_point))
        QToolTip.showText(point, wrap_tooltip(self.describe(index)), self)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QToolTip.hideText()
