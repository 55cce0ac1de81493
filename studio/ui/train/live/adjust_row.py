"""One setting of the panel that changes a running training: a slider, a field, the value now."""

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSlider

from studio.training.live_values import format_value, live_label
from studio.ui.shared.builders import label, row_layout
from studio.ui.train.live.adjust_scale import Scale
from studio.ui.widgets.spin_boxes import DecimalSpinBox

_SLIDER_WIDTH, _FIELD_WIDTH, _NOW_WIDTH = 96, 104, 96  # px; the longest value is “now 0.0008958”


class AdjustRow(QObject):
    """The widgets of one setting, which the panel lays out; `edited` follows each edit by hand.

    The field follows the value in force until it is edited. `factor` is 100 for a fraction that is
    shown in percent.
    """

    edited = Signal()

    def __init__(
        self,
        setting: str,
        name: str,
        scale: Scale,
        factor: float,
        limits: tuple[float, float],
        tip: str,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.setting, self._scale, self._factor = setting, scale, factor
        self._is_edited, self._now = False, 0.0
        title = live_label(setting)
        self.title = label("field", title, tooltip=tip)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, scale.count)
        self.slider.setPageStep(max(1, scale.count // 10))
        self.slider.setObjectName(f"{name}_slider")
        self.field = DecimalSpinBox(limits[1] * factor, factor / 20, log_steps=factor == 1)
        self.field.setMinimum(limits[0] * factor)
        self.field.setObjectName(f"{name}_field")
        self.field.setSuffix(" %" if factor == 100 else "")
        self.field.setKeyboardTracking(False)
        self.field.setFixedWidth(_FIELD_WIDTH)
        self.slider.setMinimumWidth(_SLIDER_WIDTH)
        for widget in (self.slider, self.field):
            widget.setAccessibleName(title)
            widget.setToolTip(tip)
        self.now = label("muted", name=f"{name}_now")
        self.now.setFixedWidth(_NOW_WIDTH)
        self.obstacle = label("muted", name=f"{name}_obstacle")
        self.obstacle.hide()
        self.title.setBuddy(self.field)
        self.slider.valueChanged.connect(self._on_slider)
        self.field.valueChanged.connect(self._on_field)

    def value(self) -> float:
        """Return the chosen value."""
        return self.field.value() / self._factor if self._is_edited else self._now

    def set_value(self, value: float) -> None:
        """Choose a value, as if by hand."""
        with QSignalBlocker(self.field):
            self.field.setValue(value * self._factor)
        self._show_position(value)
        self._is_edited = True
        self.edited.emit()

    def show_now(self, value: float) -> None:
        """Show the value in force."""
        self._now = value
        self.now.setText(f"now {format_value(self.setting, value)}")
        if not self._is_edited:
            with QSignalBlocker(self.field):
                self.field.setValue(value * self._factor)
            self._show_position(value)

    def forget_edit(self) -> None:
        """Follow the value in force again."""
        self._is_edited = False
        self.show_now(self._now)

    def show_obstacle(self, reason: str) -> None:
        """Disable the setting and say why; an empty reason enables it."""
        self.title.setEnabled(not reason)
        for widget in (self.slider, self.field, self.now):
            widget.setEnabled(not reason)
            widget.setVisible(not reason)
        self.obstacle.setText(reason)
        self.obstacle.setVisible(bool(reason))

    @property
    def change(self) -> float | None:
        """The chosen value if it differs from that in force, else None."""
        if not self.field.isEnabled() or not self._is_edited:
            return None
        return None if self.value() == self._now else self.value()

    def _on_slider(self, position: int) -> None:
        with QSignalBlocker(self.field):
            self.field.setValue(self._scale.value(position) * self._factor)
        self._is_edited = True
        self.edited.emit()

    def _on_field(self, shown: float) -> None:
        self._show_position(shown / self._factor)
        self._is_edited = True
        self.edited.emit()

    def _show_position(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(self._scale.position(value))


def lay_out_rows(rows: list[AdjustRow]) -> QGridLayout:
    """Lay out rows below each other: title, slider, field and value now, or the obstacle."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    for index, row in enumerate(rows):
        controls = row_layout(spacing=8)
        controls.addWidget(row.slider, 1)
        for widget in (row.field, row.now, row.obstacle):
            controls.addWidget(widget)
        grid.addWidget(row.title, index, 0)
        grid.addLayout(controls, index, 1)
    return grid
