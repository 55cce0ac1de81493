"""A live line plot: appending is cheap, and drawing happens at most 20 times a second."""

from collections.abc import Callable, Sequence
from math import log10
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.widgets.curve_data import (
    Curve,
    CurveMark,
    LineStyle,
    OverlayCurve,
    PlotContent,
    ReadoutMove,
    format_value,
)
from studio.ui.widgets.curve_text import curves_to_csv
from studio.ui.widgets.curve_thinning import Points
from studio.ui.widgets.redraw_timer import redraw_timer
from studio.ui.widgets.smoothed_curves import SmoothedCurves

if TYPE_CHECKING:
    from studio.ui.widgets.curve_graphics_view import CurveGraphicsView

_READOUT_KEYS: dict[Qt.Key, ReadoutMove] = {
    Qt.Key.Key_Left: "previous",
    Qt.Key.Key_Right: "next",
    Qt.Key.Key_Home: "first",
    Qt.Key.Key_End: "last",
    Qt.Key.Key_Escape: "none",
}
# Another window or a menu took the focus for a while: the focus ring stays as it is.
_TEMPORARY_FOCUS_REASONS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
EMPTY_TEXT = "The curve appears here when training starts"


class CurvePlot(QWidget):
    """Shows named curves over one x axis, each labelled at its right end.

    `percent` formats the y values if they are fractions; the axis then reads 0 to 100. With `log_x`
    the x values are positive and their axis is logarithmic, with a tick at powers of ten. Left,
    Right, Home and End move a read-out along the curves; Escape removes it. pyqtgraph is imported
    when the plot is first shown, so that it does not delay the window. At least 240 x 100 px.
    `zoomed` carries the x range that the user chose, None for the whole one, and `read_at` the x
    of the read-out, or None; see `link_plots`.
    """

    zoomed = Signal(object)
    read_at = Signal(object)

    def __init__(
        self,
        title: str,
        x_title: str,
        y_title: str,
        parent: QWidget | None = None,
        *,
        percent: Callable[[float], str] | None = None,
        empty_text: str = EMPTY_TEXT,
        log_x: bool = False,
    ) -> None:
        super().__init__(parent)
        self._format = percent or format_value
        self.is_percent = percent is not None
        self._is_log = log_x  # curves hold the logarithms
        self._curves: dict[str, Curve] = {}
        self._overlays: list[Curve] = []
        self._references: dict[str, float] = {}
        self._best: tuple[float, str] | None = None
        self._marks: tuple[CurveMark, ...] = ()
        self._view: CurveGraphicsView | None = None
        self._smoothed, self._is_log_y = SmoothedCurves(0.0), False
        self._x_title, self.title = x_title, title
        self._placeholder = QLabel(empty_text, self, alignment=Qt.AlignmentFlag.AlignCenter)
        self._placeholder.setProperty("role", "muted")
        self._placeholder.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._y_title, self._description = y_title, ""
        self._build(title, y_title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{title} plot")

    def set_description(self, text: str) -> None:
        """Set the tooltip of the title; a tooltip over the plot would hide the curves."""
        self._description = text
        for label in self._labels:
            label.setToolTip(text)

    def append(self, name: str, x: float, y: float) -> None:
        """Append a point to the curve `name`, created if necessary; x must not decrease."""
        self._curve(name).data.append(log10(x) if self._is_log else x, y)
        self._request_redraw()

    def set_curve(
        self,
        name: str,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        style: LineStyle = "solid",
        color: str | None = None,
    ) -> None:
        """Replace the curve `name`: x [n] ascending, y [n], `color` as "#RRGGBB"."""
        curve = self._curve(name)
        curve.style, curve.color = style, color
        curve.data.replace(np.log10(x) if self._is_log else x, y)
        self._request_redraw()

    def set_overlays(self, overlays: Sequence[OverlayCurve]) -> None:
        """Show these curves thin behind the others, to compare them; `clear` keeps them."""
        self._overlays = [overlay.to_curve(self._is_log) for overlay in overlays]
        self._request_redraw()

    def set_reference(self, name: str, value: float) -> None:
        """Draw a dotted horizontal line at `value`, labelled with its name."""
        self._references[name] = value
        self._request_redraw()

    def mark_best(self, x: float, text: str) -> None:
        """Mark one position on the x axis, such as the best epoch, with a labelled line."""
        self._best = (log10(x) if self._is_log else x, text)
        self._request_redraw()

    def set_smoothing(self, weight: float) -> None:
        """Smooth the curves with an exponential moving average; 0 <= weight < 1, 0 for none."""
        self._smoothed = SmoothedCurves(weight)
        self.redraw()

    def smoothing(self) -> float:
        """Return the weight of the smoothing."""
        return self._smoothed.weight

    def set_logarithmic(self, is_logarithmic: bool) -> None:
        """Choose a logarithmic y axis, on which values up to 0 are missing."""
        self._is_log_y = is_logarithmic
        if self._view is not None:
            self._view.set_logarithmic(is_logarithmic)

    def is_logarithmic(self) -> bool:
        """Return whether the y axis is logarithmic."""
        return self._is_log_y

    @Slot(object)
    def zoom_to(self, x_range: tuple[float, float] | None) -> None:
        """Show this x range, None for the whole one; `zoomed` is not emitted."""
        if self._view is not None:
            self._view.zoom_to(x_range)

    @Slot(object)
    def show_readout(self, x: float | None) -> None:
        """Show the values at `x`, None for nothing; `read_at` is not emitted."""
        if self._view is not None:
            self._view.show_readout(x)

    def add_tool(self, widget: QWidget) -> None:
        """Add a small widget at the right end of the header."""
        self._header.addWidget(widget)

    def to_csv(self) -> str:
        """Return the values of all curves, before smoothing, as a table in CSV."""
        return curves_to_csv(self.curves(), self._x_title)

    def set_marks(self, marks: Sequence[CurveMark]) -> None:
        """Mark events on the x axis; the read-out near one says what happened."""
        self._marks = tuple(marks)
        self._request_redraw()

    def marks(self) -> tuple[CurveMark, ...]:
        """Return the marked events."""
        return self._marks

    def clear(self) -> None:
        """Remove all curves except overlays, references, marks and the marker."""
        self._curves, self._references, self._best, self._marks = {}, {}, None, ()
        if self._view is not None:
            self._view.reset_zoom()
        self._request_redraw()

    def curves(self) -> dict[str, tuple[Points, Points]]:
        """Return {name: (x, y)} with copies of all points, including those not drawn yet."""
        return {c.name: (self._shown_x(c), c.data.y.copy()) for c in self._all_curves()}

    def _all_curves(self) -> list[Curve]:
        return [*self._curves.values(), *self._overlays]

    def _shown_x(self, curve: Curve) -> Points:
        return 10.0**curve.data.x if self._is_log else curve.data.x.copy()

    def references(self) -> dict[str, float]:
        """Return the values of the reference lines by name."""
        return dict(self._references)

    def redraw(self) -> None:
        """Draw what changed; called by the redraw timer."""
        curves = [curve for curve in self._all_curves() if len(curve.data)]
        self._placeholder.setVisible(not curves)
        self.setAccessibleDescription(self._describe(curves))
        if self._view is not None and self.isVisible():
            shown = self._smoothed.smooth(curves)
            self._view.draw(PlotContent(shown, self._references, self._best, self._marks))

    def _describe(self, curves: list[Curve]) -> str:
        """Return the accessible description: the last values, or those at the read-out."""
        values = [f"{c.name} {self._format(float(c.data.y[-1]))}" for c in curves]
        values += [f"{name} {self._format(value)}" for name, value in self._references.items()]
        readout = self._view.readout_text() if self._view is not None else ""
        shown = readout or ", ".join(values) or self._placeholder.text()
        events = "; ".join(mark.text.rstrip(".") for mark in self._marks)
        return ". ".join(text for text in (self._y_title, shown, events, self._description) if text)

    def _build(self, title: str, y_title: str) -> None:
        heading, unit = QLabel(title, self), QLabel(y_title, self)
        heading.setProperty("role", "heading")
        unit.setProperty("role", "muted")
        self._labels = (heading, unit)
        self._header = header = QHBoxLayout()
        header.setSpacing(8)
        header.addWidget(heading)
        header.addWidget(unit, 1, Qt.AlignmentFlag.AlignBaseline)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(header)
        self._view_layout = QVBoxLayout()
        layout.addLayout(self._view_layout, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def _curve(self, name: str) -> Curve:
        return self._curves.setdefault(name, Curve(name))

    def _request_redraw(self) -> None:
        if self.isVisible():
            redraw_timer().request(self)

    @Slot()
    def prepare(self) -> None:
        """Create the pyqtgraph view now, while the program is idle, so that no curve waits."""
        if self._view is not None:
            return
        from studio.ui.widgets.curve_graphics_view import CurveGraphicsView

        self._view = CurveGraphicsView(
            self._x_title, self._format, self.is_percent, self, self._is_log
        )
        self._view_layout.addWidget(self._view)
        self._view.zoomed.connect(self.zoomed)
        self._view.read_at.connect(self.read_at)
        self._view.set_logarithmic(self._is_log_y)
        self._placeholder.raise_()
        self.redraw()

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(480, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 100)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._view is None:
            QTimer.singleShot(0, self, self.prepare)
        self._request_redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        redraw_timer().cancel(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._placeholder.setGeometry(self.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _READOUT_KEYS.get(Qt.Key(event.key()))
        moved = move is not None and self._view is not None and self._view.move_readout(move)
        if not moved:
            super().keyPressEvent(event)
            return
        self.redraw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _TEMPORARY_FOCUS_REASONS:
            self._set_focus_ring(False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in _TEMPORARY_FOCUS_REASONS:
            self._set_focus_ring(event.reason() != Qt.FocusReason.MouseFocusReason)

    def _set_focus_ring(self, by_keyboard: bool) -> None:
        if self._view is not None:
            self._view.set_focus_ring(by_keyboard)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._view is not None:
            self._view.apply_theme()
            self._request_redraw()


def link_plots(plots: Sequence[CurvePlot]) -> None:
    """Let plots over the same x axis zoom together and show the values at the same place."""
    for plot in plots:
        for other in plots:
            if other is not plot:
                plot.zoomed.connect(other.zoom_to)
                plot.read_at.connect(other.show_readout)
