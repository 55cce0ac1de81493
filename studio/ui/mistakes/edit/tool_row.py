"""Pen, eraser, pen width, undo, redo and reset of the sample editor."""

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QSlider, QToolButton, QWidget

from studio.ui.mistakes.edit.edit_controller import EditController
from studio.ui.shared.builders import row_layout, tool_button
from studio.ui.shared.shortcuts import add_shortcut, with_keys

WIDTH_STEPS = 4  # per pixel
MAX_WIDTH_FRACTION = 0.25  # of the side


class ToolRow(QWidget):
    """Acts on a controller; `width_changed` carries the width of the pen in pixels."""

    width_changed = Signal(float)

    def __init__(self, controller: EditController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.pen_button = _tool("edit_pen_button", "pen", "Pen", "Draw", "use_pen")
        self.eraser_button = _tool(
            "edit_eraser_button",
            "eraser",
            "Eraser",
            "Erase to the background color; the right mouse button always erases",
            "use_eraser",
        )
        self.color_button = _tool(
            "edit_color_button", "contrast", "Pen color", "Choose the color of the pen"
        )
        self.width_slider = self._create_width_slider()
        self.undo_button = _tool(
            "edit_undo_button", "undo", "Undo", "Undo the last change", "undo_stroke"
        )
        self.redo_button = _tool(
            "edit_redo_button", "redo", "Redo", "Redo the last undone change", "redo_stroke"
        )
        self.reset_button = _tool(
            "edit_reset_button", "refresh", "Reset", "Return to the original image", "clear_canvas"
        )
        self._lay_out()
        self._connect()
        self._show_tool()
        self.show_history()

    def show_history(self) -> None:
        """Enable what can be undone, redone and reset."""
        history = self._controller.history
        self.undo_button.setEnabled(history.can_undo)
        self.redo_button.setEnabled(history.can_redo)
        self.reset_button.setEnabled(history.is_changed)

    def _lay_out(self) -> None:
        self.color_button.setVisible(len(self._controller.pen_color) > 1)
        row = row_layout(self, spacing=4)
        for widget in (self.pen_button, self.eraser_button, self.color_button):
            row.addWidget(widget)
        row.addWidget(self.width_slider, 1)
        for widget in (self.undo_button, self.redo_button, self.reset_button):
            row.addWidget(widget)

    def _connect(self) -> None:
        controller = self._controller
        for button in (self.pen_button, self.eraser_button):
            button.setCheckable(True)
        self.width_slider.valueChanged.connect(self._set_width)
        controller.history_changed.connect(self.show_history)
        for button, name, slot in (
            (self.pen_button, "use_pen", self._use_pen),
            (self.eraser_button, "use_eraser", self._use_eraser),
            (self.undo_button, "undo_stroke", controller.undo),
            (self.redo_button, "redo_stroke", controller.redo),
            (self.reset_button, "clear_canvas", controller.reset),
        ):
            button.clicked.connect(slot)
            add_shortcut(name, self, slot)
        self.color_button.clicked.connect(self._choose_color)

    def _create_width_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("edit_width_slider")
        slider.setAccessibleName("Pen width")
        slider.setToolTip("Width of pen and eraser in pixels of the image")
        side = max(self._controller.subject.image.shape)
        slider.setRange(WIDTH_STEPS // 2, max(WIDTH_STEPS, round(side * MAX_WIDTH_FRACTION)) * 4)
        slider.setValue(round(self._controller.width * WIDTH_STEPS))
        slider.setMinimumWidth(48)
        return slider

    def _set_width(self, position: int) -> None:
        self._controller.width = position / WIDTH_STEPS
        self.width_changed.emit(self._controller.width)

    def _use_pen(self) -> None:
        self._controller.is_erasing = False
        self._show_tool()

    def _use_eraser(self) -> None:
        self._controller.is_erasing = True
        self._show_tool()

    def _show_tool(self) -> None:
        self.pen_button.setChecked(not self._controller.is_erasing)
        self.eraser_button.setChecked(self._controller.is_erasing)

    def _choose_color(self) -> None:
        dialog = QColorDialog(QColor(*map(int, self._controller.pen_color)), self)
        dialog.setObjectName("pen_color_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._set_color)
        dialog.open()

    def _set_color(self, color: QColor) -> None:
        self._controller.pen_color = np.array((color.red(), color.green(), color.blue()), np.uint8)
        self._use_pen()


def _tool(name: str, icon: str, title: str, tooltip: str, shortcut: str = "") -> QToolButton:
    button = tool_button(name, icon, title, with_keys(tooltip, shortcut) if shortcut else tooltip)
    button.setAutoRaise(True)
    return button
