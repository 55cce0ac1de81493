"""The headline of a prediction: as large as it fits into one line, or two smaller ones."""

from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from studio.ui.shared.builders import set_style

# The font sizes of the roles "figure" and "title" in the style sheet.
_FIGURE_PX, _TITLE_PX = 28, 20

# Two lines hold less than twice their width, because words are not broken.
_TWO_LINES = 1.7


class Headline(QLabel):
    """A label that switches between the text roles "figure", "title" and "heading"."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setProperty("role", "figure")
        self.setWordWrap(True)
        self._may_be_large = True

    def show_text(self, text: str, may_be_large: bool = True) -> None:
        """Show `text`, in large type if it fits and may be large."""
        self._may_be_large = may_be_large
        self.setText(text)
        self.setAccessibleName(text)
        self._choose_role()

    def _choose_role(self) -> None:
        if self._may_be_large and self._width(_FIGURE_PX) < self.width():
            role = "figure"
        else:
            role = "title" if self._width(_TITLE_PX) < _TWO_LINES * self.width() else "heading"
        set_style(self, role=role)

    def _width(self, size_px: int) -> int:
        font = QFont(self.font())
        font.setPixelSize(size_px)
        font.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(font).horizontalAdvance(self.text())

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_role()
