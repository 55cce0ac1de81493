"""A button with a menu of saved combinations of filter and order."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from studio.ui.icons import ALONE, BESIDE_TEXT, icon
from studio.ui.mistakes.samples.filter_model import FilterModel
from studio.ui.mistakes.samples.sample_columns import SampleColumns
from studio.ui.mistakes.samples.saved_views import (
    BUILT_IN,
    SavedView,
    SavedViewList,
    create_view,
    name_problem,
)
from studio.ui.mistakes.samples.view_name_dialog import ViewNameDialog
from studio.ui.settings import Settings


class ViewsButton(QPushButton):
    """Applies, saves, renames and deletes views of the samples.

    `naming_changed` follows each change of `naming`.
    """

    naming_changed = Signal()

    def __init__(
        self, filter_model: FilterModel, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(icon("bookmark"), "Views", parent)
        self.setObjectName("saved_views_button")
        self.setAccessibleName("Saved views")
        self.setToolTip("Apply a saved filter and order, or save the present ones")
        self.setIconSize(BESIDE_TEXT)
        self._filter_model = filter_model
        self._saved = SavedViewList(settings)
        self._columns: SampleColumns | None = None
        self.naming: tuple[str, str] | None = None
        """While a name is asked for: the view to rename, "" for a new one, and the text so far."""
        self._menu = QMenu(self)
        self._menu.setObjectName("saved_views_menu")
        self._menu.setAccessibleName("Saved views")
        self._menu.setToolTipsVisible(True)
        self._rename_menu = self._create_submenu("Rename", "rename_view_menu")
        self._delete_menu = self._create_submenu("Delete", "delete_view_menu")
        self._menu.aboutToShow.connect(self._fill_menu)
        self.setMenu(self._menu)

    def set_narrow(self, narrow: bool) -> None:
        """Show only the icon, where there is little space."""
        self.setText("" if narrow else "Views")
        self.setIconSize(ALONE if narrow else BESIDE_TEXT)

    def show_columns(self, columns: SampleColumns) -> None:
        """Offer the views that fit an evaluation."""
        self._columns = columns

    def _fill_menu(self) -> None:
        menu, views = self._menu, self._saved.views
        menu.clear()
        for view in BUILT_IN:
            self._add_view(view)
        menu.addSeparator()
        for view in views:
            self._add_view(view)
        if views:
            menu.addSeparator()
        save = menu.addAction("Save this view…", self.ask_for_name)
        save.setObjectName("save_view")
        save.setEnabled(not self._saved.is_full)
        self._add_submenu(self._rename_menu, self.ask_for_new_name)
        self._add_submenu(self._delete_menu, self._saved.delete)

    def _add_view(self, view: SavedView) -> None:
        action = self._menu.addAction(_plain(view.name), partial(self._apply, view))
        reason = self._find_reason(view)
        action.setEnabled(not reason)
        action.setToolTip(reason or view.name)
        action.setCheckable(True)
        action.setChecked(not reason and self._is_shown(view))

    def _create_submenu(self, title: str, name: str) -> QMenu:
        menu = QMenu(title, self._menu)
        menu.setObjectName(name)
        menu.setAccessibleName(title)
        return menu

    def _add_submenu(self, menu: QMenu, slot: Callable[[str], None]) -> None:
        """List the saved views; `slot` is called with the name of the one chosen."""
        menu.clear()
        for view in self._saved.views:
            menu.addAction(_plain(view.name), partial(slot, view.name))
        menu.setEnabled(bool(self._saved.views))
        self._menu.addMenu(menu)

    def _find_reason(self, view: SavedView) -> str:
        """Return why a view cannot be shown now, or ""."""
        if self._columns is None:
            return "No samples are shown."
        missing = view.missing_classes(self._columns.evaluation.class_names)
        if missing:
            return f"There is no class “{missing[0]}” here."
        return self._columns.unavailable.get(view.wanted.sort, "")

    def _is_shown(self, view: SavedView) -> bool:
        assert self._columns is not None
        return view.filter_for(self._columns.evaluation.class_names) == self._filter_model.filter

    def _apply(self, view: SavedView) -> None:
        if self._columns is not None:
            names = self._columns.evaluation.class_names
            self._filter_model.set_filter(view.filter_for(names))

    def ask_for_name(self, text: str = "") -> None:
        """Ask for the name of the present view; `text` is entered at first."""

        def find_problem(name: str) -> str:
            return name_problem(name, self._saved.views)

        dialog = ViewNameDialog("Save this view", text, find_problem, self)
        dialog.named.connect(self._save)
        self._open(dialog, "")

    def _save(self, name: str) -> None:
        if self._columns is not None:
            names = self._columns.evaluation.class_names
            self._saved.add(create_view(name, self._filter_model.filter, names))

    def ask_for_new_name(self, name: str, text: str | None = None) -> None:
        """Ask for another name of a view; `text` is entered at first, by default its name."""

        def find_problem(new_name: str) -> str:
            return name_problem(new_name, self._saved.views, name)

        dialog = ViewNameDialog(
            "Rename the view", name if text is None else text, find_problem, self
        )
        dialog.named.connect(partial(self._saved.rename, name))
        self._open(dialog, name)

    def _open(self, dialog: ViewNameDialog, renamed: str) -> None:
        dialog.name_edit.textChanged.connect(self._on_name_edited)
        dialog.finished.connect(self._on_named)
        self.naming = (renamed, dialog.name_edit.text())
        dialog.open()
        self.naming_changed.emit()

    def _on_name_edited(self, text: str) -> None:
        if self.naming is not None:
            self.naming = (self.naming[0], text)
            self.naming_changed.emit()

    def _on_named(self) -> None:
        self.naming = None
        self.naming_changed.emit()


def _plain(name: str) -> str:
    """Return a name as the text of an action, in which & would mark a key."""
    return name.replace("&", "&&")
