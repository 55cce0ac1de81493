"""The tools below an image on the stage."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSlider, QWidget

from studio.ui.shared.builders import column_layout, row_layout, text_button, tool_button
from studio.ui.shared.shortcuts import with_keys

MAX_TILT_DEGREES = 44  # more is less of the next quarter turn
_ONE_ROW_PX, _TILT_INDEX = 540, 7  # the width for all tools in one row, and the place of the tilt
_MIN_SLIDER_PX, _MAX_SLIDER_PX, _VALUE_PX = 64, 160, 36


class StageTools(QWidget):
    """Buttons and a slider; `tilted` carries degrees."""

    tilted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open_button = tool_button(
            "stage_open_button", "open", "Open images", with_keys("Open images", "open_image")
        )
        self.folder_button = tool_button(
            "open_folder_button",
            "folder",
            "Open a folder",
            with_keys("Predict all images in a folder", "open_image_folder"),
        )
        self.webcam_button = tool_button(
            "webcam_button",
            "webcam",
            "Webcam",
            with_keys("Predict what a webcam sees", "use_webcam"),
        )
        self.webcam_button.setCheckable(True)
        self.crop_button = tool_button(
            "crop_button",
            "crop",
            "Crop",
            "Cut out a part: drag on the image, or use the arrow keys, with Shift to resize",
        )
        self.crop_button.setCheckable(True)
        self.rotate_button = tool_button(
            "rotate_button", "rotate", "Rotate by 90°", "Rotate by 90° clockwise"
        )
        self.reset_button = tool_button(
            "reset_image_button", "refresh", "Reset", "Show the whole image, not rotated"
        )
        self.draw_button = text_button(
            "draw_on_image_button", "Draw", "pen", tooltip="Draw on the canvas instead"
        )
        self.tilt_slider = _slider("tilt_slider", "Rotation", -MAX_TILT_DEGREES, MAX_TILT_DEGREES)
        self.tilt_slider.setToolTip("Rotate by up to 44°, to straighten the image")
        self._tilt_value = _value_label()
        self._tilt = QWidget()
        self._is_wide = False
        self._column = column_layout(self, spacing=4)
        self._buttons, self._second = row_layout(spacing=4), row_layout(spacing=8)
        self._lay_out()
        self.tilt_slider.valueChanged.connect(self._on_tilted)
        self.show_tilt(0.0)

    def show_tilt(self, degrees: float) -> None:
        """Show a rotation of up to 45 degrees."""
        with QSignalBlocker(self.tilt_slider):
            self.tilt_slider.setValue(round(degrees))
        self._tilt_value.setText(f"{round(degrees):d}°")

    def set_can_edit(self, can_edit: bool) -> None:
        """Enable the tools that need an image."""
        for tool in (self.crop_button, self.rotate_button, self.tilt_slider):
            tool.setEnabled(can_edit)

    def _on_tilted(self, degrees: int) -> None:
        self.show_tilt(degrees)
        self.tilted.emit(float(degrees))

    def _lay_out(self) -> None:
        tilt = row_layout(self._tilt, spacing=8)
        tilt.addSpacing(4)
        tilt.addWidget(QLabel("Rotate"))
        tilt.addWidget(self.tilt_slider, 1)
        tilt.addWidget(self._tilt_value)
        for button in (self.open_button, self.folder_button, self.webcam_button):
            self._buttons.addWidget(button)
        self._buttons.addSpacing(8)
        for button in (self.crop_button, self.rotate_button, self.reset_button):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.draw_button)
        self._column.addLayout(self._buttons)
        self._second.addWidget(self._tilt)
        self._second.addStretch(1)
        self._column.addLayout(self._second)

    def _place_tilt(self, is_wide: bool) -> None:
        """Put the slider beside the buttons, or below them where they leave no room."""
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            if is_wide:
                self._buttons.insertWidget(_TILT_INDEX, self._tilt, 3)
            else:
                self._second.insertWidget(0, self._tilt)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_tilt(event.size().width() >= _ONE_ROW_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())


def _slider(name: str, accessible_name: str, low: int, high: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName(name)
    slider.setAccessibleName(accessible_name)
    slider.setRange(low, high)
    slider.setMinimumWidth(_MIN_SLIDER_PX)
    slider.setMaximumWidth(_MAX_SLIDER_PX)
    return slider


def _value_label() -> QLabel:
    made = QLabel()
    made.setFixedWidth(_VALUE_PX)
    made.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return made
