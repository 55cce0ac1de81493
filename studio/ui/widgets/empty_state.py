"""The content of a page without data: an icon, a text and a button."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.ui.widgets import theme_colors


class EmptyState(QWidget):
    """Shows a centered title and text, optionally with an icon and a button.

    Signal: `action_clicked()`.
    """

    action_clicked = Signal()

    def __init__(
        self,
        title: str,
        text: str,
        action: str = "",
        icon: QIcon | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._icon_label = QLabel()
        self._icon_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._icon_label.setVisible(icon is not None)
        self._title = _centred_label(title, "heading")
        self._text = _centred_label(text, "muted")
        self._text.setMaximumWidth(420)
        self._button = QPushButton()
        self._button.setProperty("kind", "primary")
        self._button.setObjectName("empty_action")
        self._button.clicked.connect(self.action_clicked)
        self._lay_out()
        self._show_action(action)  # once it has a parent, or it would be a window for a moment
        self._paint_icon()
        self.setAccessibleName(f"{title}. {text}")

    def set_text(self, title: str, text: str, action: str = "") -> None:
        """Replace the title, the text and the button."""
        self._title.setText(title)
        self._text.setText(text)
        self._show_action(action)
        self.setAccessibleName(f"{title}. {text}")

    def _show_action(self, action: str) -> None:
        self._button.setText(action)
        self._button.setAccessibleName(action or "Action")
        self._button.setToolTip(action or "Action")
        self._button.setVisible(bool(action))

    def title(self) -> str:
        """Return the title."""
        return self._title.text()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._icon_label)
        column.addSpacing(4)
        column.addWidget(self._title)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._text, 100)  # take the maximum width before wrapping
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def _paint_icon(self) -> None:
        if self._icon is not None:
            pixmap = self._icon.pixmap(48, 48)
            self._icon_label.setPixmap(_tint(pixmap, theme_colors.current().muted))

    # Qt

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_icon()


def _centred_label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return label


def _tint(pixmap: QPixmap, color: str) -> QPixmap:
    painter = QPainter(pixmap)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), QColor(color))
    painter.end()
    return pixmap
