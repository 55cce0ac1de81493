"""A table header whose titles stay whole beside the mark of the sorted column."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHeaderView, QStyleOptionHeader, QWidget

# Qt's names are those of a triangle that points to the first row: up is the largest first.
ARROWS = {
    QStyleOptionHeader.SortIndicator.SortUp: "↓",
    QStyleOptionHeader.SortIndicator.SortDown: "↑",
}
_PADDING = 18  # left and right together, as in the style sheet, and a pixel for rounding


class SortHeader(QHeaderView):
    """Writes the arrow behind the title: Qt draws it over titles that are aligned to the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)

    def least_width(self, title: str) -> int:
        """The width in which a title and its arrow can be read, in pixels."""
        font = QFont(self.font())
        font.setPixelSize(12)
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
