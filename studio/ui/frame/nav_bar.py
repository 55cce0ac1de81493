"""The bar at the window's left edge: product name, pages, device, colours, keys."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from studio.ui.frame.device_badge import DeviceBadge
from studio.ui.frame.nav_list import NavEntry, NavList
from studio.ui.icons import icon
from studio.ui.theme import next_choice

WIDTH = 96
_ICONS = {"system": "contrast", "light": "sun", "dark": "moon"}
_WORDS = {"system": "as the system", "light": "light", "dark": "dark"}


class NavBar(QFrame):
    """What is always in view. Says which page and which colours were chosen."""

    page_chosen = Signal(int)
    theme_chosen = Signal(str)
    keys_wanted = Signal()

    def __init__(self, entries: list[NavEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nav_bar")
        self.setFixedWidth(WIDTH)
        self.pages = NavList(entries)
        self.device_box = DeviceBadge()
        self._theme = "system"
        self._theme_button = _tool_button("theme_button", "Colours")
        self._keys_button = _tool_button("keys_button", "Keys")
        self._keys_button.setIcon(icon("keyboard", "muted"))
        self._keys_button.setToolTip("Show all keys (?)")
        self.set_theme("system")
        self._lay_out()
        self.pages.currentRowChanged.connect(self.page_chosen)
        self._theme_button.clicked.connect(self._choose_next_theme)
        self._keys_button.clicked.connect(self.keys_wanted)

    def set_theme(self, choice: str) -> None:
        """Show which colours are in force: system, light or dark."""
        self._theme = choice
        self._theme_button.setIcon(icon(_ICONS[choice], "muted"))
        tip = f"Colours: {_WORDS[choice]}. Click for {_WORDS[next_choice(choice)]}."
        self._theme_button.setToolTip(tip)
        self._theme_button.setAccessibleDescription(tip)

    def _choose_next_theme(self) -> None:
        self.theme_chosen.emit(next_choice(self._theme))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(7, 20, 8, 12)
        column.setSpacing(0)
        name = QLabel("VGG\nStudio")
        name.setObjectName("product_name")
        name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(name)
        column.addSpacing(20)
        column.addWidget(self.pages)
        column.addStretch(1)
        column.addWidget(self.device_box)
        column.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addStretch(1)
        row.addWidget(self._theme_button)
        row.addWidget(self._keys_button)
        row.addStretch(1)
        column.addLayout(row)


def _tool_button(name: str, title: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setAccessibleName(title)
    button.setProperty("kind", "quiet")
    return button
