"""A named slider that says its value with a unit."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from studio.ui.widgets.reset_button import ResetButton, change_text


class ValueSlider(QWidget):
    """A value 0..maximum in steps of `step`, shown times `scale` with `unit` behind it.

    `digits` is how many decimals are shown.
    """

    changed = Signal()

    def __init__(
        self,
        name: str,
        maximum: float,
        step: float,
        unit: str,
        scale: float = 1.0,
        digits: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._step, self._unit, self._scale, self._digits = step, unit, scale, digits
        self._exact = 0.0
        label = QLabel(name)
        label.setFixedWidth(72)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round(maximum / step))
        self.slider.setAccessibleName(name)
        self._shown = QLabel()
        self._shown.setFixedWidth(48)
        self._shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.reset = ResetButton(name, name.lower().replace(" ", "_"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (label, self.slider, self._shown, self.reset):
            row.addWidget(part)
        self.slider.valueChanged.connect(self._take)
        self.set_value(0.0)

    def value(self) -> float:
        """The value set, also between two steps."""
        return self._exact

    def set_value(self, value: float) -> None:
        """Show `value` exactly, even where the slider can only come near it."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(value / self._step))
        self.slider.blockSignals(False)
        self._show(value)

    def show_change(self, original: str) -> None:
        """Mark the value as changed from `original`; an empty text takes the mark away."""
        self.reset.show_change(original)
        self.slider.setAccessibleDescription(change_text(original))

    def format_value(self, value: float) -> str:
        """How `value` is shown."""
        return f"{value * self._scale:.{self._digits}f}{self._unit}" if value else "off"

    def _take(self, place: int) -> None:
        self._show(round(place * self._step, 6))
        self.changed.emit()

    def _show(self, value: float) -> None:
        self._exact = value
        self._shown.setText(self.format_value(value))
