"""Lays out the page: the canvas as large as possible, or beside a view that is larger."""

from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.ui.shared.view_selector import ViewSelector

GAP_PX = 24
SMALL_GAP_PX = 12
MIN_CANVAS_PX = 240  # smaller than the tools only in a low window with a banner
SIDE_FRACTION, MIN_SIDE_PX, MAX_SIDE_PX = 0.31, 240, 800
HEADER_MODEL_PX = 480  # of the model above a view, as long as the buttons beside it fit

# The column at the left of a view, and what its canvas leaves for the prediction below.
COLUMN_FRACTION, MIN_COLUMN_PX, MAX_COLUMN_PX = 0.28, 256, 440
MIN_COLUMN_CANVAS_PX, MIN_PREDICTION_PX = 160, 150


class PageSizes(NamedTuple):
    """What the widgets need, in pixels; `selector_width` is that of the buttons of all views."""

    selector_height: int
    selector_width: int
    model_height: int
    tools_height: int
    min_tools_width: int


class PageGeometry(NamedTuple):
    """Rectangles of the widgets; `view` is empty where the prediction is shown alone."""

    selector: QRect
    model: QRect
    canvas: QRect
    tools: QRect
    prediction: QRect
    view: QRect


def compute_geometry(width: int, height: int, sizes: PageSizes) -> PageGeometry:
    """Give the canvas the largest square that leaves nearly a third of the width to the side.

    The side gets the remaining width up to its maximum; what is left is margin.
    """
    top = sizes.selector_height + SMALL_GAP_PX
    min_side = max(MIN_SIDE_PX, round(width * SIDE_FRACTION))
    column = max(sizes.min_tools_width, width - GAP_PX - min_side)  # the widest that is allowed
    square = max(MIN_CANVAS_PX, min(height - top - sizes.tools_height - SMALL_GAP_PX, column))
    column = max(sizes.min_tools_width, square)
    side_width = max(MIN_SIDE_PX, min(width - GAP_PX - column, MAX_SIDE_PX))
    left = max(0, (width - column - GAP_PX - side_width) // 2)
    side = left + column + GAP_PX
    side_top = sizes.model_height + SMALL_GAP_PX
    return PageGeometry(
        selector=QRect(left, 0, column, sizes.selector_height),
        model=QRect(side, 0, side_width, sizes.model_height),
        canvas=QRect(left + (column - square) // 2, top, square, square),
        tools=QRect(left, top + square + SMALL_GAP_PX, column, sizes.tools_height),
        prediction=QRect(side, side_top, side_width, height - side_top),
        view=QRect(),
    )


def compute_view_geometry(width: int, height: int, sizes: PageSizes) -> PageGeometry:
    """Put canvas, tools and prediction into a column, and the view into all that remains."""
    beside = min(width - sizes.selector_width - GAP_PX, HEADER_MODEL_PX)
    side_width = max(MIN_SIDE_PX, min(round(width * SIDE_FRACTION), MAX_SIDE_PX), beside)
    top = max(sizes.selector_height, sizes.model_height) + SMALL_GAP_PX
    column = min(max(MIN_COLUMN_PX, round(width * COLUMN_FRACTION)), MAX_COLUMN_PX)
    below = sizes.tools_height + 2 * SMALL_GAP_PX + MIN_PREDICTION_PX
    square = min(column, max(MIN_COLUMN_CANVAS_PX, height - top - below))
    tools_top = top + square + SMALL_GAP_PX
    prediction_top = tools_top + sizes.tools_height + SMALL_GAP_PX
    view = column + GAP_PX
    return PageGeometry(
        selector=QRect(0, 0, width - side_width - GAP_PX, sizes.selector_height),
        model=QRect(width - side_width, 0, side_width, sizes.model_height),
        canvas=QRect((column - square) // 2, top, square, square),
        tools=QRect(0, tools_top, column, sizes.tools_height),
        prediction=QRect(0, prediction_top, column, max(0, height - prediction_top)),
        view=QRect(view, top, width - view, height - top),
    )


class PageWidgets(NamedTuple):
    """The widgets of the page, in the order in which Tab visits them."""

    selector: ViewSelector
    model: QWidget
    canvas: QWidget
    tools: QWidget
    prediction: QWidget
    view: QWidget


class DrawPageLayout(QWidget):
    """Holds the widgets of the page."""

    def __init__(self, widgets: PageWidgets) -> None:
        super().__init__()
        self._widgets = widgets
        self._has_view = False
        self._images: QWidget | None = None
        self._arranged: tuple[object, ...] = ()  # what the geometry was computed from
        for widget in widgets:
            widget.setParent(self)
        for first, second in pairwise(widgets):
            QWidget.setTabOrder(first, second)

    def set_has_view(self, has_view: bool) -> None:
        """Make room for a view, or give all of it to the canvas and the prediction."""
        self._has_view = has_view
        self._arrange()

    def set_images(self, images: QWidget) -> None:
        """Add what `show_images` shows in place of the canvas and its tools."""
        self._images = images
        images.setParent(self)
        images.hide()
        QWidget.setTabOrder(self._widgets.tools, images)

    def show_images(self, shown: bool) -> None:
        """Show the images, or the canvas and its tools."""
        for widget in (self._widgets.canvas, self._widgets.tools):
            widget.setVisible(not shown)
        if self._images is not None:
            self._images.setVisible(shown)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        sizes = self._sizes()
        canvas_and_tools = MIN_CANVAS_PX + 2 * SMALL_GAP_PX + sizes.tools_height
        prediction = self._widgets.prediction.minimumSizeHint().height()
        return QSize(
            sizes.min_tools_width + GAP_PX + MIN_SIDE_PX,
            max(
                sizes.selector_height + canvas_and_tools,
                sizes.model_height + SMALL_GAP_PX + prediction,
            ),
        )

    def _sizes(self) -> PageSizes:
        widgets = self._widgets
        # The side is at least that wide, and text in it wraps.
        narrowest = max(MIN_SIDE_PX, round(self.width() * SIDE_FRACTION))
        return PageSizes(
            widgets.selector.sizeHint().height(),
            widgets.selector.full_width(),
            max(widgets.model.heightForWidth(narrowest), widgets.model.sizeHint().height()),
            widgets.tools.sizeHint().height(),
            widgets.tools.minimumSizeHint().width(),
        )

    def _arrange(self) -> None:
        sizes = self._sizes()
        arranged = (self.size(), sizes, self._has_view, self._images)
        if arranged == self._arranged:  # texts change with each movement of the pen
            return
        self._arranged = arranged
        compute = compute_view_geometry if self._has_view else compute_geometry
        geometry = compute(self.width(), self.height(), sizes)
        for widget, rectangle in zip(self._widgets, geometry, strict=True):
            widget.setGeometry(rectangle)
        if self._images is not None:
            self._images.setGeometry(geometry.canvas.united(geometry.tools))

    # Qt

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # such as a warning below the model
            self._arrange()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
