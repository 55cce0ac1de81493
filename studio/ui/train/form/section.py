"""A section of the form: fields by the dotted name of their setting."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from studio.config import setting
from studio.ui.shared.builders import column_layout, row_layout
from studio.ui.train.form.editors import (
    Editor,
    change_signal,
    create_editor,
    create_slider,
    format_value,
    read_value,
    write_value,
)
from studio.ui.widgets.collapsible_section import CollapsibleSection
from studio.ui.widgets.form_field import FormField
from studio.ui.widgets.reset_button import ResetButton
from studio.ui.widgets.value_slider import ValueSlider


class FormSection(QWidget):
    """Reads and writes its fields as plain values.

    Labels, tooltips, ranges and choices come from the table of settings. `changed` carries the
    setting that was edited by hand, `reset_wanted` the one whose reset button was clicked.
    """

    changed = Signal(str)
    reset_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editors: dict[str, Editor] = {}
        self._fields: dict[str, FormField] = {}
        self._marks: dict[str, FormField | ValueSlider | ResetButton] = {}
        self.column = column_layout(self, spacing=8)

    def add_field(
        self,
        name: str,
        object_name: str,
        editor: Editor | None = None,
        *,
        is_heading: bool = False,
        aside: QWidget | None = None,
    ) -> FormField:
        """Create the field of the setting `name`; the caller adds it to a layout.

        `editor` is by default the one that suits the setting. With `is_heading` the label is the
        heading of the section, left of the editor; `aside` is placed right of a label above it.
        """
        info = setting(name)
        editor = editor or create_editor(info)
        field = FormField(info.label, editor, info.help, object_name, is_heading, aside)
        self._fields[name] = field
        self._register(name, editor, field, field.reset)
        return field

    def add_slider(self, name: str, object_name: str, label_width: int = 72) -> ValueSlider:
        """Create the slider of the setting `name`; the caller adds it to a layout."""
        slider = create_slider(setting(name), object_name, label_width)
        self._register(name, slider, slider, slider.reset)
        return slider

    def add_check(self, name: str, object_name: str) -> tuple[QCheckBox, ResetButton]:
        """Create the check box of the setting `name` and its reset button."""
        info = setting(name)
        check = QCheckBox(info.label)
        check.setObjectName(object_name)
        check.setAccessibleName(info.label)
        check.setToolTip(info.help)
        reset = ResetButton(info.label, object_name)
        self._register(name, check, reset, reset)
        return check, reset

    def _register(
        self,
        name: str,
        editor: Editor,
        mark: FormField | ValueSlider | ResetButton,
        reset: ResetButton,
    ) -> None:
        self._editors[name] = editor
        self._marks[name] = mark
        change_signal(editor).connect(self._on_changed)
        reset.clicked.connect(self._on_reset)

    def fields(self) -> Mapping[str, FormField]:
        """Return the fields by setting."""
        return self._fields

    def editors(self) -> Mapping[str, QWidget]:
        """Return the editors by setting."""
        return self._editors

    def marked_widgets(self) -> dict[str, tuple[QWidget, ...]]:
        """Return what belongs to each setting: its field or slider, or a check box and its mark."""
        return {
            name: (self._editors[name], mark) if isinstance(mark, ResetButton) else (mark,)
            for name, mark in self._marks.items()
        }

    def values(self) -> dict[str, Any]:
        """Return the values of the fields by setting."""
        return {name: read_value(editor) for name, editor in self._editors.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show those of `values` that have a field; `changed` is not emitted."""
        for name in values.keys() & self._editors.keys():
            with QSignalBlocker(self._editors[name]):
                write_value(self._editors[name], values[name])

    def show_error(self, name: str, text: str) -> FormField | None:
        """Mark the field of `name`, if it is in this section, and clear the others."""
        for other, field in self._fields.items():
            field.show_error(text if other == name else "")
        if name in self._editors:
            for fold in self.findChildren(CollapsibleSection):
                if fold.isAncestorOf(self._editors[name]):
                    fold.set_expanded(True)
        return self._fields.get(name)

    def show_changes(self, changed: Mapping[str, Any]) -> None:
        """Mark the fields of the settings in `changed`, which has the values of the recipe."""
        for name, mark in self._marks.items():
            known = name in changed
            mark.show_change(format_value(self._editors[name], changed[name]) if known else "")
        editors = [editor for name, editor in self._editors.items() if name in changed]
        for fold in self.findChildren(CollapsibleSection):
            fold.set_changed_count(sum(fold.isAncestorOf(editor) for editor in editors))

    def _on_changed(self) -> None:
        sender = self.sender()
        self.changed.emit(next((n for n, edit in self._editors.items() if edit is sender), ""))

    def _on_reset(self) -> None:
        sender = self.sender()
        marks = self._marks.items()
        resets = ((n, mark if isinstance(mark, ResetButton) else mark.reset) for n, mark in marks)
        self.reset_wanted.emit(next(name for name, reset in resets if reset is sender))


def field_row(*fields: FormField) -> QHBoxLayout:
    """Return fields of equal width side by side."""
    row = row_layout(spacing=8)
    for field in fields:
        row.addWidget(field, 1)
    return row
