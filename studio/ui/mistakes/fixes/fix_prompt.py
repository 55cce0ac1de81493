"""Asks for a tag or a note of samples."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from studio.formatting import count

Positions = Sequence[int]
NOTE, TAG = "note", "tag"


class FixPrompt(QObject):
    """Opens dialogs and returns at once; the signals carry positions and the text entered.

    While a dialog is open, `kind` is NOTE or TAG, else "", and `text` what is entered so far;
    `changed` follows each change of the three.
    """

    tagged = Signal(object, str)
    noted = Signal(object, str)
    changed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.positions: Positions = ()
        self.kind = self.text = ""

    def ask_tag(self, positions: Positions, known: Sequence[str], tag: str = "") -> None:
        """Ask for a tag, or for one of those known; `tag` is entered at first."""
        dialog = self._create("Tag", f"Tag of {count(len(positions), 'sample')}", "tag_dialog")
        dialog.setComboBoxEditable(True)
        dialog.setComboBoxItems(list(dict.fromkeys(["", *known, tag])))
        dialog.setTextValue(tag)
        dialog.textValueSelected.connect(self._on_tag)
        self._open(dialog, TAG, positions)

    def ask_note(self, positions: Positions, note: str) -> None:
        """Ask for the note of samples; `note` is the present one."""
        dialog = self._create("Note", f"Note of {count(len(positions), 'sample')}", "note_dialog")
        dialog.setTextValue(note)
        dialog.textValueSelected.connect(self._on_note)
        self._open(dialog, NOTE, positions)

    def _create(self, title: str, text: str, name: str) -> QInputDialog:
        dialog = QInputDialog(self._window)
        dialog.setObjectName(name)
        dialog.setWindowTitle(title)
        dialog.setLabelText(text)
        dialog.setOkButtonText("Save")
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _open(self, dialog: QInputDialog, kind: str, positions: Positions) -> None:
        self.kind, self.positions, self.text = kind, tuple(positions), dialog.textValue()
        dialog.textValueChanged.connect(self._on_text)
        dialog.finished.connect(self._on_finished)
        dialog.open()
        self.changed.emit()

    def _on_text(self, text: str) -> None:
        self.text = text
        self.changed.emit()

    def _on_finished(self) -> None:
        self.kind = ""
        self.changed.emit()

    def _on_tag(self, text: str) -> None:
        self.tagged.emit(self.positions, text)

    def _on_note(self, text: str) -> None:
        self.noted.emit(self.positions, text.strip())
