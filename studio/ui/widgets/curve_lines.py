"""The lines of a plot as pyqtgraph items, thinned to the screen's resolution."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPen

from studio.ui.widgets.curve_data import Curve
from studio.ui.widgets.curve_thinning import Points, thin_curve

_MIN_COLUMNS = 64


class CurveLines:
    """Keeps one item per curve; unchanged curves are neither thinned nor redrawn."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._items: dict[str, pg.PlotCurveItem] = {}
        self._drawn: dict[str, tuple[Any, ...]] = {}
        self._visible_y: dict[str, Points] = {}

    def draw(self, curves: Sequence[Curve], pens: Sequence[QPen]) -> None:
        """Draw the part of each curve that lies in the visible x range; no curve may be empty."""
        low, high = self._plot.getViewBox().viewRange()[0]
        width = self._plot.getViewBox().width() * self._plot.devicePixelRatio()
        edges = np.linspace(low, high, max(round(width), _MIN_COLUMNS) + 1)
        self._remove_all_but({curve.name for curve in curves})
        for curve, pen in zip(curves, pens, strict=True):
            state = (curve, curve.data.version, low, high, len(edges), pen)
            if self._drawn.get(curve.name) != state:
                self._drawn[curve.name] = state
                self._draw_line(curve, pen, edges)

    def extremes(self) -> list[float]:
        """Return the visible minimum and maximum of each line."""
        values = []
        for y in self._visible_y.values():
            finite = y[np.isfinite(y)]
            if finite.size:
                values += [float(finite.min()), float(finite.max())]
        return values

    def _draw_line(self, curve: Curve, pen: QPen, edges: Points) -> None:
        data = curve.data
        visible = data.between(edges[0], edges[-1])
        x, y = thin_curve(data.x[visible], data.y[visible], edges)
        self._visible_y[curve.name] = y
        is_finite = bool(np.isfinite(y).all())
        self._item(curve.name).setData(
            x,
            y,
            pen=pen,
            antialias=True,
            connect="all" if is_finite else "finite",
            skipFiniteCheck=is_finite,
        )

    def _item(self, name: str) -> pg.PlotCurveItem:
        if name not in self._items:
            self._items[name] = pg.PlotCurveItem()
            self._plot.addItem(self._items[name], ignoreBounds=True)
        return self._items[name]

    def _remove_all_but(self, names: set[str]) -> None:
        for name in self._items.keys() - names:
            self._plot.removeItem(self._items.pop(name))
            del self._drawn[name], self._visible_y[name]
