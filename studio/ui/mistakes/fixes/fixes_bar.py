"""The count of label fixes with its menu, undo and redo, in the row of the views."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from studio.ui.icons import BESIDE_TEXT, icon
from studio.ui.mistakes.fixes.controller import FixesController
from studio.ui.mistakes.fixes.fix_texts import count_fixes, describe_operation
from studio.ui.mistakes.fixes.fix_transfer import FixTransfer
from studio.ui.mistakes.fixes.fixes_dialog import FixesDialog
from studio.ui.shared.builders import row_layout, set_style, tool_button
from studio.ui.shared.desktop import open_path
from studio.ui.shared.shortcuts import add_shortcut, with_keys
from studio.ui.tasks import TaskHost

_TOOLTIP = "Labels and samples that you changed in this dataset. Your files stay as they are."


class FixesBar(QWidget):
    """`sample_wanted` carries the position of a sample to show.

    `reported` carries a message and its kind, `failed` an error and its traceback.
    """

    sample_wanted = Signal(int)
    reported = Signal(str, str)
    failed = Signal(object, str)

    def __init__(
        self, fixes: FixesController, tasks: TaskHost, page: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("fixes_bar")
        self._fixes, self._page = fixes, page
        self._dialog: FixesDialog | None = None
        self.transfer = FixTransfer(fixes, tasks, page)
        self.button = self._create_button()
        self.undo_button = tool_button("undo_fix_button", "undo", "Undo")
        self.redo_button = tool_button("redo_fix_button", "redo", "Redo")
        row = row_layout(self, spacing=4)
        row.addWidget(self.button)
        for button, slot, shortcut in (
            (self.undo_button, self._undo, "undo_fix"),
            (self.redo_button, self._redo, "redo_fix"),
        ):
            button.setAutoRaise(True)
            button.clicked.connect(slot)
            add_shortcut(shortcut, self, button.click)
            row.addWidget(button)
        self.transfer.reported.connect(self.reported)
        self.transfer.failed.connect(self.failed)
        fixes.state_changed.connect(self._refresh)
        self._refresh()

    def open_dialog(self) -> None:
        """List all changes, or bring the open list to the front."""
        if self._dialog is None:
            self._dialog = FixesDialog(self._fixes, self._page)
            self._dialog.sample_wanted.connect(self.sample_wanted)
            self._dialog.destroyed.connect(self._on_dialog_closed)
        self._dialog.show()
        self._dialog.raise_()

    def _create_button(self) -> QPushButton:
        button = QPushButton()
        button.setObjectName("fixes_button")
        button.setIconSize(BESIDE_TEXT)
        menu = QMenu(button)
        menu.setObjectName("fixes_menu")
        menu.setAccessibleName("Label fixes")
        self._list = menu.addAction("Show all changes…")
        self._export = menu.addAction("Export…")
        self._import = menu.addAction("Import…")
        menu.addSeparator()
        self._folder = menu.addAction("Show file in folder")
        self._retry = menu.addAction("Try again")
        self._list.triggered.connect(self.open_dialog)
        self._export.triggered.connect(self.transfer.open_export_dialog)
        self._import.triggered.connect(self.transfer.open_import_dialog)
        self._folder.triggered.connect(self._open_folder)
        self._retry.triggered.connect(self._fixes.retry)
        button.setMenu(menu)
        return button

    def _undo(self) -> None:
        self._fixes.undo()

    def _redo(self) -> None:
        self._fixes.redo()

    def _open_folder(self) -> None:
        path = self._fixes.path
        if path is not None and (problem := open_path(path.parent)):
            self.reported.emit(problem, "warn")

    def _on_dialog_closed(self) -> None:
        self._dialog = None

    def _refresh(self) -> None:
        fixes, overlay = self._fixes, self._fixes.overlay
        self._show_state(count_fixes(len(fixes.fixes)))
        applied = overlay.operations[: overlay.cursor] if overlay else ()
        undone = overlay.operations[overlay.cursor :] if overlay else ()
        self.undo_button.setEnabled(bool(applied))
        self.redo_button.setEnabled(bool(undone))
        undo = f"Undo: {describe_operation(applied[-1])}" if applied else "Undo a change"
        redo = f"Redo: {describe_operation(undone[0])}" if undone else "Redo"
        self.undo_button.setToolTip(with_keys(undo, "undo_fix"))
        self.redo_button.setToolTip(with_keys(redo, "redo_fix"))
        self._list.setEnabled(bool(fixes.fixes))
        self._export.setEnabled(bool(fixes.fixes))
        self._import.setEnabled(fixes.is_ready)
        self._folder.setEnabled(bool(fixes.path and fixes.path.exists()))
        self._retry.setVisible(bool(fixes.error))

    def _show_state(self, counted: str) -> None:
        """Say in text, icon and tooltip whether everything is saved."""
        fixes = self._fixes
        if fixes.error:
            text, icon_name, color = "Not saved", "warning", "bad"
            text = text if fixes.overlay else "Fixes cannot be read"
            state = fixes.error
        elif fixes.overlay is None:
            text, icon_name, color, state = "Fixes", "pen", "muted", "Reading the label fixes"
        elif fixes.is_saved:
            text, icon_name, color, state = counted, "pen", "text", "All changes are saved."
        else:
            text, icon_name, color, state = counted, "pen", "muted", "Saving…"
        self.button.setText(text)
        self.button.setIcon(icon(icon_name, color))
        self.button.setAccessibleName(f"Label fixes: {text}")
        self.button.setToolTip(f"{_TOOLTIP} {state}" if not fixes.error else state)
        set_style(self.button, saved=fixes.is_saved)
