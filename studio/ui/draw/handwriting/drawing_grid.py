"""The grid of stored drawings, with the keys that change them."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.ui.widgets.image_grid import ImageGrid

_DELETE_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_UNDO = QKeySequence("Ctrl+Z")
_REDO = (QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y"))


class DrawingGrid(ImageGrid):
    """`handwriting_grid`: Del deletes the selected drawings, Ctrl+Z undoes, while it has the focus.

    Elsewhere on the page these keys are those of the canvas.
    """

    delete_pressed = Signal()
    undo_pressed = Signal()
    redo_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("handwriting_grid")
        self.setAccessibleName("Your drawings")
        self.setToolTip(
            "Your drawings by class, with the prediction of the model. "
            "A digit key gives the selected one another label, Del deletes it."
        )
        self.set_multiple(True)

    def _emitter(self, event: QKeyEvent) -> Callable[[], None] | None:
        """What a key emits; None for all other keys."""
        if event.key() in _DELETE_KEYS and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            return self.delete_pressed.emit
        keys = QKeySequence(event.keyCombination())
        if keys == _UNDO:
            return self.undo_pressed.emit
        return self.redo_pressed.emit if keys in _REDO else None

    # Qt

    def event(self, event: QEvent) -> bool:
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and self._emitter(event) is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        emit = self._emitter(event)
        if emit is None:
            super().keyPressEvent(event)
        else:
            emit()
