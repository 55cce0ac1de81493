"""The Draw page: a canvas, the prediction beside it, and the wires between them."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.data.opened_image import OpenedImage
from studio.errors import ImageError, StudioError
from studio.ui.context import StudioContext
from studio.ui.draw.answer_panel import AnswerPanel
from studio.ui.draw.answer_words import describe_answer
from studio.ui.draw.model_choices import BUNDLED, describe
from studio.ui.draw.model_picker import ModelPicker
from studio.ui.draw.picture_input import Picked, PictureInput, has_picture, picture_in
from studio.ui.draw.questions import load_image
from studio.ui.draw.reader import Reader
from studio.ui.draw.tool_row import ToolRow
from studio.ui.draw.workbench import Workbench
from studio.ui.errors import error_words, show_error
from studio.ui.tasks import Task
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.digit_canvas import DigitCanvas

if TYPE_CHECKING:
    from studio.inference import DrawingPrediction

NOTHING_DRAWN = ("Nothing drawn yet", "Draw on the left. The answer comes while the pen moves.")
NO_IMAGE = ("No image yet", "Open, paste or drop a photo on the left.")
NO_INK = ("Nothing to read", "No handwriting was found in the image.")
LOADING = "Loading the network"
FAILED = ("No network", "Choose another network above.")

NOT_TRAINED_ON_DRAWINGS = "A guess: not trained on drawings"
DRAW_HINT = "Draw a digit"
PHOTO_HINT = "Try an image\nOpen, paste or drop a photo"

# A network that is there sooner is waited for in silence: nothing may blink.
PATIENCE_MS = 200

# The margin around the page, and that of a page too low to spare so much.
MARGIN, LOW_MARGIN, LOW = 24, 16, 600


class DrawPage(QWidget):
    """Draw a digit and see it read; the main window tells which network is asked."""

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("draw_page")
        self.setProperty("page", "true")
        self.setAcceptDrops(True)
        self._context = context
        self._banner = Banner()
        self._canvas = DigitCanvas()
        self._tools = ToolRow(self._canvas)
        self._picker = ModelPicker(context)
        self._panel = AnswerPanel()
        self._pictures = PictureInput(self)
        self._reader = Reader(context, self)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_ended)
        self._started = False
        self._opening: Task | None = None
        self._failure: tuple[object, str] = (None, "")
        self._lay_out()
        self._connect()
        self._panel.show_loading(LOADING)

    def set_model(self, run: str) -> None:
        """Let the network of `run` answer, a run id or "bundled"."""
        self._started = True
        self._picker.choose(run)

    def refresh_runs(self) -> None:
        """List the networks again, as after a training."""
        self._picker.refresh()

    def shutdown(self) -> None:
        """End the worker before the window goes."""
        self._patience.stop()
        self._reader.close()

    # Asking

    def _ask(self) -> None:
        """Ask about what is on the canvas, or say why nothing is asked."""
        blank = self._canvas.is_blank()
        self._picker.warn_of_drawings(not blank and self._canvas.photo() is None)
        if blank:
            self._reader.forget()
            self._show_no_answer()
            return
        asked = self._reader.ask(self._canvas.image(), self._opened_image())
        if not asked and not self._patience.isActive():
            self._show_no_answer()

    def _show_no_answer(self) -> None:
        if self._reader.has_failed:
            self._panel.show_nothing(*FAILED)
        elif self._reader.predictor is None:
            self._panel.show_loading(LOADING)
        elif self._opened_image() is not None:
            self._panel.show_nothing(*NO_INK)
        else:
            self._panel.show_nothing(*(NO_IMAGE if self._reader.reads_photos else NOTHING_DRAWN))

    def _opened_image(self) -> OpenedImage | None:
        """The image on the canvas, as long as nothing is drawn on it."""
        origin = self._canvas.origin
        return origin if isinstance(origin, OpenedImage) else None

    def _on_answered(self, prediction: "DrawingPrediction | None") -> None:
        if prediction is None or self._canvas.is_blank():
            self._show_no_answer()
            return
        warning = self._reader.warning
        if not warning and self._reader.reads_photos and self._canvas.photo() is None:
            warning = NOT_TRAINED_ON_DRAWINGS
        words = describe_answer(
            self._reader.class_names, prediction.probabilities, prediction.flaw, warning
        )
        self._panel.show_answer(words, prediction.network_input)

    # Networks

    def _on_model_chosen(self, key: str) -> None:
        self._banner.hide()
        self._reader.load(key)
        self._patience.start()

    def _on_model_missing(self, key: str) -> None:
        self._banner.show_message(f"There are no weights of run “{key}” here.", "warn")

    def _on_patience_ended(self) -> None:
        if self._reader.predictor is None:
            self._show_no_answer()

    def _on_loaded(self, key: str) -> None:
        self._patience.stop()
        network = self._reader.predictor
        if network is not None and key == BUNDLED:
            accuracy = ("validation", network.val_accuracy)
            self._picker.describe_bundled(describe(network.variant, network.source, accuracy))
        photos = self._reader.reads_photos
        self._panel.set_classes(len(self._reader.class_names))
        self._canvas.show_photos(photos, PHOTO_HINT if photos else DRAW_HINT)
        self._ask()

    def _on_load_failed(self, _key: str, error: object, traceback_text: str) -> None:
        self._patience.stop()
        self._show_no_answer()
        self._on_failed(error, traceback_text)

    def _on_torch_failed(self) -> None:
        self._reader.give_up()
        self._show_no_answer()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        """Say it on the page, which stays usable; behind the unforeseen stands a report."""
        self._failure = (error, traceback_text)
        action = "" if isinstance(error, StudioError) else "Show report"
        self._banner.show_message(" ".join(error_words(error)).strip(), "bad", action)

    def _show_report(self) -> None:
        show_error(self, *self._failure)

    # Images

    def _open_picture(self, picked: Picked) -> None:
        self._banner.hide()
        self._opening = self._context.tasks.start(partial(load_image, picked))
        self._opening.succeeded.connect(self._on_image)
        self._opening.failed.connect(self._on_failed)

    def _on_image(self, image: OpenedImage) -> None:
        if self.sender() is not self._opening:  # another one was picked meanwhile
            return
        network = self._reader.predictor
        if network is not None and not self._reader.reads_photos and not image.ink.any():
            self._on_failed(ImageError("The image is blank: there is nothing to read."), "")
            return
        self._canvas.set_image(image.ink, image.photo, image)
        self._canvas.setFocus()

    def _on_no_picture(self, text: str) -> None:
        self._banner.show_message(text, "info")

    # Building

    def _lay_out(self) -> None:
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(16)
        beside.addWidget(self._picker)
        beside.addWidget(self._panel, 1)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(16)
        self._column.addWidget(self._banner)
        self._column.addWidget(Workbench(self._canvas, self._tools, side), 1)

    def _connect(self) -> None:
        self._canvas.changed.connect(self._ask)
        self._banner.action_clicked.connect(self._show_report)
        self._tools.add_keys(self)
        self._tools.picture_wanted.connect(self._pictures.ask_for_file)
        self._pictures.picked.connect(self._open_picture)
        self._pictures.nothing.connect(self._on_no_picture)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self._pictures.paste)
        self._picker.chosen.connect(self._on_model_chosen)
        self._picker.missing.connect(self._on_model_missing)
        self._picker.failed.connect(self._on_failed)
        self._reader.loaded.connect(self._on_loaded)
        self._reader.load_failed.connect(self._on_load_failed)
        self._reader.answered.connect(self._on_answered)
        self._reader.explained.connect(self._panel.show_why)
        self._reader.failed.connect(self._on_failed)
        self._context.torch_loaded.connect(self._begin)
        self._context.torch_failed.connect(self._on_torch_failed)

    def _begin(self) -> None:
        """Load the bundled network, unless another was asked for meanwhile."""
        if not self._started:
            self._started = True
            self._reader.load(self._picker.key)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        margin = MARGIN if event.size().height() >= LOW else LOW_MARGIN
        self._column.setContentsMargins(margin, margin, margin, margin)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._canvas.setFocus()
        self._picker.refresh()
        if self._context.torch_ready:
            self._begin()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_picture(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        picture = picture_in(event.mimeData())
        if picture is not None:
            event.acceptProposedAction()
            self._open_picture(picture)
