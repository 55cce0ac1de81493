"""A label, an editor, and under them what is wrong with the value, if anything."""

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget


class Field(QWidget):
    """Gives `editor` its name for assistive technology, its tooltip and its error line.

    The label stands above the editor or, as a heading, on its left. `aside` goes right of it.
    """

    def __init__(
        self,
        label: str,
        editor: QWidget,
        tip: str,
        name: str,
        heads: bool = False,
        aside: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        editor.setObjectName(name)
        editor.setAccessibleName(label)
        editor.setToolTip(tip)
        caption = QLabel(label)
        caption.setProperty("role", "heading" if heads else "field")
        caption.setBuddy(editor)
        caption.setToolTip(tip)
        self._error = QLabel()
        self._error.setObjectName(f"{name}_error")
        self._error.setProperty("role", "muted")
        self._error.setProperty("tone", "bad")
        self._error.setWordWrap(True)
        self._error.hide()
        direction = QBoxLayout.Direction
        top = QBoxLayout(direction.LeftToRight if heads else direction.TopToBottom)
        top.setSpacing(4)
        if aside is None:
            top.addWidget(caption, 1 if heads else 0)
        else:
            row = QHBoxLayout()
            row.addWidget(caption, 1)
            row.addWidget(aside)
            top.addLayout(row)
        top.addWidget(editor, 2 if heads else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._error)
        column.addStretch(1)  # fields of a row stay level when one of them complains

    def show_error(self, text: str) -> None:
        """Mark the editor and say why; an empty text takes the mark away."""
        if text == self._error.text():
            return
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.editor.setAccessibleDescription(text)
        self.editor.setProperty("wrong", bool(text))
        self.editor.style().unpolish(self.editor)
        self.editor.style().polish(self.editor)

    def error(self) -> str:
        """What is wrong, or nothing."""
        return self._error.text()
