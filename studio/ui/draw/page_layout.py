"""Lays out the page: the canvas as large as possible, its tools below, the prediction beside it."""

from typing import NamedTuple

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

GAP_PX = 24
TOOL_GAP_PX = 12
MIN_CANVAS_PX = 240  # smaller than the tools only in a low window with a banner
SIDE_FRACTION, MIN_SIDE_PX, MAX_SIDE_PX = 0.31, 240, 800


class PageGeometry(NamedTuple):
    """Rectangles of the three widgets."""

    canvas: QRect
    tools: QRect
    side: QRect


def compute_geometry(
    width: int, height: int, tools_height: int, min_tools_width: int
) -> PageGeometry:
    """Give the canvas the largest square that leaves nearly a third of the width to the side.

    The side widget gets the remaining width up to its maximum; what is left is margin.
    """
    min_side = max(MIN_SIDE_PX, round(width * SIDE_FRACTION))
    column = max(min_tools_width, width - GAP_PX - min_side)  # the widest that is allowed
    square = max(MIN_CANVAS_PX, min(height - tools_height - TOOL_GAP_PX, column))
    column = max(min_tools_width, square)
    side_width = max(MIN_SIDE_PX, min(width - GAP_PX - column, MAX_SIDE_PX))
    left = max(0, (width - column - GAP_PX - side_width) // 2)
    return PageGeometry(
        canvas=QRect(left + (column - square) // 2, 0, square, square),
        tools=QRect(left, square + TOOL_GAP_PX, column, tools_height),
        side=QRect(left + column + GAP_PX, 0, side_width, height),
    )


class DrawPageLayout(QWidget):
    """Holds canvas, tools and side widget."""

    def __init__(self, canvas: QWidget, tools: QWidget, side: QWidget) -> None:
        super().__init__()
        self._canvas, self._tools, self._side = canvas, tools, side
        for widget in (canvas, tools, side):
            widget.setParent(self)
        QWidget.setTabOrder(canvas, tools)
        QWidget.setTabOrder(tools, side)

    def minimumSizeHint(self) -> QSize:
        tools = self._tools.minimumSizeHint()
        canvas_and_tools = MIN_CANVAS_PX + TOOL_GAP_PX + tools.height()
        return QSize(
            tools.width() + GAP_PX + MIN_SIDE_PX,
            max(canvas_and_tools, self._side.minimumSizeHint().height()),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        geometry = compute_geometry(
            self.width(),
            self.height(),
            self._tools.sizeHint().height(),
            self._tools.minimumSizeHint().width(),
        )
        self._canvas.setGeometry(geometry.canvas)
        self._tools.setGeometry(geometry.tools)
        self._side.setGeometry(geometry.side)
