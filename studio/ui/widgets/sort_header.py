"""A table header that writes the sort arrow behind the title."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHeaderView, QStyleOptionHeader, QWidget

from studio.ui.widgets.paint_helpers import sized_font

# Qt's SortUp is a triangle that points up: the largest value comes first.
ARROWS = {
    QStyleOptionHeader.SortIndicator.SortUp: "↓",
    QStyleOptionHeader.SortIndicator.SortDown: "↑",
}
_PADDING = 18  # px left and right together as in the style sheet, plus rounding


class SortHeader(QHeaderView):
    """A header with arrows in its texts, because Qt paints them over right-aligned titles."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)

    def min_width(self, title: str) -> int:
        """Return the width in pixels that a title and its arrow need."""
        font = sized_font(self.font(), 12)
        font.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(font).horizontalAdvance(f"{title} ↓") + _PADDING

    def initStyleOptionForIndex(  # noqa: N802  # Qt's own name
        self,
        option: QStyleOptionHeader,
        logicalIndex: int,  # noqa: N803
    ) -> None:
        super().initStyleOptionForIndex(option, logicalIndex)
        arrow = ARROWS.get(option.sortIndicator)
        if arrow is not None:
            option.text = f"{option.text} {arrow}"
            option.sortIndicator = QStyleOptionHeader.SortIndicator.None_
