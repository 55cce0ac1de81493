"""A small plot whose two axes are fractions, shown as percentages.

Imports pyqtgraph, which loads slowly: import this module late.
"""

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import sized_font
from studio.ui.widgets.plot_axes import CachedAxis, LeftAxis

_TICK = 20.0  # percent


class FractionPlot(pg.PlotWidget):
    """Axes from 0 to 100 % in the colors of the theme; the mouse does not move them.

    Subclasses draw in `draw`, which is also called after a change of the theme.
    """

    _is_built = False  # pyqtgraph changes the palette while the view is being built

    def __init__(self, x_title: str, y_title: str, parent: QWidget | None = None) -> None:
        axes = {"left": LeftAxis(), "bottom": CachedAxis("bottom")}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self._titles = {"bottom": x_title, "left": y_title}
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self.setAntialiasing(True)
        self.getViewBox().setDefaultPadding(0)
        self.set_ranges((0, 1), (0, 1))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setStyle(tickLength=0, hideOverlappingLabels=False)
            axis.setTickFont(sized_font(self.font(), 12))
            axis.enableAutoSIPrefix(False)
            axis.setScale(100)
        self.getAxis("left").setGrid(120)
        self.set_tick_steps(_TICK, _TICK)
        self.apply_theme()
        self._is_built = True

    def set_ranges(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Set the fractions at the ends of the axes."""
        self.getViewBox().setRange(xRange=x, yRange=y, padding=0.02)

    def set_tick_steps(self, x: float, y: float) -> None:
        """Set the distances of the ticks in percent."""
        self.getAxis("bottom").set_ticks(x, True)
        self.getAxis("left").set_ticks(y, True)

    def apply_theme(self) -> None:
        """Use the colors of the theme for background and axes."""
        colors = theme_colors.current()
        self.setBackground(QColor(colors.surface))
        for side, title in self._titles.items():
            axis = self.getAxis(side)
            axis.setPen(QColor(colors.border))
            axis.setTextPen(QColor(colors.muted))
            axis.setLabel(title, color=colors.muted, **{"font-size": "12px"})

    def draw(self) -> None:
        """Draw the content in the colors of the theme."""

    # Qt

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._is_built and event.type() == QEvent.Type.PaletteChange:
            self.apply_theme()
            self.draw()

    def sizeHint(self) -> QSize:
        return QSize(360, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 180)


def line_pen(color: str, width: float = 1, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """Return a pen whose width is in pixels, whatever the scale of the axes."""
    pen = QPen(QColor(color), width, style)
    pen.setCosmetic(True)
    return pen
