"""Connects the gallery, the form and the files of the user's own recipes."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio import recipe_files
from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.recipes import Recipe, UserRecipes, list_user_recipes
from studio.ui.context import StudioContext
from studio.ui.shared.save_dialog import open_save_dialog
from studio.ui.train.gallery.recipe_dialog import RecipeDialog
from studio.ui.train.gallery.recipe_library import RecipeLibrary
from studio.ui.train.live_panel import LivePanel
from studio.ui.train.plan_text import form_dataset_title, own_recipe_text
from studio.ui.train.setup_panel import SetupPanel

FILES = "Recipes (*.toml)"

Done = Callable[[Any], None]


class RecipeController(QObject):
    """Chooses, saves, renames, deletes, shares and opens recipes; files in a worker thread.

    `chosen` follows a card, `offered` carries a message, the text of its action and what that does.
    """

    chosen = Signal()
    offered = Signal(str, str, object)
    failed = Signal(object, str)

    def __init__(
        self,
        context: StudioContext,
        library: RecipeLibrary,
        setup: SetupPanel,
        live: LivePanel,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context, self._library = context, library
        self._setup, self._gallery, self._window = setup, live.recipes, window
        self._after: dict[QObject, Done] = {}
        self._exported: Recipe | None = None  # that a dialog asks for a file for
        self._renamed: Recipe | None = None  # that a dialog asks for a title for
        self._connect()

    def start(self) -> None:
        """Read the user's own recipes, once the page is shown."""
        self._library.refresh()

    def open_file(self, path: str) -> None:
        """Add the recipe in a file to the user's own and choose it."""
        self._run(partial(recipe_files.open_recipe, Path(path)), self._on_opened)

    def _connect(self) -> None:
        gallery, header, library = self._gallery, self._setup.header, self._library
        gallery.recipe_chosen.connect(self._on_card)
        gallery.shown.connect(self._read_facts)
        gallery.open_wanted.connect(self._ask_for_file)
        gallery.export_wanted.connect(self._share_card)
        gallery.rename_wanted.connect(self._ask_for_new_title)
        gallery.delete_wanted.connect(self._delete)
        header.open_wanted.connect(self._ask_for_file)
        header.save_wanted.connect(self._ask_for_title)
        header.update_wanted.connect(self._update_own)
        header.export_wanted.connect(self._share_form)
        library.changed.connect(self._show)
        library.changed.connect(self._read_facts)
        library.facts_changed.connect(self._show)
        library.failed.connect(self.failed)
        self._setup.form.edited.connect(self._mark_chosen)
        self._context.runs_changed.connect(self._read_facts)
        self._show()

    # The gallery

    def _show(self) -> None:
        library = self._library
        recipes = list(library.recipes().values())
        self._gallery.show_recipes(recipes, library.facts, self._setup.form.recipe.id)
        self._gallery.show_problems(library.problems)

    def _mark_chosen(self) -> None:
        self._gallery.mark(self._setup.form.recipe.id)

    def _on_card(self, recipe_id: str) -> None:
        self._setup.choose_card(recipe_id)
        self.chosen.emit()

    def _read_facts(self) -> None:
        """Read times and accuracies anew, where they are seen."""
        if self._gallery.isVisible():
            self._library.read_facts()

    # Files

    def _ask_for_title(self) -> None:
        """Ask for the title of a new recipe with the settings of the form."""
        if (config := self._setup.form.check()) is None:
            return  # the wrong field is marked
        recipes = list(self._library.recipes().values())
        title = recipe_files.free_title(f"My {self._setup.form.recipe.title}", recipes)
        summary = own_recipe_text(config, form_dataset_title(self._setup.form.values()))
        dialog = RecipeDialog("Save as recipe", title, summary, "Save", self._window)
        dialog.confirmed.connect(self._save)
        dialog.open()

    def _save(self, title: str, summary: str) -> None:
        if (config := self._setup.form.check()) is not None:
            work = partial(recipe_files.save_recipe, title, summary, config)
            self._run(work, self._on_saved)

    def _on_saved(self, recipe: Recipe) -> None:
        self._setup.adopt(recipe)
        text = f"“{recipe.title}” is now among your recipes."
        self.offered.emit(text, "Save as file…", partial(self._export, recipe))

    def _update_own(self) -> None:
        """Save the settings of the form in the own recipe that they were made from."""
        recipe = self._setup.form.recipe
        if recipe.is_user_recipe and (config := self._setup.form.check()) is not None:
            changed = replace(recipe, config=config)
            done = partial(self._on_updated, recipe)
            self._run(partial(recipe_files.update_recipe, changed), done)

    def _on_updated(self, before: Recipe, recipe: Recipe) -> None:
        self._setup.adopt(recipe)
        undo = partial(self._run, partial(recipe_files.update_recipe, before), self._setup.adopt)
        self.offered.emit(f"The changes are saved in “{recipe.title}”.", "Undo", undo)

    def _ask_for_new_title(self, recipe_id: str) -> None:
        recipe = self._library.recipes()[recipe_id]
        dialog = RecipeDialog("Rename recipe", recipe.title, recipe.summary, "Rename", self._window)
        self._renamed = recipe
        dialog.confirmed.connect(self._rename)
        dialog.open()

    def _rename(self, title: str, summary: str) -> None:
        if (recipe := self._renamed) is None:
            return
        self._run(partial(recipe_files.rename_recipe, recipe, title, summary), self._on_renamed)

    def _on_renamed(self, recipe: Recipe) -> None:
        if recipe.id == self._setup.form.recipe.id:
            self._setup.adopt(recipe)

    def _delete(self, recipe_id: str) -> None:
        recipe = self._library.recipes()[recipe_id]
        done = partial(self._on_deleted, recipe)
        self._run(partial(recipe_files.delete_recipe, recipe), done)

    def _on_deleted(self, recipe: Recipe, content: bytes) -> None:
        work = partial(recipe_files.restore_recipe, recipe, content)
        undo = partial(self._run, work, self._on_restored)
        self.offered.emit(f"“{recipe.title}” was deleted.", "Undo", undo)

    def _on_restored(self, recipe: Recipe) -> None:
        self._gallery.grid.set_current(recipe.id)

    def _share_card(self, recipe_id: str) -> None:
        self._export(self._library.recipes()[recipe_id])

    def _share_form(self) -> None:
        """Share the recipe with the settings of the form."""
        form = self._setup.form
        if (config := form.check()) is None:
            return
        is_same = not form.marks.names
        title = form.recipe.title if is_same else f"My {form.recipe.title}"
        summary = form.recipe.summary if is_same else self._summary(config)
        shared = replace(form.recipe, title=title, summary=summary, config=config)
        self._export(form.recipe if is_same else replace(shared, reference={}, cells=()))

    def _summary(self, config: TrainConfig) -> str:
        return own_recipe_text(config, form_dataset_title(self._setup.form.values()))

    def _export(self, recipe: Recipe) -> None:
        self._exported = recipe
        name = f"{recipe.id}.toml"
        open_save_dialog(
            self._window, "share_recipe_dialog", "Save recipe", name, FILES, self._write_shared
        )

    def _write_shared(self, path: str) -> None:
        if self._exported is not None:
            self._run(partial(_export, self._exported, Path(path)), self._on_exported)

    def _on_exported(self, path: Path) -> None:
        self.offered.emit(f"The recipe is saved in “{path.name}”.", "", _nothing)

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self._window, "Open a recipe", "", FILES)
        dialog.setObjectName("open_recipe_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.open_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_opened(self, recipe: Recipe) -> None:
        self._on_card(recipe.id)
        if not recipe.is_user_recipe:
            return
        text = f"“{recipe.title}” is now among your recipes."
        self.offered.emit(text, "Delete it again", partial(self._delete, recipe.id))

    # Worker threads

    def _run(self, function: Callable[[Path], Any], done: Done) -> None:
        """Call `function(data_dir)` in a thread, list the recipes again, then call `done`."""
        task = self._context.tasks.start(FileWork(function, self._context.data_dir))
        self._after[task] = done
        task.succeeded.connect(self._on_done)
        task.failed.connect(self._on_failed)

    def _on_done(self, result: tuple[Any, UserRecipes]) -> None:
        done = self._after.pop(self.sender())
        self._library.show_user_recipes(result[1])
        done(result[0])

    def _on_failed(self, error: object, traceback_text: str) -> None:
        del self._after[self.sender()]
        self.failed.emit(error, traceback_text)


class FileWork:
    """Calls a function with the data folder, then lists the own recipes; in a worker thread."""

    def __init__(self, function: Callable[[Path], Any], data_dir: Path) -> None:
        self._function, self._data_dir = function, data_dir

    def __call__(
        self, _on_progress: OnProgress, _should_stop: ShouldStop
    ) -> tuple[Any, UserRecipes]:
        result = self._function(self._data_dir)
        return result, list_user_recipes(self._data_dir)


def _export(recipe: Recipe, path: Path, _data_dir: Path) -> Path:
    recipe_files.export_recipe(recipe, path)
    return path


def _nothing() -> None:
    """Do nothing: the message has no action."""
