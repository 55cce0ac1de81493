"""A label, an editor, and under them what is wrong with the value, if anything."""

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.widgets.reset_button import ResetButton, change_text


class FormField(QWidget):
    """Gives `editor` its name for assistive technology, its tooltip and its error line.

    The label stands above the editor or, as a heading, on its left. `aside` goes right of it.
    `reset` follows the label while the value is changed.
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
        self._caption = caption
        self.reset = ResetButton(label, name)
        self._change = ""
        self._error = QLabel()
        self._error.setObjectName(f"{name}_error")
        self._error.setProperty("role", "muted")
        self._error.setProperty("tone", "bad")
        self._error.setWordWrap(True)
        self._error.hide()
        direction = QBoxLayout.Direction
        top = QBoxLayout(direction.LeftToRight if heads else direction.TopToBottom)
        top.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(caption)
        row.addWidget(self.reset)
        row.addStretch(1)
        if aside is not None:
            row.addWidget(aside)
        top.addLayout(row, 1 if heads else 0)
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
        self._describe()
        self.editor.setProperty("wrong", bool(text))
        _restyle(self.editor)

    def error(self) -> str:
        """What is wrong, or nothing."""
        return self._error.text()

    def show_change(self, original: str) -> None:
        """Mark the value as changed from `original`; an empty text takes the mark away."""
        if original == self._change:
            return
        self._change = original
        self.reset.show_change(original)
        self._describe()
        self._caption.setProperty("tone", "accent" if original else None)
        _restyle(self._caption)

    def _describe(self) -> None:
        described = self.editor.focusProxy() or self.editor  # what has the focus is read out
        described.setAccessibleDescription(self._error.text() or change_text(self._change))


def _restyle(widget: QWidget) -> None:
    widget.style().unpolish(widget)
    widget.style().polish(widget)
