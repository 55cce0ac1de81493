"""Guided capture: asks for one class after the other and saves each drawing by itself."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QProgressBar, QWidget

from studio.ui.draw.handwriting.capture_plan import CapturePlan, prompt_text
from studio.ui.shared.builders import column_layout, label, row_layout, text_button
from studio.ui.widgets.digit_canvas import DigitCanvas

# Long enough to begin the second stroke of a 4 or a 7.
PAUSE_MS = 900
HINT = "Saved after a short pause. Enter saves now, ← goes back, → skips, Esc ends."


class CaptureBar(QFrame):
    """`capture_bar` with the prompt `capture_prompt`; the drawing is saved after a short pause.

    Enter saves at once, Right skips, Left goes back, Esc ends. Signals: `save_wanted(label)` with
    the class to save the canvas as, `back_wanted()` to take the last one back, and `ended(saved)`.
    """

    save_wanted = Signal(str)
    back_wanted = Signal()
    ended = Signal(int)

    def __init__(self, canvas: DigitCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("capture_bar")
        self.setProperty("card", True)
        self.setAccessibleName("Guided capture")
        self._canvas = canvas
        self._plan: CapturePlan | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.save)
        self._prompt = label("figure", name="capture_prompt")
        self._position = label("muted", name="capture_position")
        self._hint = label("muted", HINT, name="capture_hint")
        self._hint.setWordWrap(True)
        self._progress = QProgressBar()
        self._progress.setObjectName("capture_progress")
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Progress of the guided capture")
        self._progress.setToolTip("How many of the drawings are done")
        self._back = text_button(
            "capture_back", "Back", "chevron-left", tooltip="Draw the last one again (Left)"
        )
        self._skip = text_button("capture_skip", "Skip", tooltip="Skip this class (Right)")
        self._end = text_button("capture_end", "End", tooltip="Keep what is saved and end (Esc)")
        self._back.clicked.connect(self.go_back)
        self._skip.clicked.connect(self.skip)
        self._end.clicked.connect(self.end)
        self._lay_out()
        canvas.stroke_started.connect(self._pause.stop)
        canvas.stroke_finished.connect(self._on_stroke_finished)
        self.hide()

    @property
    def is_active(self) -> bool:
        """Whether a capture is in progress."""
        return self._plan is not None

    @property
    def plan(self) -> CapturePlan | None:
        """What is captured; None while nothing is."""
        return self._plan

    def start(self, classes: tuple[str, ...]) -> None:
        """Begin a capture of these classes."""
        self._plan = CapturePlan(classes)
        self._canvas.clear()
        self._canvas.installEventFilter(self)
        self._canvas.setFocus()
        self.show()
        self._show_prompt()

    def save(self) -> None:
        """Save the drawing and go on; nothing while the canvas is blank."""
        self._pause.stop()
        if self._plan is None or self._canvas.is_blank():
            return
        self.save_wanted.emit(self._plan.label)
        self._plan.advance(saved=True)
        self._go_on()

    def skip(self) -> None:
        """Go on without a drawing of this class."""
        if self._plan is not None:
            self._plan.advance(saved=False)
            self._canvas.clear()
            self._go_on()

    def go_back(self) -> None:
        """Take the last drawing back, to draw it again."""
        if self._plan is None or not self._plan.position:
            return
        if self._plan.go_back():
            self.back_wanted.emit()
        self._canvas.clear()
        self._go_on()

    def end(self) -> None:
        """End the capture; what is saved stays."""
        self._pause.stop()
        if self._plan is not None:
            saved, self._plan = self._plan.saved, None
            self._canvas.removeEventFilter(self)
            self.hide()
            self.ended.emit(saved)

    def _go_on(self) -> None:
        self._pause.stop()
        if self._plan is not None and self._plan.is_finished:
            self.end()
        else:
            self._canvas.setFocus()
            self._show_prompt()

    def _show_prompt(self) -> None:
        if self._plan is None:
            return
        position, number = self._plan.position, len(self._plan.order)
        self._prompt.setText(prompt_text(self._plan.label))
        self._position.setText(f"{position + 1:,} of {number:,}")
        self._progress.setRange(0, number)
        self._progress.setValue(position)
        self._back.setEnabled(self._plan.position > 0)

    def _on_stroke_finished(self) -> None:
        if self._plan is not None and not self._canvas.is_blank():
            self._pause.start()

    def _lay_out(self) -> None:
        row = row_layout(spacing=16)
        row.addWidget(self._prompt)
        column = column_layout(spacing=4)
        column.addStretch(1)
        column.addWidget(self._position)
        column.addWidget(self._progress)
        column.addStretch(1)
        row.addLayout(column, 1)
        buttons = row_layout(spacing=8)
        for button in (self._back, self._skip, self._end):
            buttons.addWidget(button)
        row.addLayout(buttons)
        outer = column_layout(self, spacing=8)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.addLayout(row)
        outer.addWidget(self._hint)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        slots = {
            Qt.Key.Key_Return: self.save,
            Qt.Key.Key_Enter: self.save,
            Qt.Key.Key_Right: self.skip,
            Qt.Key.Key_Left: self.go_back,
            Qt.Key.Key_Escape: self.end,
        }
        slot = slots.get(Qt.Key(event.key())) if isinstance(event, QKeyEvent) else None
        if slot is None:
            return False
        if kind == QEvent.Type.KeyPress:
            slot()
        event.accept()
        return True
