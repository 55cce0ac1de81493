"""The editors of the form: create them from the table of settings, read and write their values."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox

from studio.config import Setting
from studio.ui.widgets.number_choice import NumberChoice
from studio.ui.widgets.spin_boxes import DecimalSpinBox, IntSpinBox
from studio.ui.widgets.tooltip import wrap_tooltip
from studio.ui.widgets.value_slider import ValueSlider

Editor = QSpinBox | QDoubleSpinBox | QComboBox | QCheckBox | QLineEdit | ValueSlider | NumberChoice

_DEFAULT_MAXIMUM = 100_000_000
_LOG_STEP = 0.001  # from 0; then a spin box without a step climbs 0.002, 0.005, 0.01, …


def create_editor(setting: Setting) -> QComboBox | QCheckBox | IntSpinBox | DecimalSpinBox:
    """Create the editor that suits the choices, the type and the range of a setting."""
    if setting.choices:
        return combo_box(setting.choices)
    if isinstance(setting.default, bool):
        return QCheckBox()
    maximum = setting.usual_maximum or setting.maximum or _DEFAULT_MAXIMUM
    if isinstance(setting.default, float) or isinstance(setting.step, float):
        is_logarithmic = setting.step is None
        return DecimalSpinBox(float(maximum), setting.step or _LOG_STEP, is_logarithmic)
    spin = IntSpinBox(int(maximum))
    spin.setSingleStep(int(setting.step or 1))
    return spin


def create_slider(setting: Setting, object_name: str, label_width: int) -> ValueSlider:
    """Create the slider `<object_name>_slider` of a setting with a range and a step."""
    maximum, step = setting.usual_maximum or setting.maximum, setting.step
    assert maximum is not None, setting.name
    assert step is not None, setting.name
    decimals = 0 if step * setting.scale >= 1 else 1
    slider = ValueSlider(
        setting.label, maximum, step, setting.suffix, setting.scale, decimals, label_width
    )
    slider.setObjectName(f"{object_name}_amount")
    slider.slider.setObjectName(f"{object_name}_slider")
    slider.slider.setToolTip(setting.help)
    slider.reset.setObjectName(f"{object_name}_reset")
    return slider


def combo_box(items: Mapping[Any, str]) -> QComboBox:
    """Create a combo box of {value: text}."""
    combo = QComboBox()
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(7)
    for value, text in items.items():
        combo.addItem(text, value)
    return combo


def add_item(combo: QComboBox, text: str, value: str, tooltip: str) -> None:
    """Add an item with a tooltip to a combo box."""
    combo.addItem(text, value)
    combo.setItemData(combo.count() - 1, wrap_tooltip(tooltip), Qt.ItemDataRole.ToolTipRole)


def change_signal(editor: Editor) -> Any:
    """Return the signal that an editor emits at every change."""
    if isinstance(editor, ValueSlider | NumberChoice):
        return editor.changed
    if isinstance(editor, QComboBox):
        return editor.currentIndexChanged
    if isinstance(editor, QLineEdit):
        return editor.textChanged
    return editor.toggled if isinstance(editor, QCheckBox) else editor.valueChanged


def read_value(editor: Editor) -> Any:
    """Return the value of an editor."""
    if isinstance(editor, QComboBox):
        return editor.currentData()
    if isinstance(editor, QLineEdit):
        return editor.text()
    return editor.isChecked() if isinstance(editor, QCheckBox) else editor.value()


def write_value(editor: Editor, value: Any) -> None:
    """Show a value in an editor."""
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


def format_value(editor: Editor, value: Any) -> str:
    """Return a value as its editor shows it; text is returned as it is."""
    if isinstance(editor, NumberChoice):
        return format_value(editor.combo, value)
    if isinstance(editor, QComboBox):
        index = editor.findData(value)
        return editor.itemText(index) if index >= 0 else str(value)
    if isinstance(editor, QCheckBox):
        return "on" if value else "off"
    if isinstance(editor, ValueSlider):
        return editor.format_value(value)
    if isinstance(editor, QSpinBox | QDoubleSpinBox) and not isinstance(value, str):
        return editor.textFromValue(value)
    return str(value) or "none"
