"""Changes of class names: what the last one did, and which classes are left out."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from studio.ui.train.data.class_names import (
    Pairs,
    change_words,
    left_out_words,
    originals_by_name,
    with_all,
    with_name,
    without,
)
from studio.ui.train.data.preview import Preview


class ClassRenaming(QObject):
    """Two lines for a page, `notice` and `left_out`, hidden while there is nothing to say.

    `renamed` brings the whole overlay of names after a change, as (old, new) pairs.
    """

    renamed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        self._wanted: Pairs = ()  # the overlay asked for; the preview follows
        self._before: Pairs = ()
        self._said, self._gone = _words("rename_notice"), _words("left_out_words")
        tip = "Give the classes the names they had before"
        self._undo = _button("rename_undo", "Undo", tip)
        self._back = _button("put_back_button", "Put back", "Let all classes take part again")
        self.notice = _line(self._said, self._undo)
        self.left_out = _line(self._gone, self._back)
        self._undo.clicked.connect(self._take_back)
        self._back.clicked.connect(self._put_back)

    def show_preview(self, preview: Preview) -> None:
        """Be about this set; what was said of another one goes."""
        rename = preview.config.rename
        if rename != self._wanted or not self._is_of_same_set(preview):
            self.notice.hide()
        self._preview, self._wanted = preview, rename
        gone = left_out_words(preview.originals, rename)
        self._gone.setText(gone)
        self.left_out.setVisible(bool(gone))

    def set_locked(self, locked: bool) -> None:
        """Let nothing be changed, or all."""
        self._undo.setEnabled(not locked)
        self._back.setEnabled(not locked)

    def rename(self, name: str, typed: str) -> None:
        """Call a class as typed; nothing typed brings back the set's own names."""
        preview = self._preview
        if preview is None:
            return
        own = self._own(name, preview)
        others = [other for other in preview.class_names if other != name]
        pairs = with_name(typed, own, preview.originals, self._wanted)
        self._change(pairs, change_words(name, typed, own, others))

    def leave_out(self, name: str) -> None:
        """Train without a class, unless it is the last one."""
        preview = self._preview
        if preview is not None and len(preview.class_names) > 1:
            words = f"“{name}” is left out. Its pictures stay where they are."
            own = self._own(name, preview)
            self._change(without(own, preview.originals, self._wanted), words)

    def _is_of_same_set(self, preview: Preview) -> bool:
        if self._preview is None:
            return False
        old, new = self._preview.config, preview.config
        return (old.source, old.path) == (new.source, new.path)

    def _own(self, name: str, preview: Preview) -> list[str]:
        """The set's own classes that are shown under this name."""
        return originals_by_name(preview.originals, preview.config.rename)[name]

    def _put_back(self) -> None:
        self._change(with_all(self._wanted), "All classes take part again.")

    def _change(self, pairs: Pairs, words: str) -> None:
        """Ask for another overlay, and say what it does."""
        if pairs == self._wanted:
            return
        self._before = self._wanted
        self._said.setText(words)
        self._tell(pairs)
        self.notice.show()

    def _tell(self, pairs: Pairs) -> None:
        self._wanted = pairs
        self.renamed.emit(pairs)

    def _take_back(self) -> None:
        self.notice.hide()
        self._tell(self._before)


def _words(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    return button


def _line(words: QLabel, button: QPushButton) -> QWidget:
    """Words and what can be done about them; hidden at first."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    row.addWidget(words, 1)
    row.addWidget(button)
    line.hide()
    return line
