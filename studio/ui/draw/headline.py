"""The headline of a prediction: large if it fits into one line, else smaller and wrapped."""

from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from studio.ui.shared.builders import set_style

# The font size of the role "figure" in the style sheet.
_FIGURE_PX = 28


class Headline(QLabel):
    """A label that switches between the text roles "figure" and "title"."""

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
        font = QFont(self.font())
        font.setPixelSize(_FIGURE_PX)
        font.setWeight(QFont.Weight.DemiBold)
        fits = QFontMetrics(font).horizontalAdvance(self.text()) < self.width()
        set_style(self, role="figure" if fits and self._may_be_large else "title")

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_role()
