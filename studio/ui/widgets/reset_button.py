"""A button that marks a changed value and resets it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.painted_icons import draw_icon

SIDE = 16


class ResetButton(QAbstractButton):
    """A 16 x 16 px arrow beside the value called `label`, visible while the value is changed.

    The button keeps its space while it is hidden, so that nothing moves when a value changes.
    """

    def __init__(self, label: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_reset")
        self.setAccessibleName(f"Reset {label}")
        self.setToolTip(f"Reset {label} to the recipe")
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()

    def show_change(self, original: str) -> None:
        """Show the button for a value that is `original` in the recipe; an empty text hides it."""
        if original:
            self.setToolTip(change_text(original) + " Click to reset.")
            self.setAccessibleDescription(change_text(original))
        self.setVisible(bool(original))

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.pressed if self.isDown() else colors.hover))
            painter.drawRoundedRect(box, 4, 4)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 4, 4)
        color = colors.accent if self.isEnabled() else colors.muted
        draw_icon(painter, "reset", QRectF(self.rect()).adjusted(1, 1, -1, -1), color)


def change_text(original: str) -> str:
    """Return the description of a changed value, for tooltips and accessibility."""
    return f"Changed from {original} in the recipe." if original else ""
