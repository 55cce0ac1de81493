"""A part of the form: fields by the dotted name of the setting they hold."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.ui.widgets.amount_slider import AmountSlider
from studio.ui.widgets.field import Field
from studio.ui.widgets.number_choice import NumberChoice

Editor = QSpinBox | QDoubleSpinBox | QComboBox | QCheckBox | QLineEdit | AmountSlider | NumberChoice


class FormSection(QWidget):
    """Reads and writes its fields as plain values; `changed` tells of a person's edits only."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editors: dict[str, Editor] = {}
        self._fields: dict[str, Field] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)

    def add_field(
        self,
        setting: str,
        label: str,
        editor: Editor,
        tip: str,
        name: str,
        heads: bool = False,
        aside: QWidget | None = None,
    ) -> Field:
        """Make the field of a dotted setting; the caller puts it into a layout.

        With `heads` the label is the heading of this part and stands beside the editor; `aside`
        stands right of a label above it.
        """
        field = Field(label, editor, tip, name, heads, aside)
        self._fields[setting] = field
        self.add_editor(setting, editor)
        return field

    def add_editor(self, setting: str, editor: Editor) -> None:
        """Hold a setting in an editor that needs no label or error line of its own."""
        self._editors[setting] = editor
        _change_signal(editor).connect(self._tell)

    def values(self) -> dict[str, Any]:
        """What the fields say, by dotted setting."""
        return {setting: _read(editor) for setting, editor in self._editors.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill the fields named in `values` without telling anybody."""
        for setting in values.keys() & self._editors.keys():
            with QSignalBlocker(self._editors[setting]):
                _write(self._editors[setting], values[setting])

    def show_error(self, setting: str, text: str) -> Field | None:
        """Mark the field of `setting`, if it is in this part, and clear the others."""
        for name, field in self._fields.items():
            field.show_error(text if name == setting else "")
        return self._fields.get(setting)

    def _tell(self) -> None:
        sender = self.sender()
        setting = next((s for s, editor in self._editors.items() if editor is sender), "")
        self.changed.emit(setting)


def filled_combo(items: Mapping[str, str]) -> QComboBox:
    """A combo box of {value: words}."""
    combo = QComboBox()
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    for value, words in items.items():
        combo.addItem(words, value)
    return combo


def _change_signal(editor: Editor) -> Any:
    if isinstance(editor, AmountSlider | NumberChoice):
        return editor.changed
    if isinstance(editor, QComboBox):
        return editor.currentIndexChanged
    if isinstance(editor, QLineEdit):
        return editor.textChanged
    return editor.toggled if isinstance(editor, QCheckBox) else editor.valueChanged


def _read(editor: Editor) -> Any:
    if isinstance(editor, QComboBox):
        return editor.currentData()
    if isinstance(editor, QLineEdit):
        return editor.text()
    return editor.isChecked() if isinstance(editor, QCheckBox) else editor.value()


def _write(editor: Editor, value: Any) -> None:
    if isinstance(editor, QComboBox):
        editor.setCurrentIndex(editor.findData(value))
    elif isinstance(editor, QCheckBox):
        editor.setChecked(value)
    elif isinstance(editor, QLineEdit):
        editor.setText(value)
    elif isinstance(editor, AmountSlider | NumberChoice):
        editor.set_value(value)
    else:
        editor.setValue(value)
