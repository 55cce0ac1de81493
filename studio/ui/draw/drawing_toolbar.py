"""The tools under the canvas: pen, eraser, pen width, undo, redo, clear, open, and a menu."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QSlider, QWidget

from studio.ui.draw.toolbar_menu import DrawingMenu
from studio.ui.icons import ALONE, BESIDE_TEXT, icon
from studio.ui.shared.builders import set_style
from studio.ui.shared.shortcuts import add_shortcut, declare_shortcut, key_text, with_keys
from studio.ui.widgets.digit_canvas import MAX_PEN_WIDTH, MIN_PEN_WIDTH, DigitCanvas

STEPS = 100
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
MIN_SLIDER_PX, MAX_SLIDER_PX = 56, 112

# The width of the fewest tools, close together. From the other widths on there is space for the
# slider, for the button to open an image, for the usual distances, and for texts beside icons.
MIN_WIDTH_PX, SLIDER_PX, OPEN_PX, SPACIOUS_PX, WIDE_PX = 224, 284, 322, 416, 628


class DrawingToolbar(QWidget):
    """Acts on a canvas; what needs files or the clipboard is left to the page."""

    open_clicked = Signal()
    paste_clicked = Signal()
    copy_clicked = Signal()
    save_clicked = Signal()

    def __init__(self, canvas: DigitCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.pen_button = _toolbar_button("pen_button", "pen", "Pen", "Draw", "use_pen")
        self.eraser_button = _toolbar_button(
            "eraser_button",
            "eraser",
            "Eraser",
            "Erase; the right mouse button always erases",
            "use_eraser",
        )
        self.width_slider = _width_slider()
        self.undo_button = _toolbar_button(
            "undo_button", "undo", "Undo", "Undo the last stroke", "undo_stroke"
        )
        self.redo_button = _toolbar_button(
            "redo_button", "redo", "Redo", "Redo the last undone stroke", "redo_stroke"
        )
        self.clear_button = _toolbar_button(
            "clear_button", "clear", "Clear", "Clear the canvas", "clear_canvas"
        )
        self.open_button = _toolbar_button(
            "open_picture_button",
            "image",
            "Open image",
            "Predict an image file; images can be pasted and dropped too",
            "open_image",
        )
        self.more_button = QPushButton(icon("more"), "")
        self.more_button.setObjectName("more_button")
        self.more_button.setAccessibleName("More tools")
        self.more_button.setToolTip("Copy, save, scale, rotate and center the drawing")
        self.more_button.setProperty("kind", "quiet")
        self.menu = DrawingMenu(canvas, self)
        self.more_button.setMenu(self.menu)
        self._texts = {self.clear_button: "Clear", self.open_button: "Open image…"}
        self._lay_out()
        self._connect()
        self._show_tool()
        self._show_width()
        self._show_history()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # `_fit` hides what is wide
        row.addWidget(self.pen_button)
        row.addWidget(self.eraser_button)
        row.addWidget(self.width_slider, 1)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        row.addWidget(self.clear_button)
        row.addStretch(1)
        row.addWidget(self.open_button)
        row.addWidget(self.more_button)

    def _connect(self) -> None:
        canvas = self._canvas
        self.pen_button.setCheckable(True)
        self.eraser_button.setCheckable(True)
        self.pen_button.clicked.connect(self._use_pen)
        self.eraser_button.clicked.connect(self._use_eraser)
        self.width_slider.valueChanged.connect(self._set_width)
        self.undo_button.clicked.connect(canvas.undo)
        self.redo_button.clicked.connect(canvas.redo)
        self.clear_button.clicked.connect(canvas.clear)
        self.open_button.clicked.connect(self.open_clicked)
        self.menu.open_clicked.connect(self.open_clicked)
        self.menu.paste_clicked.connect(self.paste_clicked)
        self.menu.copy_clicked.connect(self.copy_clicked)
        self.menu.save_clicked.connect(self.save_clicked)
        canvas.tool_changed.connect(self._show_tool)
        canvas.pen_width_changed.connect(self._show_width)
        canvas.changed.connect(self._show_history)
        canvas.stroke_finished.connect(self._show_history)

    def add_shortcuts(self, page: QWidget) -> None:
        """Let the keys work wherever the focus is on a page."""
        # Not as shortcuts of the buttons, which wait a tenth of a second to look pressed.
        for name, slot in (
            ("use_pen", self._use_pen),
            ("use_eraser", self._use_eraser),
            ("thinner_pen", self._canvas.narrow_pen),
            ("thicker_pen", self._canvas.widen_pen),
            ("undo_stroke", self._canvas.undo),
            ("redo_stroke", self._canvas.redo),
            ("clear_canvas", self._canvas.clear),
            ("open_image", self.open_clicked.emit),
            ("paste_image", self.paste_clicked.emit),
            ("copy_drawing", self.copy_clicked.emit),
            ("save_drawing", self.save_clicked.emit),
            ("enlarge_drawing", self._canvas.zoom_in),
            ("shrink_drawing", self._canvas.zoom_out),
            ("rotate_drawing_left", self._canvas.rotate_left),
            ("rotate_drawing_right", self._canvas.rotate_right),
            ("center_drawing", self._canvas.center),
        ):
            add_shortcut(name, page, slot)
        declare_shortcut("nudge_drawing", self._canvas)
        declare_shortcut("nudge_drawing_far", self._canvas)

    def _use_pen(self) -> None:
        self._canvas.set_tool("pen")
        self._show_tool()

    def _use_eraser(self) -> None:
        self._canvas.set_tool("eraser")
        self._show_tool()

    def _set_width(self, step: int) -> None:
        self._canvas.set_pen_width(MIN_PEN_WIDTH + (MAX_PEN_WIDTH - MIN_PEN_WIDTH) * step / STEPS)

    def _show_tool(self) -> None:
        self.pen_button.setChecked(self._canvas.tool == "pen")
        self.eraser_button.setChecked(self._canvas.tool == "eraser")

    def _show_width(self) -> None:
        fraction = (self._canvas.pen_width - MIN_PEN_WIDTH) / (MAX_PEN_WIDTH - MIN_PEN_WIDTH)
        with QSignalBlocker(self.width_slider):
            self.width_slider.setValue(round(fraction * STEPS))

    def _show_history(self) -> None:
        for button, is_possible in (
            (self.undo_button, self._canvas.can_undo),
            (self.redo_button, self._canvas.can_redo),
            (self.clear_button, not self._canvas.is_blank()),
        ):
            if button.isEnabled() != is_possible:
                button.setEnabled(is_possible)

    # Qt

    def minimumSizeHint(self) -> QSize:
        return QSize(MIN_WIDTH_PX, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        """Show what there is space for; the menu has the rest."""
        self.width_slider.setVisible(width >= SLIDER_PX)
        self.open_button.setVisible(width >= OPEN_PX)
        self.menu.set_complete(width < OPEN_PX, width < SLIDER_PX)
        for button in self.findChildren(QPushButton, options=_DIRECT):
            set_style(button, dense=width < SPACIOUS_PX)
            button.updateGeometry()
        is_wide = width >= WIDE_PX
        for button, text in self._texts.items():
            button.setText(text if is_wide else "")
            button.setIconSize(BESIDE_TEXT if is_wide else ALONE)


def _toolbar_button(
    name: str, icon_name: str, accessible_name: str, tooltip: str, shortcut: str
) -> QPushButton:
    button = QPushButton(icon(icon_name), "")
    button.setObjectName(name)
    button.setAccessibleName(accessible_name)
    button.setToolTip(with_keys(tooltip, shortcut))
    button.setProperty("kind", "quiet")
    return button


def _width_slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName("pen_width_slider")
    slider.setAccessibleName("Pen width")
    thinner, thicker = key_text("thinner_pen"), key_text("thicker_pen")
    slider.setToolTip(f"The width of the pen ({thinner} and {thicker})")
    slider.setRange(0, STEPS)
    slider.setPageStep(10)
    slider.setMinimumWidth(MIN_SLIDER_PX)
    slider.setMaximumWidth(MAX_SLIDER_PX)
    return slider
