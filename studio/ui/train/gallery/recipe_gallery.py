"""The view of all recipes: a filter, the cards, and what can be done with a recipe."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from studio.recipes import Recipe
from studio.ui.icons import icon
from studio.ui.shared.builders import column_layout, label, row_layout, text_button
from studio.ui.train.gallery.recipe_cards import (
    NO_FACTS,
    RecipeFacts,
    matching_cards,
    plain_card,
    with_facts,
)
from studio.ui.widgets.card_grid import CardGrid
from studio.ui.widgets.card_painter import GridCard
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.search_edit import SearchEdit
from studio.ui.widgets.tooltip import wrap_tooltip

_TIP = "Choose a recipe: a complete training, whose settings you can change."


class RecipeGallery(QWidget):
    """`recipe_list` with `recipe_filter`; signals carry the id of a recipe.

    `shown` is emitted when the view appears.
    """

    shown = Signal()
    recipe_chosen = Signal(str)
    open_wanted = Signal()
    export_wanted = Signal(str)
    rename_wanted = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._recipes: Sequence[Recipe] = ()
        self._cards: Sequence[GridCard] = ()
        self._plain: dict[str, tuple[Recipe, GridCard]] = {}
        self._filter = SearchEdit("Filter: digits, VGG-19, easy", icon("search", "muted"))
        self._filter.setObjectName("recipe_filter")
        self._filter.setAccessibleName("Filter the recipes")
        self._filter.setToolTip("Show the recipes that contain all these words.")
        self.grid = CardGrid()
        self.grid.setObjectName("recipe_list")
        self.grid.setAccessibleName("Recipes")
        self.grid.setAccessibleDescription(_TIP)
        self._nothing = EmptyState("No recipe matches", "", "Show all recipes", icon("search"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self._nothing)
        self._note = label("muted", name="recipe_problems")
        self._note.setWordWrap(True)
        self._note.hide()
        self._make_actions()
        self._lay_out()
        self._connect()

    def show_recipes(
        self, recipes: Sequence[Recipe], facts: Mapping[str, RecipeFacts], chosen: str
    ) -> None:
        """Show these recipes, with what is known of them here; `chosen` is marked."""
        self._recipes = recipes
        self._cards = [self._card(recipe, facts.get(recipe.id, NO_FACTS)) for recipe in recipes]
        self._show_cards()
        self.mark(chosen)

    def _card(self, recipe: Recipe, facts: RecipeFacts) -> GridCard:
        """Return a card; what the recipe alone says is computed once."""
        known = self._plain.get(recipe.id)
        if known is None or known[0] != recipe:
            known = self._plain[recipe.id] = recipe, plain_card(recipe)
        return with_facts(known[1], recipe, facts)

    def mark(self, recipe_id: str) -> None:
        """Mark the card of the chosen recipe."""
        if recipe_id != self.grid.chosen():
            self.grid.set_chosen(recipe_id)

    def show_problems(self, problems: Sequence[str]) -> None:
        """Say which files of own recipes cannot be read, with the reasons in the tooltip."""
        names = ", ".join(problem.partition(": ")[0] for problem in problems)
        self._note.setText(f"These recipes cannot be read: {names}." if problems else "")
        self._note.setToolTip(wrap_tooltip("\n".join(problems)))
        self._note.setAccessibleDescription(" ".join(problems))
        self._note.setVisible(bool(problems))

    def focus_cards(self) -> None:
        """Give the keyboard to the cards, on the chosen one."""
        self.grid.set_current(self.grid.chosen())
        self.grid.setFocus()

    def _make_actions(self) -> None:
        tip = "Add a recipe from a file to yours. You can also drop the file on the window."
        self._open = text_button("open_recipe_button", "Open recipe…", "open", tooltip=tip)
        self._more = text_button(
            "recipe_actions_button", "Actions", tooltip="What to do with the focused recipe."
        )
        self._menu = QMenu(self)
        self._menu.setObjectName("recipe_actions")
        self._export = self._add_action("Save as file…", "export_recipe", "Ctrl+Shift+S")
        self._rename = self._add_action("Rename…", "rename_recipe", "F2")
        self._delete = self._add_action("Delete", "delete_recipe", "Del")
        self._more.setMenu(self._menu)

    def _add_action(self, text: str, name: str, keys: str) -> QAction:
        action = QAction(text, self.grid)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.grid.addAction(action)
        self._menu.addAction(action)
        return action

    def _lay_out(self) -> None:
        row = row_layout(spacing=8)
        row.addWidget(self._filter, 1)
        row.addWidget(self._more)
        row.addWidget(self._open)
        column = column_layout(self, spacing=12)
        column.addLayout(row)
        column.addWidget(self._pages, 1)
        column.addWidget(self._note)
        self.setTabOrder(self._filter, self.grid)
        self.setTabOrder(self.grid, self._more)
        self.setTabOrder(self._more, self._open)

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._show_cards)
        self._filter.left.connect(self.grid.setFocus)
        self._nothing.action_clicked.connect(self._filter.clear)
        self._open.clicked.connect(self.open_wanted)
        self.grid.card_chosen.connect(self.recipe_chosen)
        self.grid.selectionModel().currentChanged.connect(self._update_actions)
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.grid.customContextMenuRequested.connect(self._open_menu)
        self._export.triggered.connect(self._on_export)
        self._rename.triggered.connect(self._on_rename)
        self._delete.triggered.connect(self._on_delete)

    def _show_cards(self) -> None:
        query = self._filter.text()
        cards = matching_cards(self._cards, query)
        self.grid.set_cards(cards, len(self._recipes))
        if not cards:
            text = f"No recipe contains “{query.strip()}”."
            self._nothing.set_text("No recipe matches", text, "Show all recipes")
        self._pages.setCurrentWidget(self.grid if cards else self._nothing)
        self._update_actions()

    def _update_actions(self) -> None:
        """Only own recipes can be renamed and deleted."""
        known = {recipe.id: recipe for recipe in self._recipes}
        recipe = known.get(self.grid.current_key()) if self.grid.isEnabled() else None
        is_user_recipe = recipe is not None and recipe.is_user_recipe
        self._export.setEnabled(recipe is not None)
        self._rename.setEnabled(is_user_recipe)
        self._delete.setEnabled(is_user_recipe)
        self._more.setEnabled(recipe is not None)

    def _open_menu(self, position: QPoint) -> None:
        if self.grid.isEnabled() and self.grid.currentIndex().isValid():
            self._menu.popup(self.grid.viewport().mapToGlobal(position))

    def _on_export(self) -> None:
        self.export_wanted.emit(self.grid.current_key())

    def _on_rename(self) -> None:
        self.rename_wanted.emit(self.grid.current_key())

    def _on_delete(self) -> None:
        self.delete_wanted.emit(self.grid.current_key())

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.grid.viewport().update()
