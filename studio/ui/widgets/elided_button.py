"""A button whose text is left-aligned and elided to the available width."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QWidget

_MIN_WIDTH, _ICON_SIDE, _INSET = 96, 16, 12


class ElidedButton(QPushButton):
    """Shows an icon and a text of any length; `full_text()` is the whole text."""

    def __init__(self, icon: QIcon, parent: QWidget | None = None) -> None:
        super().__init__(icon, "", parent)
        self._full_text = ""
        self.setIconSize(QSize(_ICON_SIDE, _ICON_SIDE))
        self.setStyleSheet("QPushButton { text-align: left; }")

    def set_text(self, text: str) -> None:
        """Show this text."""
        self._full_text = text
        self.updateGeometry()
        self.update()

    def full_text(self) -> str:
        """Return the whole text."""
        return self._full_text

    # Qt

    def minimumSizeHint(self) -> QSize:
        return QSize(_MIN_WIDTH, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._full_text) + _ICON_SIDE + 3 * _INSET
        return QSize(max(_MIN_WIDTH, width), super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        width = self.width() - _ICON_SIDE - 3 * _INSET
        text = self.fontMetrics().elidedText(
            self._full_text, Qt.TextElideMode.ElideRight, max(0, width)
        )
        option.text = f" {text}".replace("&", "&&")  # an & would underline the next letter
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
