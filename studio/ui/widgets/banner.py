"""One line on a page that says what happened and offers one thing to do about it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from studio.ui.widgets import palette
from studio.ui.widgets.glyphs import glyph_pixmap

_COLORS = {"info": "accent", "good": "good", "warn": "warn", "bad": "bad"}
_WORDS = {"info": "Note", "good": "Done", "warn": "Warning", "bad": "Problem"}


class Banner(QFrame):
    """Hidden until `show_message`; the close button or `hide` puts it away."""

    action_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._mark = QLabel()
        self._mark.setFixedWidth(20)
        self._label = QLabel()
        self._label.setObjectName("banner_text")
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = QPushButton()
        self._action.setObjectName("banner_action")
        self._action.clicked.connect(self.action_clicked)
        self._close = QPushButton("Dismiss")
        self._close.setObjectName("banner_close")
        self._close.setToolTip("Hide this message")
        self._close.setProperty("kind", "quiet")
        self._close.clicked.connect(self.hide)
        self._lay_out()
        self.kind = "info"
        self.hide()

    def show_message(self, text: str, kind: str = "info", action: str = "") -> None:
        """Show `text` as info, good, warn or bad; `action` is the word on the button, if any."""
        self.kind = kind
        self.setProperty("kind", kind)
        self._label.setText(text)
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setToolTip(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(f"{_WORDS[kind]}: {text}")
        self._restyle()
        self.show()

    def text(self) -> str:
        """The message now shown."""
        return self._label.text()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self._label, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self.setMinimumHeight(40)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _restyle(self) -> None:
        color = getattr(palette.current(), _COLORS[self.kind])
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(glyph_pixmap(self.kind, 16, color, ratio))
        self.style().unpolish(self)
        self.style().polish(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            color = getattr(palette.current(), _COLORS[self.kind])
            self._mark.setPixmap(glyph_pixmap(self.kind, 16, color, self.devicePixelRatioF()))
