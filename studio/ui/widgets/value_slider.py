"""A labelled slider that shows its value with a unit."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from studio.ui.widgets.reset_button import ResetButton, change_text


class ValueSlider(QWidget):
    """Selects a value in 0..maximum in steps of `step`.

    The value is shown multiplied by `scale`, with `decimals` decimals and `unit` behind it.
    The label is `label_width` pixels wide, so that sliders below each other line up.
    Signal: `changed()` when the user changes the value.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        maximum: float,
        step: float,
        unit: str,
        scale: float = 1.0,
        decimals: int = 0,
        label_width: int = 72,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._step, self._unit, self._scale, self._decimals = step, unit, scale, decimals
        self._value = 0.0
        label = QLabel(name)
        label.setFixedWidth(label_width)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round(maximum / step))
        self.slider.setAccessibleName(name)
        self._value_label = QLabel()
        self._value_label.setFixedWidth(48)
        self._value_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.reset = ResetButton(name, name.lower().replace(" ", "_"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (label, self.slider, self._value_label, self.reset):
            row.addWidget(widget)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.set_value(0.0)

    def value(self) -> float:
        """Return the value, which may lie between two steps."""
        return self._value

    def set_value(self, value: float) -> None:
        """Set the value exactly, even if the slider can only show the nearest step."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value / self._step))
        self._show(value)

    def show_change(self, original: str) -> None:
        """Mark the value as changed from `original`; an empty text removes the mark."""
        self.reset.show_change(original)
        self.slider.setAccessibleDescription(change_text(original))

    def format_value(self, value: float) -> str:
        """Return `value` as it is shown."""
        return f"{value * self._scale:.{self._decimals}f}{self._unit}" if value else "off"

    def _on_slider_moved(self, position: int) -> None:
        self._show(round(position * self._step, 6))
        self.changed.emit()

    def _show(self, value: float) -> None:
        self._value = value
        self._value_label.setText(self.format_value(value))
