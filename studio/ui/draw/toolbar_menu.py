"""The menu behind the last button of the toolbar: files, moving the drawing, the pen."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.icons import icon
from studio.ui.shared.shortcuts import key_text
from studio.ui.widgets.digit_canvas import DigitCanvas


class DrawingMenu(QMenu):
    """Acts on a canvas; what needs files or the clipboard is left to the page."""

    open_clicked = Signal()
    paste_clicked = Signal()
    copy_clicked = Signal()
    save_clicked = Signal()

    def __init__(self, canvas: DigitCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drawing_menu")
        self.setAccessibleName("More tools")
        self._canvas = canvas
        self._open = self._add("image", "Open image…", "open_image", self.open_clicked.emit)
        self._add("clipboard", "Paste image", "paste_image", self.paste_clicked.emit)
        self._for_contents = [
            self._add("copy", "Copy as image", "copy_drawing", self.copy_clicked.emit),
            self._add("download", "Save as PNG…", "save_drawing", self.save_clicked.emit),
        ]
        self.addSeparator()
        self._for_drawings = [
            self._add("plus", "Larger", "enlarge_drawing", canvas.zoom_in),
            self._add("minus", "Smaller", "shrink_drawing", canvas.zoom_out),
            self._add("rotate-left", "Rotate left", "rotate_drawing_left", canvas.rotate_left),
            self._add("rotate-right", "Rotate right", "rotate_drawing_right", canvas.rotate_right),
            self._add("fit", "Center", "center_drawing", canvas.center),
        ]
        self._pen_separator = self.addSeparator()
        self._for_pen = [
            self._add("pen", "Thinner pen", "thinner_pen", canvas.narrow_pen),
            self._add("pen", "Thicker pen", "thicker_pen", canvas.widen_pen),
        ]
        self.aboutToShow.connect(self._enable_actions)

    def set_complete(self, has_open: bool, has_pen: bool) -> None:
        """Set whether opening an image and the pen width are here, and not in the toolbar."""
        self._open.setVisible(has_open)
        for action in (self._pen_separator, *self._for_pen):
            action.setVisible(has_pen)

    def _add(self, icon_name: str, text: str, shortcut: str, slot: Callable[[], object]) -> QAction:
        action = self.addAction(icon(icon_name), f"{text}\t{key_text(shortcut)}", slot)
        action.setObjectName(f"{shortcut}_action")
        return action

    def _enable_actions(self) -> None:
        for action in self._for_contents:
            action.setEnabled(not self._canvas.is_blank())
        for action in self._for_drawings:
            action.setEnabled(self._canvas.can_transform)
