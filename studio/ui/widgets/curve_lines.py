"""The lines of a plot as pyqtgraph draws them, thinned to the pixels there are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPen

from studio.ui.widgets.curve_data import Curve, Points, peaks

_FEWEST_COLUMNS = 64


class CurveLines:
    """Keeps one item a curve; a line that did not change is neither thinned nor drawn anew."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._items: dict[str, pg.PlotCurveItem] = {}
        self._shown: dict[str, tuple[Any, ...]] = {}
        self._thinned: dict[str, tuple[Points, Points]] = {}

    def show(self, curves: Sequence[Curve], pens: Sequence[QPen]) -> None:
        """Draw what of these curves (none of them empty) lies in the present x range."""
        low, high = self._plot.getViewBox().viewRange()[0]
        edges = np.linspace(low, high, self._columns() + 1)
        self._remove_all_but({curve.name for curve in curves})
        for curve, pen in zip(curves, pens, strict=True):
            state = (curve, curve.data.version, low, high, len(edges), pen)
            if self._shown.get(curve.name) != state:
                self._shown[curve.name] = state
                self._show(curve, pen, edges)

    def drawn(self, name: str) -> tuple[Points, Points]:
        """The points of a line as drawn, x and y [n]."""
        return self._thinned[name]

    def extremes(self) -> list[float]:
        """The lowest and highest number of each line, as far as it is in view."""
        values = []
        for _, y in self._thinned.values():
            finite = y[np.isfinite(y)]
            if finite.size:
                values += [float(finite.min()), float(finite.max())]
        return values

    def _columns(self) -> int:
        width = self._plot.getViewBox().width() * self._plot.devicePixelRatio()
        return max(round(width), _FEWEST_COLUMNS)

    def _show(self, curve: Curve, pen: QPen, edges: Points) -> None:
        data = curve.data
        part = data.between(edges[0], edges[-1])
        x, y = self._thinned[curve.name] = peaks(data.x[part], data.y[part], edges)
        whole = bool(np.isfinite(y).all())
        self._item(curve.name).setData(
            x,
            y,
            pen=pen,
            antialias=True,
            connect="all" if whole else "finite",
            skipFiniteCheck=whole,
        )

    def _item(self, name: str) -> pg.PlotCurveItem:
        if name not in self._items:
            self._items[name] = pg.PlotCurveItem()
            self._plot.addItem(self._items[name], ignoreBounds=True)
        return self._items[name]

    def _remove_all_but(self, names: set[str]) -> None:
        for name in self._items.keys() - names:
            self._plot.removeItem(self._items.pop(name))
            del self._shown[name], self._thinned[name]
