"""The headline of a prediction: large where it fits in one line, else smaller and wrapped."""

from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

# The size of the role “figure” in the style sheet.
_FIGURE_PX = 28


class Headline(QLabel):
    """A label that chooses between the roles “figure” and “title”."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setProperty("role", "figure")
        self.setWordWrap(True)
        self._may_be_large = True

    def show_text(self, text: str, may_be_large: bool = True) -> None:
        """Show a text; what is no statement stays small."""
        self._may_be_large = may_be_large
        self.setText(text)
        self.setAccessibleName(text)
        self._choose_role()

    def _choose_role(self) -> None:
        font = QFont(self.font())
        font.setPixelSize(_FIGURE_PX)
        font.setWeight(QFont.Weight.DemiBold)
        fits = QFontMetrics(font).horizontalAdvance(self.text()) < self.width()
        role = "figure" if fits and self._may_be_large else "title"
        if role != self.property("role"):
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_role()
