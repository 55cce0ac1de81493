"""The pyqtgraph half of a curve plot: axes, lines, zoom. Import late: pyqtgraph loads slowly."""

from collections.abc import Mapping, Sequence
from math import ceil, isfinite

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Slot
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.curve_axes import CalmAxis, LeftAxis
from studio.ui.widgets.curve_data import Curve, ReadoutMove, format_value, readout_x
from studio.ui.widgets.curve_lines import CurveLines
from studio.ui.widgets.curve_overlay import (
    LABEL_EXTRA,
    BestMark,
    CurveOverlay,
    EndLabel,
    Hover,
    Marks,
    legend_rows,
)
from studio.ui.widgets.plot_axes import Frame, round_range, round_step

PEN_STYLES = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}
_X_STEPS = 20
_NARROW = 440  # pixels of width, below which the labels stand above the lines
_MOST_ABOVE = 5  # more labels would take the height instead
_DOT_ROOM = 24  # pixels between dots, below which they hide their line


class CurveGraphicsView(pg.PlotWidget):
    """Draws what a CurvePlot holds; wheel and drag zoom along x, a double click shows all."""

    def __init__(self, x_title: str, percent: bool, parent: QWidget) -> None:
        axes = {"left": LeftAxis(), "bottom": CalmAxis("bottom")}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self._percent = percent
        self._x_title = x_title
        self._lines = CurveLines(self)
        self._drawn: Sequence[Curve] = ()
        self._references: Mapping[str, float] = {}
        self._best: tuple[float, str] | None = None
        self._zoomed = False
        self._readout: float | None = None  # where the keys put it, on the x axis
        self._view: tuple[float, ...] = ()  # the axes as last set
        # It paints its whole background itself; nothing needs to be painted below it.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._overlay = CurveOverlay(self)
        self._set_up_axes()
        self.apply_palette()
        self.scene().sigMouseMoved.connect(self._show_values)
        self.getViewBox().sigRangeChangedManually.connect(self._note_zoom)
        self.getViewBox().sigResized.connect(self._place_overlay)

    def draw(
        self,
        curves: Sequence["Curve"],
        references: Mapping[str, float],
        best: tuple[float, str] | None,
    ) -> None:
        """Show these curves (none of them empty), level lines and mark."""
        self._drawn, self._references, self._best = curves, references, best
        self._fit_x_range()
        self._lines.show(curves, [self._pen(i, curve) for i, curve in enumerate(curves)])
        self._fit_y_range()
        self._place_overlay()

    def reset_zoom(self) -> None:
        """Show the whole x range again, and keep showing it."""
        self._zoomed = False

    def apply_palette(self) -> None:
        """Take the theme's present colours."""
        colors = theme_colors.current()
        self.setBackground(QColor(colors.surface))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(QColor(colors.border))
            axis.setTickPen(QColor(colors.border))
            axis.setTextPen(QColor(colors.muted))
        self._overlay.update()

    def _set_up_axes(self) -> None:
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the plot around it has the keys
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hideButtons()
        self.setMouseEnabled(x=True, y=False)
        self.setAntialiasing(True)
        self.getViewBox().setDefaultPadding(0)
        left, bottom = self.getAxis("left"), self.getAxis("bottom")
        small = QFont(self.font())
        small.setPixelSize(12)
        for axis in (left, bottom):
            axis.setStyle(tickLength=0, hideOverlappingLabels=False, autoReduceTextSpace=False)
            axis.setTickFont(small)
            axis.enableAutoSIPrefix(False)
        left.setGrid(160)
        left.setWidth(52)
        if self._percent:
            left.setScale(100)

    def _fit_x_range(self) -> None:
        box, (low, high) = self.getViewBox(), self._x_range()
        box.setLimits(xMin=low, xMax=high)
        if not self._zoomed:
            box.setXRange(low, high, padding=0)

    def _fit_y_range(self) -> None:
        """Move the axes, if they must: pyqtgraph then paints both of them anew."""
        box = self.getViewBox()
        bottom, top = round_range([*self._references.values(), *self._lines.extremes()])
        view = (*box.viewRange()[0], bottom, top, self.width(), bool(self._drawn))
        if view != self._view:
            self._view = view
            box.setYRange(bottom, top, padding=0.02)
            self._set_ticks(*view[:4])
            box.updateMatrix()  # else pyqtgraph does so while it paints, and paints twice

    def _set_ticks(self, low: float, high: float, bottom: float, top: float) -> None:
        labelled, scale = bool(self._drawn), 100 if self._percent else 1
        self.getAxis("left").set_ticks(round_step(top - bottom) * scale, labelled)
        step = round_step(high - low, max(2, self.width() // 72))
        self.getAxis("bottom").set_ticks(step if self._in_fractions() else max(step, 1.0), labelled)

    def _in_fractions(self) -> bool:
        """Whether whole numbers on the x axis are too far apart, as during a first epoch."""
        low, high = self.getViewBox().viewRange()[0]
        return high - low < 2 and any(curve.data.x[0] % 1 for curve in self._drawn)

    def _x_range(self) -> tuple[float, float]:
        if not self._drawn:
            return 0.0, 1.0
        low = min(float(curve.data.x[0]) for curve in self._drawn)
        high = max(float(curve.data.x[-1]) for curve in self._drawn)
        if high <= low:
            return low - 0.5, low + 0.5
        # In steps: an axis that moves at every point is restless, and costly to paint.
        step = round_step(high - low, _X_STEPS)
        return low, step * ceil(high / step - 1e-9)

    def _color(self, position: int, curve: "Curve") -> QColor:
        series = theme_colors.current().series
        return QColor(curve.color or series[position % len(series)])

    def _pen(self, position: int, curve: "Curve") -> QPen:
        pen = QPen(self._color(position, curve), 1, PEN_STYLES[curve.style])
        pen.setCosmetic(True)
        return pen

    # What lies over the lines

    def _place(self) -> Frame:
        box = self.getViewBox()
        rect = self.viewportTransform().mapRect(box.mapRectToScene(box.rect()))
        return Frame(rect, *box.viewRange())

    def _format(self, value: float) -> str:
        return format_value(value, self._percent)

    @Slot()
    def _place_overlay(self) -> None:
        frame = self._place()
        labels = [
            *(self._end_label(i, curve, frame) for i, curve in enumerate(self._drawn)),
            *(self._reference_label(*reference, frame) for reference in self._references.items()),
        ]
        dots = [d for i, curve in enumerate(self._drawn) for d in self._dots(i, curve, frame)]
        best = self._best and BestMark(
            frame.x(self._best[0]), self._best[1], at_top=not self._percent
        )
        self._make_room_for([label.text for label in labels])
        self._overlay.setGeometry(self.rect())
        legend = self._legend_above(len(labels))
        self._overlay.show_marks(Marks(frame.rect, self._x_title, labels, dots, best, legend))
        self._place_readout()

    def _end_label(self, position: int, curve: "Curve", frame: Frame) -> EndLabel:
        last = float(curve.data.y[-1])
        text = f"{curve.name} {self._format(last)}"
        return EndLabel(text, frame.y(last if isfinite(last) else 0.0), self._pen(position, curve))

    def _reference_label(self, name: str, value: float, frame: Frame) -> EndLabel:
        pen = QPen(QColor(theme_colors.current().muted), 1, PEN_STYLES["dotted"])
        return EndLabel(f"{name} {self._format(value)}", frame.y(value), pen, level=True)

    def _dots(self, position: int, curve: "Curve", frame: Frame) -> list[tuple[QPointF, QColor]]:
        count = len(curve.data)
        crowded = count * _DOT_ROOM > frame.rect.width()
        if count > 1 and (curve.style == "solid" or crowded):
            return []
        color = self._color(position, curve)
        points = zip(curve.data.x.tolist(), curve.data.y.tolist(), strict=True)
        return [(QPointF(frame.x(x), frame.y(y)), color) for x, y in points if isfinite(y)]

    def _legend_above(self, labels: int) -> bool:
        """Whether labels beside the lines would leave them too little of the width."""
        return self.width() < _NARROW and 0 < labels <= _MOST_ABOVE

    def _make_room_for(self, texts: Sequence[str]) -> None:
        metrics = self.fontMetrics()
        if self._legend_above(len(texts)):
            rows = legend_rows(texts, metrics, self.width())
            margins = (0, 8 + metrics.height() * len(rows), 12, 0)
        else:
            width = max(metrics.horizontalAdvance(text) for text in [*texts, self._x_title])
            # In steps, or the axis would tremble.
            margins = (0, 8, 16 * -(-(width + LABEL_EXTRA) // 16), 0)
        layout = self.getPlotItem().layout
        if margins != layout.getContentsMargins():
            layout.setContentsMargins(*margins)

    @Slot(object)
    def _show_values(self, scene_point: QPointF) -> None:
        box = self.getViewBox()
        if not self._drawn or not box.sceneBoundingRect().contains(scene_point):
            self._overlay.show_hover(None)
            return
        self._readout = None
        x = box.mapSceneToView(scene_point).x()
        place = QPointF(self.viewportTransform().map(scene_point))
        self._overlay.show_hover(Hover(place, self._x_text(x), self._rows(x, self._place())))

    def _rows(self, x: float, frame: Frame) -> list[tuple[str, QColor, float]]:
        """Name and value of each curve at `x`, its colour, and its height in pixels."""
        values = [curve.data.value_at(x) for curve in self._drawn]
        return [
            (f"{curve.name} {self._format(y)}", self._color(position, curve), frame.y(y))
            for position, (curve, y) in enumerate(zip(self._drawn, values, strict=True))
        ]

    def _x_text(self, x: float) -> str:
        return f"{self._x_title} {x:,.2f}" if self._in_fractions() else f"{self._x_title} {x:,.0f}"

    # The read-out that keys move

    def move_readout(self, move: ReadoutMove) -> bool:
        """Move the read-out along the curves; False where there is none to move."""
        before, self._readout = self._readout, readout_x(self._drawn, self._readout, move)
        if self._readout is None:
            self._overlay.show_hover(None)
        return before is not None or self._readout is not None

    def readout(self) -> str:
        """The values under the read-out as text; empty without one."""
        if self._readout is None:
            return ""
        rows = self._rows(self._readout, self._place())
        return ", ".join([self._x_text(self._readout), *(text for text, _, _ in rows)])

    def set_focused(self, focused: bool) -> None:
        """Show a focus ring; without the focus the read-out goes."""
        self._overlay.show_focus(focused)
        if not focused and self._readout is not None:
            self.move_readout("none")

    def _place_readout(self) -> None:
        if self._readout is None:
            return
        frame = self._place()
        rows = self._rows(self._readout, frame)
        height = rows[0][2] if rows and isfinite(rows[0][2]) else frame.rect.center().y()
        place = QPointF(frame.x(self._readout), height)
        self._overlay.show_hover(Hover(place, self._x_text(self._readout), rows))

    @Slot()
    def _note_zoom(self) -> None:
        self._zoomed = True
        self.draw(self._drawn, self._references, self._best)

    # Qt

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._overlay.show_hover(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_zoom()
        self.draw(self._drawn, self._references, self._best)
