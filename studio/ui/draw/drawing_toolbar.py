"""The tools under the canvas: pen, eraser, width, undo, redo, clear, and a picture instead."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from studio.ui.icons import ALONE, BESIDE_TEXT, icon
from studio.ui.widgets.digit_canvas import MAX_PEN_WIDTH, MIN_PEN_WIDTH, DigitCanvas

STEPS = 100
SLIDER_LEAST, SLIDER_MOST = 56, 112

# Widths that icons alone need, and from which on there is room for words beside them.
COMPACT, ROOMY = 384, 580


class DrawingToolbar(QWidget):
    """Acts on its canvas directly; only opening a picture is left to the page."""

    open_clicked = Signal()

    def __init__(self, canvas: DigitCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.pen_button = _button("pen", "Pen", "Draw (P)", "pen_button")
        self.eraser_button = _button(
            "eraser", "Eraser", "Erase (E), or draw with the right mouse button", "eraser_button"
        )
        self.width_slider = _width_slider()
        self.undo_button = _button("undo", "Undo", "Take the last stroke back", "undo_button")
        self.redo_button = _button("redo", "Redo", "Bring the stroke back", "redo_button")
        self.clear_button = _button("clear", "Clear", "Take a new sheet", "clear_button")
        self.open_button = _button(
            "image",
            "Open image",
            "Predict an image file. Pasting and dropping an image works too",
            "open_picture_button",
        )
        self._words = {self.clear_button: "Clear", self.open_button: "Open image…"}
        self._lay_out()
        self._connect()
        self._show_tool()
        self._show_width()
        self._show_history()

    def _show_words(self, shown: bool) -> None:
        """Where there is little room the icons speak alone."""
        for button, words in self._words.items():
            button.setText(words if shown else "")
            button.setIconSize(BESIDE_TEXT if shown else ALONE)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.pen_button)
        row.addWidget(self.eraser_button)
        row.addSpacing(8)
        row.addWidget(self.width_slider, 1)
        row.addSpacing(8)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        row.addWidget(self.clear_button)
        row.addStretch(1)
        row.addWidget(self.open_button)

    def _connect(self) -> None:
        canvas = self._canvas
        self.pen_button.setCheckable(True)
        self.eraser_button.setCheckable(True)
        self.pen_button.clicked.connect(self._take_pen)
        self.eraser_button.clicked.connect(self._take_eraser)
        self.width_slider.valueChanged.connect(self._set_width)
        self.undo_button.clicked.connect(canvas.undo)
        self.redo_button.clicked.connect(canvas.redo)
        self.clear_button.clicked.connect(canvas.clear)
        self.open_button.clicked.connect(self.open_clicked)
        canvas.tool_changed.connect(self._show_tool)
        canvas.pen_width_changed.connect(self._show_width)
        canvas.changed.connect(self._show_history)
        canvas.stroke_finished.connect(self._show_history)

    def add_keys(self, page: QWidget) -> None:
        """Let the keys work wherever the focus is on a page, and name them in the tooltips."""
        canvas = self._canvas
        for keys, act, button in (
            ("Ctrl+Z", canvas.undo, self.undo_button),
            ("Ctrl+Shift+Z", canvas.redo, self.redo_button),
            ("Del", canvas.clear, self.clear_button),
            ("Ctrl+O", self.open_clicked.emit, self.open_button),
        ):
            # Not the button's own shortcut: that waits a tenth of a second to look pressed.
            QShortcut(QKeySequence(keys), page, act)
            native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(f"{button.toolTip()} ({native})")

    def _take_pen(self) -> None:
        self._canvas.set_tool("pen")
        self._show_tool()

    def _take_eraser(self) -> None:
        self._canvas.set_tool("eraser")
        self._show_tool()

    def _set_width(self, step: int) -> None:
        self._canvas.set_pen_width(MIN_PEN_WIDTH + (MAX_PEN_WIDTH - MIN_PEN_WIDTH) * step / STEPS)

    def _show_tool(self) -> None:
        self.pen_button.setChecked(self._canvas.tool == "pen")
        self.eraser_button.setChecked(self._canvas.tool == "eraser")

    def _show_width(self) -> None:
        share = (self._canvas.pen_width - MIN_PEN_WIDTH) / (MAX_PEN_WIDTH - MIN_PEN_WIDTH)
        with QSignalBlocker(self.width_slider):
            self.width_slider.setValue(round(share * STEPS))

    def _show_history(self) -> None:
        for button, possible in (
            (self.undo_button, self._canvas.can_undo),
            (self.redo_button, self._canvas.can_redo),
            (self.clear_button, not self._canvas.is_blank()),
        ):
            if button.isEnabled() != possible:
                button.setEnabled(possible)

    # Qt

    def minimumSizeHint(self) -> QSize:
        return QSize(COMPACT, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_words(event.size().width() >= ROOMY)


def _button(glyph: str, name: str, tip: str, object_name: str) -> QPushButton:
    button = QPushButton(icon(glyph), "")
    button.setObjectName(object_name)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setProperty("kind", "quiet")
    return button


def _width_slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName("pen_width_slider")
    slider.setAccessibleName("Pen width")
    slider.setToolTip("How thick the pen is; the keys [ and ] change it too")
    slider.setRange(0, STEPS)
    slider.setPageStep(10)
    slider.setMinimumWidth(SLIDER_LEAST)
    slider.setMaximumWidth(SLIDER_MOST)
    return slider
