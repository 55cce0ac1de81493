"""A form field: a label, an editor and an error message."""

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.widgets.reset_button import ResetButton, change_text


class FormField(QWidget):
    """Gives `editor` a label, an objectName, an accessible name, a tooltip and an error message.

    The label is above the editor or, with `is_heading`, a heading on its left; `trailing` is
    placed at the right end of the label's row. `reset` is shown behind the label while the value
    is changed.
    """

    def __init__(
        self,
        label: str,
        editor: QWidget,
        tip: str,
        name: str,
        is_heading: bool = False,
        trailing: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        editor.setObjectName(name)
        editor.setAccessibleName(label)
        editor.setToolTip(tip)
        caption = QLabel(label)
        caption.setProperty("role", "heading" if is_heading else "field")
        caption.setBuddy(editor)
        caption.setToolTip(tip)
        self._caption = caption
        self.reset = ResetButton(label, name)
        self._original = ""
        self._error = QLabel()
        self._error.setObjectName(f"{name}_error")
        self._error.setProperty("role", "muted")
        self._error.setProperty("tone", "bad")
        self._error.setWordWrap(True)
        self._error.hide()
        direction = QBoxLayout.Direction
        top = QBoxLayout(direction.LeftToRight if is_heading else direction.TopToBottom)
        top.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(caption)
        row.addWidget(self.reset)
        row.addStretch(1)
        if trailing is not None:
            row.addWidget(trailing)
        top.addLayout(row, 1 if is_heading else 0)
        top.addWidget(editor, 2 if is_heading else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._error)
        column.addStretch(1)  # fields in a row stay aligned when one of them shows an error

    def show_error(self, text: str) -> None:
        """Mark the editor and show an error message; an empty text removes both."""
        if text == self._error.text():
            return
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self._update_description()
        self.editor.setProperty("wrong", bool(text))
        _restyle(self.editor)

    def error(self) -> str:
        """Return the error message, or an empty text."""
        return self._error.text()

    def show_change(self, original: str) -> None:
        """Mark the value as changed from `original`; an empty text removes the mark."""
        if original == self._original:
            return
        self._original = original
        self.reset.show_change(original)
        self._update_description()
        self._caption.setProperty("tone", "accent" if original else None)
        _restyle(self._caption)

    def _update_description(self) -> None:
        focus_widget = self.editor.focusProxy() or self.editor  # screen readers read this one
        focus_widget.setAccessibleDescription(self._error.text() or change_text(self._original))


def _restyle(widget: QWidget) -> None:
    widget.style().unpolish(widget)
    widget.style().polish(widget)
