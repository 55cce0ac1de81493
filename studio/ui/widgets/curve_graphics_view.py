"""The pyqtgraph view inside a `CurvePlot`.

Imports pyqtgraph, which loads slowly: import this module late.
"""

from collections.abc import Callable, Sequence
from math import ceil, isfinite

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.curve_annotations import (
    best_marker,
    curve_pen,
    dots,
    line_labels,
    mark_color,
    mark_rows,
    marks_near,
    values_at,
)
from studio.ui.widgets.curve_data import PlotContent, ReadoutMove, readout_x
from studio.ui.widgets.curve_lines import CurveLines
from studio.ui.widgets.curve_overlay import (
    LABEL_INDENT,
    Annotations,
    CurveOverlay,
    HoverReadout,
    legend_rows,
)
from studio.ui.widgets.paint_helpers import sized_font
from studio.ui.widgets.plot_axes import (
    CachedAxis,
    LeftAxis,
    LogAxis,
    PlotFrame,
    log_range,
    log_ticks,
    log_values,
    round_range,
    round_step,
)

_X_STEPS = 20
_NARROW_PX = 440  # narrower views put the labels above the lines
_MAX_LEGEND_LABELS = 5  # more would take too much of the height


class CurveGraphicsView(pg.PlotWidget):
    """Draws the curves of a `CurvePlot`.

    `format_y` formats y values; with `is_percent` they are fractions and the axis reads 0 to 100.
    With `is_log` x values are logarithms to the base of ten, and shown as the powers.
    The wheel and dragging zoom along x; a double click shows the whole range again. `zoomed`
    carries the range chosen, None for the whole one; `read_at` the x of the read-out, or None.
    """

    zoomed = Signal(object)
    read_at = Signal(object)

    def __init__(
        self,
        x_title: str,
        format_y: Callable[[float], str],
        is_percent: bool,
        parent: QWidget,
        is_log: bool = False,
    ) -> None:
        axes = {"left": LeftAxis(), "bottom": LogAxis() if is_log else CachedAxis("bottom")}
        super().__init__(parent, axisItems=axes, enableMenu=False)
        self._format_y, self._is_percent = format_y, is_percent
        self._x_title, self._is_log = x_title, is_log
        self._lines = CurveLines(self)
        self._content = PlotContent()
        self._is_zoomed = self._is_log_y = False
        self._readout_x: float | None = None  # where the keyboard moved the read-out
        self._axis_state: tuple[float, ...] = ()
        # The view paints its whole background, so Qt need not paint anything below it.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._overlay = CurveOverlay(self)
        self._set_up_axes()
        self.apply_theme()
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)
        self.getViewBox().sigResized.connect(self._update_overlay)

    def draw(self, content: PlotContent) -> None:
        """Show this."""
        self._content = content
        self._fit_x_range()
        pens = [curve_pen(index, curve) for index, curve in enumerate(content.curves)]
        self._lines.draw(content.curves, pens, self._is_log_y)
        self._fit_y_range()
        self._update_overlay()

    def reset_zoom(self) -> None:
        """Show the whole x range from the next drawing on."""
        self._is_zoomed = False

    def zoom_to(self, x_range: tuple[float, float] | None) -> None:
        """Show this x range, None for the whole one; `zoomed` is not emitted."""
        self._is_zoomed = x_range is not None
        if x_range is not None:
            self.getViewBox().setXRange(*x_range, padding=0)
        self.draw(self._content)

    def set_logarithmic(self, is_logarithmic: bool) -> None:
        """Choose a logarithmic y axis, on which values up to 0 are missing."""
        self._is_log_y = is_logarithmic
        self.draw(self._content)

    def apply_theme(self) -> None:
        """Repaint the background and the axes in the colors of the theme."""
        colors = theme_colors.current()
        self.setBackground(QColor(colors.surface))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(QColor(colors.border))
            axis.setTickPen(QColor(colors.border))
            axis.setTextPen(QColor(colors.muted))
        if self._readout_x is None:  # that of the mouse has the colors of the earlier theme
            self._overlay.set_readout(None)
        self._overlay.update()

    # Axes

    def _set_up_axes(self) -> None:
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # CurvePlot handles the keyboard
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hideButtons()
        self.setMouseEnabled(x=True, y=False)
        self.setAntialiasing(True)
        self.getViewBox().setDefaultPadding(0)
        left, bottom = self.getAxis("left"), self.getAxis("bottom")
        font = sized_font(self.font(), 12)
        for axis in (left, bottom):
            axis.setStyle(tickLength=0, hideOverlappingLabels=False, autoReduceTextSpace=False)
            axis.setTickFont(font)
            axis.enableAutoSIPrefix(False)
        left.setGrid(160)
        left.setWidth(52)
        if self._is_percent:
            left.setScale(100)

    def _fit_x_range(self) -> None:
        box, (low, high) = self.getViewBox(), self._x_range()
        box.setLimits(xMin=low, xMax=high)
        if not self._is_zoomed:
            box.setXRange(low, high, padding=0)

    def _x_range(self) -> tuple[float, float]:
        if not self._content.curves:
            return 0.0, 1.0
        low = min(float(curve.data.x[0]) for curve in self._content.curves)
        high = max(float(curve.data.x[-1]) for curve in self._content.curves)
        if high <= low:
            return low - 0.5, low + 0.5
        # Grow in steps: an axis that moves with every point is restless and slow to paint.
        step = round_step(high - low, _X_STEPS)
        return low, high if self._is_log else step * ceil(high / step - 1e-9)

    def _fit_y_range(self) -> None:
        """Set the y range and ticks, but only if they change: pyqtgraph repaints both axes."""
        box = self.getViewBox()
        bottom, top = self._y_range()
        state = (
            *box.viewRange()[0],
            bottom,
            top,
            self.width(),
            bool(self._content.curves),
            self._is_log_y,
        )
        if state != self._axis_state:
            self._axis_state = state
            box.setYRange(bottom, top, padding=0.02)
            self._set_ticks(*state[:4])
            box.updateMatrix()  # otherwise pyqtgraph does so while painting, and paints twice

    def _y_range(self) -> tuple[float, float]:
        references, extremes = [*self._content.references.values()], self._lines.extremes()
        if self._is_log_y:
            return log_range([*log_values(np.array(references)), *extremes])
        return round_range([*references, *extremes])

    def _set_ticks(self, low: float, high: float, bottom: float, top: float) -> None:
        labelled, scale = bool(self._content.curves), 100 if self._is_percent else 1
        if self._is_log_y:
            self.getAxis("left").set_log_ticks(log_ticks(bottom, top), labelled)
        else:
            self.getAxis("left").set_ticks(round_step(top - bottom) * scale, labelled)
        step = round_step(high - low, max(2, self.width() // 72))
        step = step if self._has_fractional_ticks() else max(step, 1.0)
        self.getAxis("bottom").set_ticks(step, labelled)

    def _has_fractional_ticks(self) -> bool:
        """Return whether whole numbers on the x axis are too far apart, as in a first epoch."""
        low, high = self.getViewBox().viewRange()[0]
        if self._is_log:
            return False
        return high - low < 2 and any(curve.data.x[0] % 1 for curve in self._content.curves)

    # Annotations

    def _frame(self) -> PlotFrame:
        box = self.getViewBox()
        rect = self.viewportTransform().mapRect(box.mapRectToScene(box.rect()))
        x_range, y_range = box.viewRange()
        return PlotFrame(rect, x_range, y_range, self._is_log_y)

    @Slot()
    def _update_overlay(self) -> None:
        content, frame = self._content, self._frame()
        labels = line_labels(content, frame, self._format_y)
        legend_above = self._has_legend_above(len(labels))
        self._fit_margins([label.text for label in labels], legend_above)
        self._overlay.setGeometry(self.rect())
        self._overlay.set_annotations(
            Annotations(
                frame.rect,
                self._x_title,
                labels,
                dots(content, frame),
                best_marker(content, frame, at_top=not self._is_percent),
                legend_above,
                [(frame.x(mark.x), mark_color(mark)) for mark in content.marks],
            )
        )
        self._show_keyboard_readout()

    def _has_legend_above(self, label_count: int) -> bool:
        """Return whether labels beside the lines would leave the lines too little width."""
        return self.width() < _NARROW_PX and 0 < label_count <= _MAX_LEGEND_LABELS

    def _fit_margins(self, texts: Sequence[str], legend_above: bool) -> None:
        metrics = self.fontMetrics()
        if legend_above:
            rows = legend_rows(texts, metrics, self.width())
            margins = (0, 8 + metrics.height() * len(rows), 12, 0)
        else:
            width = max(metrics.horizontalAdvance(text) for text in [*texts, self._x_title])
            # A multiple of 16, so that the axis does not tremble as the values change.
            margins = (0, 8, 16 * -(-(width + LABEL_INDENT) // 16), 0)
        layout = self.getPlotItem().layout
        if margins != layout.getContentsMargins():
            layout.setContentsMargins(*margins)

    # Read-out

    @Slot(object)
    def _on_mouse_moved(self, scene_point: QPointF) -> None:
        box = self.getViewBox()
        if not self._content.curves or not box.sceneBoundingRect().contains(scene_point):
            self._overlay.set_readout(None)
            self.read_at.emit(None)
            return
        self._readout_x = None
        x = box.mapSceneToView(scene_point).x()
        self.read_at.emit(x)
        self._show_readout(QPointF(self.viewportTransform().map(scene_point)), x)

    def _show_readout(self, point: QPointF, x: float) -> None:
        rows = values_at(self._content, x, self._format_y)
        for mark in marks_near(self._content, x, self._frame()):
            rows += mark_rows(mark)
        self._overlay.set_readout(HoverReadout(point, self._x_text(x), rows))

    def _show_keyboard_readout(self) -> None:
        if self._readout_x is None:
            return
        frame = self._frame()
        y = (
            self._content.curves[0].data.value_at(self._readout_x)
            if self._content.curves
            else float("nan")
        )
        height = frame.y(y) if isfinite(y) else frame.rect.center().y()
        self._show_readout(QPointF(frame.x(self._readout_x), height), self._readout_x)

    def _x_text(self, x: float) -> str:
        if self._is_log:
            return f"{self._x_title} {10**x:.2g}"
        decimals = 2 if self._has_fractional_ticks() else 0
        return f"{self._x_title} {x:,.{decimals}f}"

    def move_readout(self, move: ReadoutMove) -> bool:
        """Move the read-out along the curves; return False if there is none to move."""
        previous = self._readout_x
        self._readout_x = readout_x(self._content.curves, previous, move)
        if self._readout_x is None:
            self._overlay.set_readout(None)
        self.read_at.emit(self._readout_x)
        return previous is not None or self._readout_x is not None

    def show_readout(self, x: float | None) -> None:
        """Show the values at `x`, None for nothing; `read_at` is not emitted."""
        self._readout_x = x if self._content.curves else None
        if self._readout_x is None:
            self._overlay.set_readout(None)
        else:
            self._show_keyboard_readout()

    def readout_text(self) -> str:
        """Return the values at the keyboard's read-out as text, or an empty text without one."""
        if self._readout_x is None:
            return ""
        x = self._readout_x
        events = [mark.text for mark in marks_near(self._content, x, self._frame())]
        values = [text for text, _ in values_at(self._content, x, self._format_y)]
        return ", ".join([self._x_text(x), *values, *events])

    def set_focus_ring(self, visible: bool) -> None:
        """Show or hide the focus ring; hiding it removes the keyboard's read-out."""
        self._overlay.set_focus_ring(visible)
        if not visible and self._readout_x is not None:
            self.move_readout("none")

    @Slot()
    def _on_zoomed(self) -> None:
        low, high = self.getViewBox().viewRange()[0]
        self._is_zoomed = True
        self.draw(self._content)
        self.zoomed.emit((low, high))

    # Qt

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._overlay.set_readout(None)
        self.read_at.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.zoom_to(None)
        self.zoomed.emit(None)
