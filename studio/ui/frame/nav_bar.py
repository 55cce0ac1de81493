"""The bar at the left edge: product name, pages, device, theme button and keys button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.frame.device_badge import DeviceBadge
from studio.ui.frame.nav_list import NavEntry, NavList
from studio.ui.icons import icon
from studio.ui.shared.builders import tool_button
from studio.ui.shared.shortcuts import with_keys
from studio.ui.theme import next_choice

WIDTH_PX = 96
_ICONS = {"system": "contrast", "light": "sun", "dark": "moon"}


class NavBar(QFrame):
    """Emits the page and the theme that the user chooses."""

    page_chosen = Signal(int)
    theme_chosen = Signal(str)
    keys_clicked = Signal()

    def __init__(self, entries: list[NavEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nav_bar")
        self.setFixedWidth(WIDTH_PX)
        self.pages = NavList(entries)
        self.device_badge = DeviceBadge()
        self._theme = "system"
        self._theme_button = tool_button("theme_button", "contrast", "Colors", color="muted")
        self._keys_button = tool_button(
            "keys_button",
            "keyboard",
            "Keys",
            with_keys("Show all keys", "list_shortcuts"),
            "muted",
        )
        for button in (self._theme_button, self._keys_button):
            button.setProperty("kind", "quiet")
        self.set_theme("system")
        self._lay_out()
        self.pages.currentRowChanged.connect(self.page_chosen)
        self._theme_button.clicked.connect(self._choose_next_theme)
        self._keys_button.clicked.connect(self.keys_clicked)

    def set_theme(self, choice: str) -> None:
        """Show the theme chosen: "system", "light" or "dark"."""
        self._theme = choice
        self._theme_button.setIcon(icon(_ICONS[choice], "muted"))
        tooltip = f"Theme: {choice}. Click for {next_choice(choice)}."
        self._theme_button.setToolTip(tooltip)
        self._theme_button.setAccessibleDescription(tooltip)

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
        column.addWidget(self.device_badge)
        column.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addStretch(1)
        row.addWidget(self._theme_button)
        row.addWidget(self._keys_button)
        row.addStretch(1)
        column.addLayout(row)
