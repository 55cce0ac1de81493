"""The recipes that ship and the user's own, and what is known of them on this computer."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import StudioError
from studio.recipes import Recipe, UserRecipes, list_recipes, list_user_recipes, load_recipe
from studio.runs import RunSummary
from studio.ui.context import StudioContext
from studio.ui.train.gallery.recipe_facts import Facts, FactsWork


class RecipeLibrary(QObject):
    """Lists the recipes, the default first; own recipes follow when their files have been read.

    `changed` is emitted when there are others, `facts_changed` when more is known of them.
    """

    changed = Signal()
    facts_changed = Signal()
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shipped = {recipe.id: recipe for recipe in list_recipes()}
        self._user_recipes: dict[str, Recipe] = {}
        self.problems: tuple[str, ...] = ()
        self.facts: Facts = {}
        self._runs: Sequence[RunSummary] | None = None  # None after they have changed
        self._is_reading_facts = self._must_read_again = False
        context.runs_changed.connect(self._forget_runs)

    def recipes(self) -> dict[str, Recipe]:
        """Return all recipes by id."""
        return self._shipped | self._user_recipes

    def add(self, recipe_id: str) -> None:
        """Read one own recipe now, for the start; nothing happens if there is none of that id."""
        if recipe_id in self._shipped:
            return
        try:
            recipe = load_recipe(recipe_id, self._context.data_dir)
        except StudioError:
            return
        self._user_recipes[recipe.id] = recipe
        self.changed.emit()

    def refresh(self) -> None:
        """Read the user's own recipes; `changed` follows."""
        task = self._context.tasks.start(ReadWork(self._context.data_dir))
        task.succeeded.connect(self.show_user_recipes)
        task.failed.connect(self.failed)

    def read_facts(self) -> None:
        """Read what is known of the recipes; `facts_changed` follows."""
        if self._is_reading_facts:
            self._must_read_again = True
            return
        self._is_reading_facts, self._must_read_again = True, False
        recipes = list(self.recipes().values())
        context = self._context
        work = FactsWork(context.store, self._runs, recipes, context.data_dir)
        task = context.tasks.start(work)
        task.succeeded.connect(self._on_facts)
        task.failed.connect(self._on_facts_failed)
        task.stopped.connect(self._on_facts_ended)

    def show_user_recipes(self, own: UserRecipes) -> None:
        """List these own recipes beside those that ship."""
        recipes = {recipe.id: recipe for recipe in own.recipes}
        is_same = recipes == self._user_recipes and own.problems == self.problems
        self._user_recipes, self.problems = recipes, own.problems
        if not is_same:
            self.changed.emit()

    def _forget_runs(self) -> None:
        self._runs = None
        self._must_read_again = self._is_reading_facts

    def _on_facts(self, read: tuple[Sequence[RunSummary], Facts]) -> None:
        runs, self.facts = read
        self._runs = None if self._must_read_again else runs
        self.facts_changed.emit()
        self._on_facts_ended()

    def _on_facts_failed(self, _error: object, _traceback_text: str) -> None:
        self._on_facts_ended()  # the page of the runs says why they cannot be read

    def _on_facts_ended(self) -> None:
        self._is_reading_facts = False
        if self._must_read_again:
            self.read_facts()


class ReadWork:
    """Reads the user's own recipes; called in a worker thread."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def __call__(self, _on_progress: OnProgress, _should_stop: ShouldStop) -> UserRecipes:
        return list_user_recipes(self._data_dir)
