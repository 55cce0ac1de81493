"""Remembers the edits of a sample, and opens its editor again after a crash."""

from PySide6.QtCore import QObject, Signal

from studio.ui.mistakes.edit.edit_state import EditSnapshot, decode_edits, encode_edits
from studio.ui.mistakes.edit.edit_subject import EditSubject
from studio.ui.window_state import WindowState

SECTION = "sample_edit"


class RememberedEdit(QObject):
    """Saves the edits of one sample after each change.

    `reopen_wanted` follows when the sample is shown whose editor was open in the last session.
    """

    reopen_wanted = Signal()

    def __init__(self, state: WindowState, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self._subject: EditSubject | None = None
        self._is_open = False
        self._last: EditSnapshot | None = None
        state.add(SECTION, self._take, encode_edits)
        state.restore(SECTION, decode_edits, self._on_read)

    def set_subject(self, subject: EditSubject | None) -> None:
        """Remember another sample, and give it its edits of the last session, if any."""
        self._subject = subject
        self._restore()

    def save(self) -> None:
        """Save the edits a moment later."""
        self._state.mark_changed(SECTION)

    def set_open(self, is_open: bool) -> None:
        """Save whether the editor is open."""
        self._is_open = is_open
        self.save()

    def _on_read(self, last: EditSnapshot) -> None:
        self._last = last
        self._restore()

    def _restore(self) -> None:
        last, subject = self._last, self._subject
        if last is None or subject is None or self._is_open or not last.belongs_to(subject):
            return
        self._last = None
        subject.history.restore(last.edits, last.index)
        if last.is_open:
            self.reopen_wanted.emit()

    def _take(self) -> EditSnapshot | None:
        subject = self._subject
        if subject is None or not (self._is_open or subject.history.is_changed):
            return None
        return EditSnapshot.of(subject, self._is_open)
