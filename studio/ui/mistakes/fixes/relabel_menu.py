"""A menu of classes to relabel samples as."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

_NUMBERED = 10  # classes with a digit key


class RelabelMenu(QMenu):
    """Lists classes, with the digit that is their key; `chosen` carries the number of one."""

    chosen = Signal(int)

    def __init__(
        self, class_names: Sequence[str], classes: Sequence[int], current: str, parent: QWidget
    ) -> None:
        """`current` is the name of the class that the samples have, "" if there are several."""
        super().__init__("Relabel", parent)
        self.setObjectName("relabel_menu")
        self.setAccessibleName("Relabel")
        self.setToolTipsVisible(True)
        for number in classes:
            name = class_names[number]
            action = self.addAction(name.replace("&", "&&") + _key_text(number, name))
            action.setData(number)
            action.setCheckable(True)
            action.setChecked(name == current)
        self.triggered.connect(self._on_triggered)

    def open_at_cursor_of(self, widget: QWidget) -> None:
        """Open below the middle of a widget, and delete the menu when it closes."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.popup(widget.mapToGlobal(widget.rect().center()))
        self.setActiveAction(self.actions()[0])

    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())


def _key_text(number: int, name: str) -> str:
    """The digit of a class as the shortcut column of a menu, unless its name is that digit."""
    return f"\t{number}" if number < _NUMBERED and name != str(number) else ""
