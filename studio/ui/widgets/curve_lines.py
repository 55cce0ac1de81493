"""The lines of a plot as pyqtgraph items, thinned to the screen's resolution."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPen

from studio.ui.widgets.curve_data import Curve, CurveData
from studio.ui.widgets.curve_thinning import Points, thin_curve
from studio.ui.widgets.plot_axes import log_values

_MIN_COLUMNS = 64
_PALE = 70  # opacity of values before smoothing, of 255

Key = tuple[str, bool]  # name of the curve, whether its values are those before smoothing


class _Line(NamedTuple):
    key: Key
    data: CurveData
    pen: QPen


class CurveLines:
    """Keeps one item per curve; unchanged curves are neither thinned nor redrawn."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._items: dict[Key, pg.PlotCurveItem] = {}
        self._drawn: dict[Key, tuple[Any, ...]] = {}
        self._visible_y: dict[Key, Points] = {}

    def draw(
        self, curves: Sequence[Curve], pens: Sequence[QPen], is_logarithmic: bool = False
    ) -> None:
        """Draw the part of each curve that lies in the visible x range; no curve may be empty.

        Values before smoothing are drawn pale behind the lines.
        """
        low, high = self._plot.getViewBox().viewRange()[0]
        width = self._plot.getViewBox().width() * self._plot.devicePixelRatio()
        edges = np.linspace(low, high, max(round(width), _MIN_COLUMNS) + 1)
        lines = [*_lines(curves, pens)]
        self._remove_all_but({line.key for line in lines})
        for line in lines:
            state = (line.data, line.data.version, low, high, len(edges), line.pen, is_logarithmic)
            if self._drawn.get(line.key) != state:
                self._drawn[line.key] = state
                self._draw_line(line, edges, is_logarithmic)

    def extremes(self) -> list[float]:
        """Return the visible minimum and maximum of each line."""
        values = []
        for y in self._visible_y.values():
            finite = y[np.isfinite(y)]
            if finite.size:
                values += [float(finite.min()), float(finite.max())]
        return values

    def _draw_line(self, line: _Line, edges: Points, is_logarithmic: bool) -> None:
        data = line.data
        visible = data.between(edges[0], edges[-1])
        x, y = thin_curve(data.x[visible], data.y[visible], edges)
        if is_logarithmic:
            y = log_values(y)
        self._visible_y[line.key] = y
        is_finite = bool(np.isfinite(y).all())
        self._item(line.key).setData(
            x,
            y,
            pen=line.pen,
            antialias=True,
            connect="all" if is_finite else "finite",
            skipFiniteCheck=is_finite,
        )

    def _item(self, key: Key) -> pg.PlotCurveItem:
        if key not in self._items:
            self._items[key] = pg.PlotCurveItem()
            self._items[key].setZValue(0 if key[1] else 1)
            self._plot.addItem(self._items[key], ignoreBounds=True)
        return self._items[key]

    def _remove_all_but(self, keys: set[Key]) -> None:
        for key in self._items.keys() - keys:
            self._plot.removeItem(self._items.pop(key))
            del self._drawn[key], self._visible_y[key]


def _lines(curves: Sequence[Curve], pens: Sequence[QPen]) -> Iterator[_Line]:
    for curve, pen in zip(curves, pens, strict=True):
        yield _Line((curve.name, False), curve.data, pen)
        if curve.raw_data is not None:
            pale, color = QPen(pen), pen.color()
            color.setAlpha(_PALE)
            pale.setColor(color)
            pale.setStyle(Qt.PenStyle.SolidLine)
            yield _Line((curve.name, True), curve.raw_data, pale)
