"""The Draw page: a canvas, the network's answer beside it, and the wires between them."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.ui.context import StudioContext
from studio.ui.draw.answer_panel import AnswerPanel
from studio.ui.draw.model_choices import BUNDLED, describe
from studio.ui.draw.model_picker import ModelPicker
from studio.ui.draw.picture_input import PictureInput, picture_in
from studio.ui.draw.questions import read_ink
from studio.ui.draw.reader import Reader
from studio.ui.draw.tool_row import ToolRow
from studio.ui.draw.workbench import Workbench
from studio.ui.errors import error_words, show_error
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.digit_canvas import DigitCanvas

if TYPE_CHECKING:
    from studio.inference import DrawingPrediction

EMPTY = ("Nothing drawn yet", "Draw on the left. The answer comes while the pen moves.")
LOADING = "Loading the network"
FAILED = ("No network", "Choose another network above.")

# A network that is there sooner is waited for in silence: nothing may blink.
PATIENCE_MS = 200


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
        if self._canvas.is_blank():
            self._reader.forget()
            self._show_no_answer()
            return
        asked = self._reader.ask(self._canvas.image(), self._canvas.origin)
        if not asked and not self._patience.isActive():
            self._show_no_answer()

    def _show_no_answer(self) -> None:
        if self._reader.has_failed:
            self._panel.show_nothing(*FAILED)
        elif self._reader.predictor is None:
            self._panel.show_loading(LOADING)
        else:
            self._panel.show_nothing(*EMPTY)

    def _on_answered(self, prediction: "DrawingPrediction | None") -> None:
        if prediction is None or self._canvas.is_blank():
            self._show_no_answer()
            return
        names = self._reader.class_names
        self._panel.show_answer(names, prediction.probabilities, prediction.network_input)

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

    # Pictures

    def _open_picture(self, source: Path | QImage) -> None:
        self._banner.hide()
        task = self._context.tasks.start(partial(read_ink, source))
        task.succeeded.connect(self._on_ink)
        task.failed.connect(self._on_failed)

    def _on_ink(self, read: tuple[NDArray[np.uint8], Path | QImage]) -> None:
        self._canvas.set_ink(*read)
        self._canvas.setFocus()

    def _on_no_picture(self, text: str) -> None:
        self._banner.show_message(text, "info")

    # Building

    def _lay_out(self) -> None:
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(24)
        beside.addWidget(self._picker)
        beside.addWidget(self._panel, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(self._banner)
        column.addWidget(Workbench(self._canvas, self._tools, side), 1)

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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._canvas.setFocus()
        self._picker.refresh()
        if self._context.torch_ready:
            self._begin()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if picture_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        picture = picture_in(event.mimeData())
        if picture is not None:
            event.acceptProposedAction()
            self._open_picture(picture)
