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

from studio.config import settings
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.number_choice import NumberChoice
from studio.ui.widgets.reset_button import ResetButton
from studio.ui.widgets.value_slider import ValueSlider

Editor = QSpinBox | QDoubleSpinBox | QComboBox | QCheckBox | QLineEdit | ValueSlider | NumberChoice


class FormSection(QWidget):
    """Reads and writes its fields as plain values; `changed` tells of a person's edits only.

    `reset_wanted` brings the setting whose reset button was clicked.
    """

    changed = Signal(str)
    reset_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editors: dict[str, Editor] = {}
        self._fields: dict[str, FormField] = {}
        self._marks: dict[str, FormField | ValueSlider | ResetButton] = {}
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
    ) -> FormField:
        """Make the field of a dotted setting; the caller puts it into a layout.

        With `heads` the label is the heading of this part and stands beside the editor; `aside`
        stands right of a label above it.
        """
        if known := settings().get(setting):
            label, tip = known.label, known.help
        field = FormField(label, editor, tip, name, heads, aside)
        self._fields[setting] = field
        self._hold(setting, editor, field, field.reset)
        return field

    def add_slider(self, setting: str, slider: ValueSlider) -> None:
        """Hold a setting in a slider, which has a label of its own."""
        self._hold(setting, slider, slider, slider.reset)

    def add_check(self, setting: str, check: QCheckBox) -> ResetButton:
        """Hold a setting in a check box; the caller puts the button beside it."""
        reset = ResetButton(check.accessibleName(), check.objectName())
        self._hold(setting, check, reset, reset)
        return reset

    def _hold(
        self,
        setting: str,
        editor: Editor,
        mark: FormField | ValueSlider | ResetButton,
        reset: ResetButton,
    ) -> None:
        self._editors[setting] = editor
        self._marks[setting] = mark
        _change_signal(editor).connect(self._tell)
        reset.clicked.connect(self._on_reset)

    def values(self) -> dict[str, Any]:
        """What the fields say, by dotted setting."""
        return {setting: _read(editor) for setting, editor in self._editors.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill the fields named in `values` without telling anybody."""
        for setting in values.keys() & self._editors.keys():
            with QSignalBlocker(self._editors[setting]):
                _write(self._editors[setting], values[setting])

    def show_error(self, setting: str, text: str) -> FormField | None:
        """Mark the field of `setting`, if it is in this part, and clear the others."""
        for name, field in self._fields.items():
            field.show_error(text if name == setting else "")
        return self._fields.get(setting)

    def show_changes(self, changed: Mapping[str, Any]) -> None:
        """Mark the fields of the settings in `changed`, which maps them to the recipe's values."""
        for setting, mark in self._marks.items():
            known = setting in changed
            mark.show_change(_words(self._editors[setting], changed[setting]) if known else "")
        editors = [editor for setting, editor in self._editors.items() if setting in changed]
        for fold in self.findChildren(CollapsibleSection):
            fold.set_changed_count(sum(fold.isAncestorOf(editor) for editor in editors))

    def _on_reset(self) -> None:
        sender = self.sender()
        marks = self._marks.items()
        resets = ((s, mark if isinstance(mark, ResetButton) else mark.reset) for s, mark in marks)
        self.reset_wanted.emit(next(s for s, reset in resets if reset is sender))

    def _tell(self) -> None:
        sender = self.sender()
        setting = next((s for s, editor in self._editors.items() if editor is sender), "")
        self.changed.emit(setting)


def filled_combo(items: Mapping[str, str]) -> QComboBox:
    """A combo box of {value: words}."""
    combo = QComboBox()
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(7)
    for value, words in items.items():
        combo.addItem(words, value)
    return combo


def _change_signal(editor: Editor) -> Any:
    if isinstance(editor, ValueSlider | NumberChoice):
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
    elif isinstance(editor, ValueSlider | NumberChoice):
        editor.set_value(value)
    else:
        editor.setValue(value)


def _words(editor: Editor, value: Any) -> str:
    """A value as its editor shows it; text stays as it is."""
    if isinstance(editor, NumberChoice):
        return _words(editor.combo, value)
    if isinstance(editor, QComboBox):
        place = editor.findData(value)
        return editor.itemText(place) if place >= 0 else str(value)
    if isinstance(editor, QCheckBox):
        return "on" if value else "off"
    if isinstance(editor, ValueSlider):
        return editor.format_value(value)
    if isinstance(editor, QSpinBox | QDoubleSpinBox) and not isinstance(value, str):
        return editor.textFromValue(value)
    return str(value) or "none"
