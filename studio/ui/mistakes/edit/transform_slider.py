"""A slider for the parameter of a transformation, with its value and a reset button."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLabel, QSlider, QWidget

from studio.insight.sample_transforms import SampleTransform
from studio.ui.shared.builders import row_layout, tool_button

LABEL_PX, VALUE_PX = 84, 48


class TransformSlider(QWidget):
    """Selects a parameter; `changed` carries the key of the transformation and the value."""

    changed = Signal(str, float)

    def __init__(self, transform: SampleTransform, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.transform = transform
        self.slider = _create_slider(transform)
        self.value_label = QLabel()
        self.value_label.setFixedWidth(VALUE_PX)
        self.value_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.reset_button = tool_button(
            f"{transform.key}_reset", "close", f"Reset {transform.title.lower()}"
        )
        self.reset_button.setAutoRaise(True)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        title = QLabel(transform.title)
        title.setFixedWidth(LABEL_PX)
        row = row_layout(self, spacing=8)
        for widget in (title, self.slider, self.value_label, self.reset_button):
            row.addWidget(widget)
        self.slider.valueChanged.connect(self._on_moved)
        self.reset_button.clicked.connect(self._reset)
        self.set_value(transform.identity)

    def set_value(self, value: float) -> None:
        """Show a value without `changed`."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value / self.transform.step))
        self._show(value)

    def _on_moved(self, position: int) -> None:
        value = round(position * self.transform.step, 6)
        self._show(value)
        self.changed.emit(self.transform.key, value)

    def _reset(self) -> None:
        self.set_value(self.transform.identity)
        self.changed.emit(self.transform.key, self.transform.identity)

    def _show(self, value: float) -> None:
        self.value_label.setText(value_text(self.transform, value))
        self.reset_button.setVisible(value != self.transform.identity)


def value_text(transform: SampleTransform, value: float) -> str:
    """Format the parameter of a transformation: "7°", "10 %", "× 0.6"; "off" for none."""
    if value == transform.identity:
        return "off"
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    if transform.unit == "×":
        return f"× {value:.2f}"
    if transform.unit == "%":
        return f"{sign}{abs(100 * value):.0f} %"
    if transform.unit == "°":
        return f"{sign}{abs(value):.0f}°"
    return f"{sign}{abs(value):.1f} {transform.unit}"


def _create_slider(transform: SampleTransform) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName(f"{transform.key}_slider")
    slider.setAccessibleName(transform.title)
    low, high = (value_text(transform, value) for value in (transform.low, transform.high))
    slider.setToolTip(f"{transform.title}, from {low} to {high}")
    slider.setRange(round(transform.low / transform.step), round(transform.high / transform.step))
    slider.setMinimumWidth(64)
    return slider
