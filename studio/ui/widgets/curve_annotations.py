"""Labels, dots, markers and read-outs of the curves of a plot, placed in its frame.

Imports pyqtgraph, which loads slowly: import this module late.
"""

from collections.abc import Callable
from math import isfinite
from textwrap import wrap

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen

from studio.ui.widgets import theme_colors
from studio.ui.widgets.curve_data import Curve, CurveMark, PlotContent
from studio.ui.widgets.curve_overlay import BestMarker, LineLabel
from studio.ui.widgets.plot_axes import PlotFrame

PEN_STYLES = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}
_MARK_LINE = 44  # characters
_MARK_REACH_PX = 8  # of the read-out to a mark
_MIN_DOT_DISTANCE_PX = 24  # closer dots would hide their line
_OVERLAY, _UNLABELED_OVERLAY = 200, 80  # opacity, of 255

FormatValue = Callable[[float], str]
Row = tuple[str, QColor]


def curve_color(index: int, curve: Curve) -> QColor:
    """Return the color of a curve by its position among those of its plot."""
    series = theme_colors.current().series
    number = index if curve.series is None else curve.series
    return QColor(curve.color or series[number % len(series)])


def curve_pen(index: int, curve: Curve) -> QPen:
    """Return the pen of a curve; that of an overlay is paler, without a label still more."""
    color = curve_color(index, curve)
    if curve.is_overlay:
        color.setAlpha(_OVERLAY if curve.label else _UNLABELED_OVERLAY)
    pen = QPen(color, 1, PEN_STYLES[curve.style])
    pen.setCosmetic(True)
    return pen


def mark_color(mark: CurveMark) -> QColor:
    """Return the color of the line of an event."""
    return QColor(mark.color or theme_colors.current().accent)


def line_labels(content: PlotContent, frame: PlotFrame, format_y: FormatValue) -> list[LineLabel]:
    """Return the labels of curves and references, each with its last value."""
    return [
        *(
            _curve_label(index, curve, frame, format_y)
            for index, curve in enumerate(content.curves)
            if curve.label != ""
        ),
        *(
            _reference_label(name, value, frame, format_y)
            for name, value in content.references.items()
        ),
    ]


def _curve_label(index: int, curve: Curve, frame: PlotFrame, format_y: FormatValue) -> LineLabel:
    last = float(curve.data.y[-1])
    text = f"{curve.label or curve.name} {format_y(last)}"
    return LineLabel(text, frame.y(last if isfinite(last) else 0.0), curve_pen(index, curve))


def _reference_label(name: str, value: float, frame: PlotFrame, format_y: FormatValue) -> LineLabel:
    pen = QPen(QColor(theme_colors.current().muted), 1, PEN_STYLES["dotted"])
    return LineLabel(f"{name} {format_y(value)}", frame.y(value), pen, spans_plot=True)


def dots(content: PlotContent, frame: PlotFrame) -> list[tuple[QPointF, QColor]]:
    """Return the points of curves with few of them, and single points."""
    curves = enumerate(content.curves)
    return [dot for index, curve in curves for dot in _dots_of(index, curve, frame)]


def _dots_of(index: int, curve: Curve, frame: PlotFrame) -> list[tuple[QPointF, QColor]]:
    count = len(curve.data)
    is_crowded = count * _MIN_DOT_DISTANCE_PX > frame.rect.width()
    if count > 1 and (curve.style == "solid" or is_crowded or curve.is_overlay):
        return []
    color = curve_color(index, curve)
    points = zip(curve.data.x.tolist(), curve.data.y.tolist(), strict=True)
    return [(QPointF(frame.x(x), frame.y(y)), color) for x, y in points if isfinite(y)]


def best_marker(content: PlotContent, frame: PlotFrame, at_top: bool) -> BestMarker | None:
    """Return the marker of the best point, with its label at the top or at the bottom."""
    if content.best is None:
        return None
    x, text = content.best
    return BestMarker(frame.x(x), text, at_top)


def values_at(content: PlotContent, x: float, format_y: FormatValue) -> list[Row]:
    """Return name and value of the curves that have one there, a line for each group."""
    rows: dict[str, Row] = {}
    for index, curve in enumerate(content.curves):
        if not curve.has_value_at(x):
            continue
        text = f"{curve.name} {format_y(curve.data.value_at(x))}"
        before = rows.get(curve.group)
        if curve.group and before:
            text = f"{before[0]}, {text.removeprefix(curve.group).strip()}"
        rows[curve.group or curve.name] = text, curve_color(index, curve)
    return [*rows.values()]


def marks_near(content: PlotContent, x: float, frame: PlotFrame) -> list[CurveMark]:
    """Return the events that a read-out at `x` is about."""
    return [m for m in content.marks if abs(frame.x(m.x) - frame.x(x)) <= _MARK_REACH_PX]


def mark_rows(mark: CurveMark) -> list[Row]:
    """Return what happened as lines of a read-out."""
    color = QColor(mark.color or theme_colors.current().text)
    return [(line, color) for line in wrap(mark.text, _MARK_LINE)]
