"""Asks for a tag or a note of samples."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from studio.formatting import count

Positions = Sequence[int]


class FixPrompt(QObject):
    """Opens dialogs and returns at once; the signals carry positions and the text entered."""

    tagged = Signal(object, str)
    noted = Signal(object, str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._positions: Positions = ()

    def ask_tag(self, positions: Positions, known: Sequence[str]) -> None:
        """Ask for a tag, or for one of those known."""
        dialog = self._create("Tag", f"Tag of {count(len(positions), 'sample')}", "tag_dialog")
        dialog.setComboBoxEditable(True)
        dialog.setComboBoxItems(["", *known])
        dialog.textValueSelected.connect(self._on_tag)
        self._positions = tuple(positions)
        dialog.open()

    def ask_note(self, positions: Positions, note: str) -> None:
        """Ask for the note of samples; `note` is the present one."""
        dialog = self._create("Note", f"Note of {count(len(positions), 'sample')}", "note_dialog")
        dialog.setTextValue(note)
        dialog.textValueSelected.connect(self._on_note)
        self._positions = tuple(positions)
        dialog.open()

    def _create(self, title: str, text: str, name: str) -> QInputDialog:
        dialog = QInputDialog(self._window)
        dialog.setObjectName(name)
        dialog.setWindowTitle(title)
        dialog.setLabelText(text)
        dialog.setOkButtonText("Save")
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _on_tag(self, text: str) -> None:
        self.tagged.emit(self._positions, text)

    def _on_note(self, text: str) -> None:
        self.noted.emit(self._positions, text.strip())
