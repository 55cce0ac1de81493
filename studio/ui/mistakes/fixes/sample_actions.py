"""What can be done to the samples selected in a grid, by key and from the menu."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from studio.ui.mistakes.fixes.class_keys import classes_of_key
from studio.ui.mistakes.fixes.controller import FixesController
from studio.ui.mistakes.fixes.fix_prompt import FixPrompt
from studio.ui.mistakes.fixes.relabel_menu import RelabelMenu
from studio.ui.shared.shortcuts import MISTAKES, SHORTCUTS, declare_shortcut
from studio.ui.widgets.image_grid import ImageGrid

_COMMANDS = {"X": "exclude_sample", "A": "ambiguous_sample", "T": "tag_sample", "L": "relabel_list"}
_RESERVED = {
    key
    for shortcut in SHORTCUTS.values()
    for key in shortcut.keys
    if shortcut.group == MISTAKES and len(key) == 1
}
_MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


class SampleActions(QObject):
    """Fixes the samples selected in a grid. One sample: moves on to the next one.

    Digits and first letters relabel; X excludes, A marks as ambiguous, T tags, L lists the classes.
    With Shift, these letters are commands even where a class has that name. `refused` says why
    nothing was changed.
    """

    refused = Signal(str)

    def __init__(self, grid: ImageGrid, fixes: FixesController, parent: QWidget) -> None:
        """The keys work in the grid, and in `parent` around it."""
        super().__init__(parent)
        self._grid, self._fixes = grid, fixes
        self.prompt = FixPrompt(parent)
        self.prompt.tagged.connect(self._set_tag)
        self.prompt.noted.connect(self._set_note)
        for widget in (grid, parent):
            widget.installEventFilter(self)
        for name in ("relabel_sample", *_COMMANDS.values()):
            declare_shortcut(name, grid)

    def positions(self) -> list[int]:
        """The positions of the selected samples."""
        return [int(position) for position in self._grid.selected_positions()]

    def relabel(self, label: int) -> None:
        """Give the selected samples a class."""
        if self._is_possible():
            positions = self.positions()
            self._fixes.relabel(positions, label)
            self._advance(positions)

    def toggle_excluded(self) -> None:
        """Exclude the selected samples, or include them again if all are excluded."""
        if self._is_possible():
            positions = self.positions()
            excluded = not all(self._fixes.fix(position).excluded for position in positions)
            self._fixes.set_excluded(positions, excluded)
            if excluded:
                self._advance(positions)

    def toggle_ambiguous(self) -> None:
        """Mark the selected samples as ambiguous, or take it back if all are marked."""
        if self._is_possible():
            positions = self.positions()
            ambiguous = not all(self._fixes.fix(position).ambiguous for position in positions)
            self._fixes.set_ambiguous(positions, ambiguous)
            if ambiguous:
                self._advance(positions)

    def ask_tag(self) -> None:
        """Ask for a tag of the selected samples."""
        if self._is_possible():
            self.prompt.ask_tag(self.positions(), self._fixes.tags())

    def ask_note(self) -> None:
        """Ask for the note of the selected samples."""
        if self._is_possible():
            positions = self.positions()
            self.prompt.ask_note(positions, self._fixes.fix(positions[0]).note)

    def reset(self) -> None:
        """Remove all changes of the selected samples."""
        evaluation = self._fixes.evaluation
        if self._is_possible() and evaluation is not None:
            self._fixes.reset([evaluation.sample_id(position) for position in self.positions()])

    def open_relabel_menu(self) -> None:
        """List all classes to choose from."""
        evaluation = self._fixes.evaluation
        if self._is_possible() and evaluation is not None:
            self._choose_class(list(range(len(evaluation.class_names))))

    def label_of(self, position: int) -> str:
        """The name of the class that a sample has with its present fix."""
        return self._fixes.fix(position).label or self._fixes.published_label(position)

    def _set_tag(self, positions: list[int], tag: str) -> None:
        self._fixes.set_tag(positions, tag)

    def _set_note(self, positions: list[int], note: str) -> None:
        self._fixes.set_note(positions, note)

    def _is_possible(self) -> bool:
        if not self.positions():
            return False
        if not self._fixes.is_ready:
            self.refused.emit(self._fixes.error or "The label fixes are still being read.")
        return self._fixes.is_ready

    def _advance(self, changed: list[int]) -> None:
        """Select the next sample after a change of one, unless that has left the grid."""
        if changed == self.positions() and len(changed) == 1:
            self._grid.select_row(self._grid.currentIndex().row() + 1)

    def _choose_class(self, classes: list[int]) -> None:
        evaluation = self._fixes.evaluation
        if evaluation is None:
            return
        labels = {self.label_of(position) for position in self.positions()}
        current = labels.pop() if len(labels) == 1 else ""
        menu = RelabelMenu(evaluation.class_names, classes, current, self._grid)
        menu.chosen.connect(self.relabel)
        menu.open_at_cursor_of(self._grid)

    # Keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if event.type() not in kinds or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if not self._has_command(event):
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._run(event)
        return True

    def _has_command(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~_MODIFIERS or self._fixes.evaluation is None:
            return False
        return bool(self._classes(event)) or _command(event) in _COMMANDS

    def _classes(self, event: QKeyEvent) -> list[int]:
        evaluation, text = self._fixes.evaluation, event.text()
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if evaluation is None or len(text) != 1 or (shifted and _command(event) in _COMMANDS):
            return []
        return classes_of_key(text, evaluation.class_names, _RESERVED)

    def _run(self, event: QKeyEvent) -> None:
        classes = self._classes(event)
        if len(classes) == 1:
            self.relabel(classes[0])
        elif classes:
            if self._is_possible():
                self._choose_class(classes)
        else:
            commands = {
                "X": self.toggle_excluded,
                "A": self.toggle_ambiguous,
                "T": self.ask_tag,
                "L": self.open_relabel_menu,
            }
            commands[_command(event)]()


def _command(event: QKeyEvent) -> str:
    return event.text().upper()
