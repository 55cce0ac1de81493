"""Lays out the page: the canvas as large as it goes, its tools below it, the answer beside it."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

GAP = 24
TOOL_GAP = 12
SIDE_SHARE, SIDE_LEAST, SIDE_MOST = 0.31, 240, 800


@dataclass(frozen=True)
class Places:
    """Where the three parts go."""

    canvas: QRect
    tools: QRect
    side: QRect


def arrange(width: int, height: int, tools_height: int, tools_width: int) -> Places:
    """Give the canvas the largest square that leaves the answer nearly a third of the width.

    What is left goes to the answer up to its most; the rest stays free on both sides.
    """
    least = max(SIDE_LEAST, round(width * SIDE_SHARE))
    square = max(tools_width, min(height - tools_height - TOOL_GAP, width - GAP - least))
    beside = max(SIDE_LEAST, min(width - GAP - square, SIDE_MOST))
    left = max(0, (width - square - GAP - beside) // 2)
    return Places(
        QRect(left, 0, square, square),
        QRect(left, square + TOOL_GAP, square, tools_height),
        QRect(left + square + GAP, 0, beside, height),
    )


class Workbench(QWidget):
    """Holds canvas, tools and answer in the places of `arrange`."""

    def __init__(
        self, canvas: QWidget, tools: QWidget, side: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._parts = (canvas, tools, side)
        for part in self._parts:
            part.setParent(self)
        # The order of the tab key is the order of the eyes: canvas, tools, answer.
        QWidget.setTabOrder(canvas, tools)
        QWidget.setTabOrder(tools, side)

    def _place(self) -> None:
        canvas, tools, side = self._parts
        hint = tools.sizeHint()
        places = arrange(
            self.width(), self.height(), hint.height(), tools.minimumSizeHint().width()
        )
        canvas.setGeometry(places.canvas)
        tools.setGeometry(places.tools)
        side.setGeometry(places.side)

    def minimumSizeHint(self) -> QSize:
        _canvas, tools, side = self._parts
        hint = tools.minimumSizeHint()
        least = hint.width() + GAP + SIDE_LEAST
        tall = max(hint.width() + TOOL_GAP + hint.height(), side.minimumSizeHint().height())
        return QSize(least, tall)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
