"""Lets the keys of undo and redo through where a text field has nothing to undo."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget


class UndoKeys(QObject):
    """Watches the text fields in a form: they would take the keys even if they change nothing."""

    def __init__(self, form: QWidget) -> None:
        super().__init__(form)
        for field in (*form.findChildren(QLineEdit), *form.findChildren(QAbstractSpinBox)):
            field.installEventFilter(self)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        edit = watched if isinstance(watched, QLineEdit) else watched.findChild(QLineEdit)
        if edit is None or _can_use(edit, event):
            return False
        event.ignore()
        return True


def _can_use(edit: QLineEdit, event: QKeyEvent) -> bool:
    """Whether a text field has something to undo or redo; true for any other key."""
    keys = QKeySequence.StandardKey
    if event.matches(keys.Undo):
        return edit.isUndoAvailable()
    return edit.isRedoAvailable() if event.matches(keys.Redo) else True
