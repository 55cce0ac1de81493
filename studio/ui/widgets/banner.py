"""One line on a page that says what happened and offers up to two things to do about it."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.painted_icons import icon_pixmap

_COLORS = {"info": "accent", "good": "good", "warn": "warn", "bad": "bad"}
_WIDEST, _SHARE, _MARGIN = 720, 0.57, 12
_WORDS = {"info": "Note", "good": "Done", "warn": "Warning", "bad": "Problem"}


class Banner(QFrame):
    """Hidden until `show_message`; the close button or `hide` puts it away."""

    action_clicked = Signal()
    second_action_clicked = Signal()

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
        self._action.setAccessibleName("Action")
        self._action.clicked.connect(self.action_clicked)
        self._second_action = QPushButton()
        self._second_action.setObjectName("banner_second_action")
        self._second_action.setAccessibleName("Action")
        self._second_action.clicked.connect(self.second_action_clicked)
        self._close = QPushButton("Dismiss")
        self._close.setObjectName("banner_close")
        self._close.setToolTip("Hide this message")
        self._close.setProperty("kind", "quiet")
        self._close.clicked.connect(self.hide)
        self._lay_out()
        self.kind = "info"
        self.hide()

    def show_message(
        self, text: str, kind: str = "info", action: str = "", second_action: str = ""
    ) -> None:
        """Show `text` as info, good, warn or bad; the actions are the words on buttons, if any."""
        self.kind = kind
        self.setProperty("kind", kind)
        self._label.setText(text)
        for button, words in ((self._action, action), (self._second_action, second_action)):
            button.setText(words)
            button.setAccessibleName(words or "Action")
            button.setToolTip(words)
            button.setVisible(bool(words))
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
        row.addWidget(self._second_action)
        row.addWidget(self._close)
        self.setMinimumHeight(40)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _restyle(self) -> None:
        color = getattr(theme_colors.current(), _COLORS[self.kind])
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(icon_pixmap(self.kind, 16, color, ratio))
        self.style().unpolish(self)
        self.style().polish(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            color = getattr(theme_colors.current(), _COLORS[self.kind])
            self._mark.setPixmap(icon_pixmap(self.kind, 16, color, self.devicePixelRatioF()))


class FloatingBanner(Banner):
    """A banner over the lower right corner of its parent: it takes no room from the page."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        page.installEventFilter(self)

    def show_message(
        self, text: str, kind: str = "info", action: str = "", second_action: str = ""
    ) -> None:
        """As a banner does; it comes to the front."""
        super().show_message(text, kind, action, second_action)
        self._place()
        self.raise_()

    def _place(self) -> None:
        page = self._page.size()
        width = min(_WIDEST, round(_SHARE * page.width()))
        height = max(self.minimumHeight(), self.heightForWidth(width))
        left, top = page.width() - width - _MARGIN, page.height() - height - _MARGIN
        self.setGeometry(left, top, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
