"""The head of the form: the chosen recipe, undo and redo, the search, and the reset of all."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from studio.formatting import count
from studio.ui.icons import icon
from studio.ui.shared.builders import column_layout, row_layout, tool_button
from studio.ui.shared.shortcuts import add_shortcut, key_text, with_keys
from studio.ui.widgets.elided_button import ElidedButton
from studio.ui.widgets.search_edit import SearchEdit
from studio.ui.widgets.tooltip import wrap_tooltip

_SIDE = 32


class SetupHeader(QWidget):
    """`recipes_button`, `undo_settings`, `redo_settings`, `recipe_menu` and `settings_search`.

    `search_changed` carries what is searched for.
    """

    gallery_wanted = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()
    save_wanted = Signal()
    update_wanted = Signal()
    export_wanted = Signal()
    open_wanted = Signal()
    close_wanted = Signal()
    search_changed = Signal(str)

    def __init__(self, reset_all: QPushButton) -> None:
        super().__init__()
        self._recipes = ElidedButton(icon("layers"))
        self._recipes.setObjectName("recipes_button")
        self._undo = self._history_button("undo_settings", "undo", "Undo")
        self._redo = self._history_button("redo_settings", "redo", "Redo")
        self._more = tool_button("recipe_menu_button", "more", "Save or open a recipe")
        self._close = tool_button(
            "setup_close", "close", "Close the form", "Close the form (Ctrl+B)"
        )
        self._close.setFixedSize(_SIDE, _SIDE)
        self._close.hide()
        self.search = SearchEdit("Search settings", icon("search", "muted"))
        self.search.setObjectName("settings_search")
        self.search.setAccessibleName("Search settings")
        tip = "Show the settings whose name or description contains all these words"
        self.search.setToolTip(with_keys(tip, "search_settings"))
        self._make_menu()
        self._lay_out(reset_all)
        self._connect()
        self.show_recipe("", is_changed=False, is_user_recipe=False)
        self.show_history("", "")

    def show_recipe(self, title: str, *, is_changed: bool, is_user_recipe: bool) -> None:
        """Show the title of the chosen recipe, and what can be done with it."""
        self._recipes.set_text(title)
        changed = ", changed" if is_changed else ""
        self._recipes.setAccessibleName(f"Recipe: {title}{changed}")
        self._recipes.setToolTip(wrap_tooltip(f"{title}{changed}. Show all recipes."))
        self._update.setText(f"Save changes to “{title}”".replace("&", "&&"))
        self._update.setVisible(is_user_recipe)
        self._update.setEnabled(is_changed)

    def show_history(self, undo: str, redo: str) -> None:
        """Show what an undo and a redo would change; an empty text disables the button."""
        for button, verb, text in ((self._undo, "Undo", undo), (self._redo, "Redo", redo)):
            button.setEnabled(bool(text))
            tip = f"{verb}: {text}" if text else f"Nothing to {verb.lower()}"
            button.setToolTip(wrap_tooltip(with_keys(tip, button.objectName())))
            button.setAccessibleDescription(text)

    def show_found(self, number: int) -> None:
        """Tell a screen reader how many settings were found."""
        is_searching = bool(self.search.text().strip())
        self.search.setAccessibleDescription(count(number, "setting") if is_searching else "")

    def set_folded(self, folded: bool) -> None:
        """Show the close button where the panel is a drawer."""
        self._close.setVisible(folded)

    def _history_button(self, name: str, icon_name: str, verb: str) -> QToolButton:
        button = tool_button(name, icon_name, f"{verb} the last change of the settings")
        button.setFixedSize(_SIDE, _SIDE)
        return button

    def _make_menu(self) -> None:
        menu = QMenu(self._more)
        menu.setObjectName("recipe_menu")
        self._save = self._add_action(menu, "save_recipe", "Save as recipe…", "save_recipe")
        self._update = self._add_action(menu, "update_recipe", "Save changes")
        self._export = self._add_action(menu, "export_settings", "Save as file…")
        self._open = self._add_action(menu, "open_recipe", "Open recipe…")
        self._more.setMenu(menu)
        self._more.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setFixedSize(_SIDE, _SIDE)

    def _add_action(self, menu: QMenu, name: str, text: str, shortcut: str = "") -> QAction:
        action = menu.addAction(f"{text}\t{key_text(shortcut)}" if shortcut else text)
        action.setObjectName(name)
        return action

    def _lay_out(self, reset_all: QPushButton) -> None:
        top: QHBoxLayout = row_layout(spacing=4)
        self._recipes.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        top.addWidget(self._recipes, 1)
        for button in (self._undo, self._redo, self._more, self._close):
            top.addWidget(button)
        below = row_layout(spacing=8)
        below.addWidget(self.search, 1)
        below.addWidget(reset_all)
        column = column_layout(self, spacing=8)
        column.addLayout(top)
        column.addLayout(below)

    def _connect(self) -> None:
        self._recipes.clicked.connect(self.gallery_wanted)
        self._undo.clicked.connect(self.undo_wanted)
        self._redo.clicked.connect(self.redo_wanted)
        self._save.triggered.connect(self.save_wanted)
        self._update.triggered.connect(self.update_wanted)
        self._export.triggered.connect(self.export_wanted)
        self._open.triggered.connect(self.open_wanted)
        self._close.clicked.connect(self.close_wanted)
        self.search.textChanged.connect(self.search_changed)
        add_shortcut("undo_settings", self, self._undo.click)
        add_shortcut("redo_settings", self, self._redo.click)
        add_shortcut("save_recipe", self, self.save_wanted.emit)
        add_shortcut("search_settings", self, self._on_search_shortcut)

    def _on_search_shortcut(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
