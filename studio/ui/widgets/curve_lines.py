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
    level: int  # lines of a higher one are painted over those of a lower one


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
        x, y = cut_at_edges(x, y, edges[0], edges[-1])
        self._visible_y[line.key] = y
        is_finite = bool(np.isfinite(y).all())
        self._item(line).setData(
            x,
            y,
            pen=line.pen,
            antialias=True,
            connect="all" if is_finite else "finite",
            skipFiniteCheck=is_finite,
        )

    def _item(self, line: _Line) -> pg.PlotCurveItem:
        if line.key not in self._items:
            item = self._items[line.key] = pg.PlotCurveItem()
            item.setZValue(line.level)
            self._plot.addItem(item, ignoreBounds=True)
        return self._items[line.key]

    def _remove_all_but(self, keys: set[Key]) -> None:
        for key in self._items.keys() - keys:
            self._plot.removeItem(self._items.pop(key))
            del self._drawn[key], self._visible_y[key]


def _lines(curves: Sequence[Curve], pens: Sequence[QPen]) -> Iterator[_Line]:
    for curve, pen in zip(curves, pens, strict=True):
        yield _Line((curve.name, False), curve.data, pen, 0 if curve.is_overlay else 2)
        if curve.raw_data is not None:
            pale, color = QPen(pen), pen.color()
            color.setAlpha(_PALE)
            pale.setColor(color)
            pale.setStyle(Qt.PenStyle.SolidLine)
            yield _Line((curve.name, True), curve.raw_data, pale, 1)


def cut_at_edges(x: Points, y: Points, low: float, high: float) -> tuple[Points, Points]:
    """Move an end that is outside low..high along its line to the edge; x [n] ascending, y [n].

    The plot so needs no clipping, which files in SVG lack, and its y range is that of what is seen.
    """
    if len(x) > 1 and not low <= x[0] <= x[-1] <= high:
        x, y = x.copy(), y.copy()
        if x[0] < low <= x[1]:
            x[0], y[0] = low, _at(x[:2], y[:2], low)
        if x[-2] <= high < x[-1]:
            x[-1], y[-1] = high, _at(x[-2:], y[-2:], high)
    return x, y


def _at(x: Points, y: Points, between: float) -> float:
    """Return the y of a line through two points; NaN if one of them is missing."""
    return float(y[0] + (y[1] - y[0]) * (between - x[0]) / (x[1] - x[0]))
