"""Shows the canvas, an image on the stage, or several images, and connects them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from studio.data.opened_image import OpenedImage
from studio.ui.draw.image_input import ImageInput
from studio.ui.draw.images.batch_view import BatchView
from studio.ui.draw.images.image_stage import ImageStage
from studio.ui.draw.images.webcam import Webcam
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.tasks import TaskHost
from studio.ui.widgets.digit_canvas import DigitCanvas


class ImagesController(QObject):
    """Holds the stage and the grid, and knows when one of them takes the place of the canvas.

    Signals: `shown_changed(shown)` for that, `changed()` when another image is to be predicted,
    `place_needed()` when no other view may be open beside, `image_requested(path)`,
    `message(text)`, and `failed(error, traceback)`.
    """

    shown_changed = Signal(bool)
    changed = Signal()
    place_needed = Signal()
    image_requested = Signal(object)
    message = Signal(str)
    failed = Signal(object, str)

    def __init__(
        self, tasks: TaskHost, canvas: DigitCanvas, image_input: ImageInput, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._model: LivePredictor | None = None
        self._has_view = False
        self._draws = False  # whether the user wants the canvas rather than the stage
        self._is_shown = False
        self._is_other_model = True  # whether the next model replaces another one
        self.stage = ImageStage()
        self.batch = BatchView(tasks)
        self.webcam = Webcam(self)
        self.pane = QStackedWidget()
        self.pane.setObjectName("images_pane")
        self.pane.addWidget(self.stage)
        self.pane.addWidget(self.batch)
        self.pane.hide()
        self._connect(image_input)

    @property
    def is_shown(self) -> bool:
        """Whether the pane takes the place of the canvas."""
        return self._is_shown

    @property
    def predicts_photos(self) -> bool:
        """Whether the model was trained on photos."""
        return self.stage.predicts_photos

    @property
    def shows_several(self) -> bool:
        """Whether the grid of several images is shown, so that there is not one to predict."""
        return self._is_shown and self.pane.currentWidget() is self.batch

    def image(self) -> OpenedImage | None:
        """Return the image to predict; None if it is a drawing, or nothing."""
        if self._is_shown and self.stage.live_image is not None:
            return self.stage.live_image
        origin = self._canvas.origin
        return origin if isinstance(origin, OpenedImage) else None

    def set_model(self, model: LivePredictor | None) -> None:
        """Set the model, None while another one is loaded, which is shown until then.

        Without None before, it is the same model in training with newer weights.
        """
        if model is None:
            self._is_other_model = True
            self.stage.view.set_heat(None)
            return
        self._model = model
        self.stage.set_model(model)
        if self._is_other_model:
            self._is_other_model = self._draws = False
            self.batch.set_model(model)
        self.refresh()

    def set_has_view(self, has_view: bool) -> None:
        """Leave the place to the canvas while another view is open beside it."""
        self._has_view = has_view
        self.refresh()

    def refresh(self) -> None:
        """Show what is on the canvas. Called after each change of it."""
        origin = self._canvas.origin
        image = origin if isinstance(origin, OpenedImage) else None
        if not self.webcam.is_running and image is not self.stage.shown_image:
            self.stage.show_image(image)
        self._update_shown()

    def open_several(self, paths: Sequence[Path]) -> None:
        """Predict several files, or those in folders."""
        self.webcam.stop()
        self.batch.open(paths)
        self.pane.setCurrentWidget(self.batch)
        self._show_back()
        self.place_needed.emit()
        self._update_shown()
        self.changed.emit()

    def show_opened(self) -> None:
        """Show the stage, because an image was opened."""
        self._draws = False
        self.webcam.stop()
        self.pane.setCurrentWidget(self.stage)

    def toggle_webcam(self) -> None:
        """Start the webcam, or freeze its last frame."""
        if self.webcam.is_running:
            self.webcam.freeze()
            return
        self.webcam.start()

    def shutdown(self) -> None:
        """End all work in the background."""
        self.webcam.shutdown()
        self.stage.shutdown()
        self.batch.shutdown()

    # Which one is shown

    def _update_shown(self) -> None:
        shown = self._wants_pane() and not self._has_view
        if shown != self._is_shown:
            self._is_shown = shown
            self.shown_changed.emit(shown)

    def _wants_pane(self) -> bool:
        if self.pane.currentWidget() is self.batch or self.webcam.is_running:
            return True
        if self._draws or self._model is None:
            return False
        has_image = isinstance(self._canvas.origin, OpenedImage)
        return has_image or (self.predicts_photos and self._canvas.is_blank())

    def _draw(self) -> None:
        self._draws = True
        self.webcam.stop()
        self._update_shown()
        self.changed.emit()

    def _show_batch(self) -> None:
        self.webcam.stop()
        self.pane.setCurrentWidget(self.batch)
        self._update_shown()
        self.changed.emit()

    def _on_batch_closed(self) -> None:
        self.pane.setCurrentWidget(self.stage)
        self._show_back()
        self.refresh()
        self.changed.emit()

    def _show_back(self) -> None:
        has_images = self.batch.has_images
        self.stage.show_back(f"All {self.batch.description()}" if has_images else "")

    def _on_batch_image(self, path: Path) -> None:
        self._show_back()
        self.image_requested.emit(path)

    # Images

    def _on_image_chosen(self, image: OpenedImage) -> None:
        self._canvas.set_image(image.drawing, image.photo, image)

    def _on_frame(self, image: OpenedImage) -> None:
        self._draws = False
        self.stage.show_live(image)

    def _on_webcam(self, running: bool) -> None:
        self.stage.tools.webcam_button.setChecked(running)
        if running:
            self.place_needed.emit()
            self.pane.setCurrentWidget(self.stage)
        else:
            self.refresh()
        self._update_shown()

    def _on_webcam_failed(self, error: object, traceback_text: str) -> None:
        self.stage.tools.webcam_button.setChecked(False)
        self.failed.emit(error, traceback_text)

    def _on_exported(self, path: Path) -> None:
        self.message.emit(f"Saved the predictions as {path.name}.")

    def _connect(self, image_input: ImageInput) -> None:
        image_input.several_opened.connect(self.open_several)
        self.stage.open_clicked.connect(image_input.open_file_dialog)
        self.stage.tools.folder_button.clicked.connect(image_input.open_folder_dialog)
        self.stage.tools.webcam_button.clicked.connect(self.toggle_webcam)
        self.stage.tools.draw_button.clicked.connect(self._draw)
        self.stage.image_changed.connect(self.changed)
        self.stage.image_chosen.connect(self._on_image_chosen)
        self.stage.back_clicked.connect(self._show_batch)
        self.stage.failed.connect(self.failed)
        self.batch.image_opened.connect(self._on_batch_image)
        self.batch.closed.connect(self._on_batch_closed)
        self.batch.failed.connect(self.failed)
        self.batch.exported.connect(self._on_exported)
        self.webcam.opened.connect(self._on_frame)
        self.webcam.frozen.connect(self._on_image_chosen)
        self.webcam.running_changed.connect(self._on_webcam)
        self.webcam.failed.connect(self._on_webcam_failed)
