"""A message on a page with up to two actions."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.painted_icons import icon_pixmap

_COLORS = {"info": "accent", "good": "good", "warn": "warn", "bad": "bad"}
_MAX_WIDTH, _WIDTH_FRACTION, _MARGIN = 720, 0.57, 12
_KIND_NAMES = {"info": "Note", "good": "Done", "warn": "Warning", "bad": "Problem"}


class Banner(QFrame):
    """Shows a message; hidden at first and when dismissed, at least 40 px high.

    `dismissed` follows the button that hides the message. The names of the widgets in it begin
    with `name`.
    """

    action_clicked = Signal()
    second_action_clicked = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None, name: str = "banner") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._icon = QLabel()
        self._icon.setFixedWidth(20)
        self._label = QLabel()
        self._label.setObjectName(f"{name}_text")
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = QPushButton()
        self._action.setObjectName(f"{name}_action")
        self._action.setAccessibleName("Action")
        self._action.setToolTip("Action")
        self._action.clicked.connect(self.action_clicked)
        self._second_action = QPushButton()
        self._second_action.setObjectName(f"{name}_second_action")
        self._second_action.setAccessibleName("Action")
        self._second_action.setToolTip("Action")
        self._second_action.clicked.connect(self.second_action_clicked)
        self._close = QPushButton("Dismiss")
        self._close.setObjectName(f"{name}_close")
        self._close.setToolTip("Hide this message")
        self._close.setAccessibleName("Dismiss")
        self._close.setProperty("kind", "quiet")
        self._close.clicked.connect(self.hide)
        self._close.clicked.connect(self.dismissed)
        self._lay_out()
        self.kind = "info"
        self.hide()

    def show_message(
        self, text: str, kind: str = "info", action: str = "", second_action: str = ""
    ) -> None:
        """Show a message of the kind info, good, warn or bad; actions are the texts of buttons."""
        self.kind = kind
        self.setProperty("kind", kind)
        self._label.setText(text)
        for button, label in ((self._action, action), (self._second_action, second_action)):
            button.setText(label)
            button.setAccessibleName(label or "Action")
            button.setToolTip(label or "Action")
            button.setVisible(bool(label))
        self.setAccessibleName(f"{_KIND_NAMES[kind]}: {text}")
        self._restyle()
        self.show()

    def text(self) -> str:
        """Return the message."""
        return self._label.text()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._label, 1)
        row.addWidget(self._action)
        row.addWidget(self._second_action)
        row.addWidget(self._close)
        self.setMinimumHeight(40)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _restyle(self) -> None:
        self._paint_icon()
        self.style().unpolish(self)
        self.style().polish(self)

    def _paint_icon(self) -> None:
        color = getattr(theme_colors.current(), _COLORS[self.kind])
        self._icon.setPixmap(icon_pixmap(self.kind, 16, color, self.devicePixelRatioF()))

    # Qt

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self._paint_icon()


class FloatingBanner(Banner):
    """A banner over the lower right corner of its page that takes no space in the layout."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        page.installEventFilter(self)

    def show_message(
        self, text: str, kind: str = "info", action: str = "", second_action: str = ""
    ) -> None:
        """Show a message in front of the page."""
        super().show_message(text, kind, action, second_action)
        self._update_geometry()
        self.raise_()

    def _update_geometry(self) -> None:
        page = self._page.size()
        width = min(_MAX_WIDTH, round(_WIDTH_FRACTION * page.width()))
        height = max(self.minimumHeight(), self.heightForWidth(width))
        left, top = page.width() - width - _MARGIN, page.height() - height - _MARGIN
        self.setGeometry(left, top, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._update_geometry()
        return super().eventFilter(watched, event)
