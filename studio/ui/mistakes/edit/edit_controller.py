"""Applies changes to the sample that is edited, and has each edit predicted."""

from PySide6.QtCore import QObject, Signal

from studio.insight.sample_edits import PixelStroke, SampleEdit, pen_color
from studio.runs import RunStore
from studio.ui.mistakes.edit.edit_subject import EditSubject
from studio.ui.mistakes.edit.edit_worker import EditedSample, EditRequest, EditWorker

DEFAULT_WIDTH = 1 / 14  # of the pen, as a fraction of the side: 2 pixels of 28


class EditController(QObject):
    """Holds the subject and its history.

    `image_changed` carries the image as it looks, `predicted` an `EditedSample`, and
    `history_changed` follows every change that undo and redo know.
    """

    image_changed = Signal(object)
    predicted = Signal(object)
    history_changed = Signal()
    failed = Signal(object, str)

    def __init__(self, store: RunStore, subject: EditSubject, parent: QObject | None) -> None:
        super().__init__(parent)
        self.subject = subject
        self.history = subject.history
        self.shown = subject.image  # as it looks, uint8 [C, H, W]
        self.pen_color = pen_color(subject.background)
        self.width = max(1.0, DEFAULT_WIDTH * max(subject.image.shape))  # in pixels
        self.is_erasing = False
        self._stroke: PixelStroke | None = None
        self._worker = EditWorker(store, self)
        self._newest: EditRequest | None = None
        self._worker.completed.connect(self._on_completed)
        self._worker.failed.connect(self.failed)

    def start(self) -> None:
        """Show and predict the current edit."""
        self.image_changed.emit(self.shown)
        self._after_change()

    def set_value(self, key: str, value: float) -> None:
        """Change the parameter of a transformation; a slider's movement is one change."""
        self.history.push(self.history.current.with_value(key, value), key)
        self._after_change()

    def replace_edit(self, edit: SampleEdit) -> None:
        """Show another edit of the sample, as one change."""
        self.history.push(edit)
        self._after_change()

    def start_stroke(self, x: float, y: float, is_eraser: bool) -> None:
        """Begin a stroke at a point of the image."""
        erases = self.is_erasing or is_eraser
        color = self.subject.background if erases else self.pen_color
        self._stroke = PixelStroke(self.shown, color, self.width)
        self.extend_stroke(x, y)

    def extend_stroke(self, x: float, y: float) -> None:
        """Draw to a point; the image changes at once, the prediction follows."""
        if self._stroke is not None:
            self.shown = self._stroke.add((x, y))
            self.image_changed.emit(self.shown)
            self._predict(SampleEdit(self.shown))

    def finish_stroke(self) -> None:
        """End the stroke, which can then be undone."""
        if self._stroke is not None:
            self._stroke = None
            self.history.push(self.history.current.with_pixels(self.shown))
            self._after_change()

    def undo(self) -> None:
        """Undo the last change."""
        self.history.undo()
        self._after_change()

    def redo(self) -> None:
        """Redo the change undone last."""
        self.history.redo()
        self._after_change()

    def reset(self) -> None:
        """Return to the original."""
        self.history.reset()
        self._after_change()

    def shutdown(self) -> None:
        """End the thread."""
        self._worker.close()

    def _after_change(self) -> None:
        self._stroke = None
        self.history_changed.emit()
        self._predict(self.history.current)

    def _predict(self, edit: SampleEdit) -> None:
        self._newest = EditRequest(self.subject.run, edit, self.subject.background)
        self._worker.submit(self._newest)

    def _on_completed(self, request: EditRequest, edited: EditedSample) -> None:
        if self._stroke is None and request is self._newest:
            self.shown = edited.image
            self.image_changed.emit(self.shown)
        self.predicted.emit(edited)
