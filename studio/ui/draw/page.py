"""The Draw page: a canvas, the prediction beside it, and the connections between them."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.data.opened_image import OpenedImage
from studio.errors import ImageError, StudioError
from studio.paths import BUNDLED
from studio.ui.context import StudioContext
from studio.ui.draw.drawing_export import DrawingExport
from studio.ui.draw.drawing_toolbar import DrawingToolbar
from studio.ui.draw.image_input import ImageInput, UndecodedImage, decode_image, has_image
from studio.ui.draw.images.images_controller import ImagesController
from studio.ui.draw.model_panel import ModelPanel
from studio.ui.draw.nearest_dialog import NearestDialog
from studio.ui.draw.page_layout import DrawPageLayout, PageWidgets
from studio.ui.draw.prediction_controller import PredictionController
from studio.ui.draw.prediction_panel import PredictionPanel
from studio.ui.draw.prediction_text import describe_prediction
from studio.ui.draw.remembered_drawing import FirstStroke, RememberedDrawing
from studio.ui.draw.saliency_controller import SaliencyController
from studio.ui.draw.session import DrawSession
from studio.ui.draw.view_stack import DrawViewStack
from studio.ui.draw.views import PREDICT, VIEWS
from studio.ui.shared.desktop import open_path
from studio.ui.shared.error_dialog import error_text, show_error
from studio.ui.shared.model_choices import describe_model
from studio.ui.shared.run_restorer import RESTORE, RunRestorer
from studio.ui.shared.shortcuts import add_shortcut
from studio.ui.tasks import NewestTask
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.digit_canvas import DigitCanvas

if TYPE_CHECKING:
    from studio.inference import DrawingPrediction

NOTHING_DRAWN = (
    "Nothing drawn yet",
    "Draw on the left. The prediction follows while the pen moves.",
)
NO_IMAGE = ("No image yet", "Open, paste or drop a photo on the left.")
NO_INK = ("Nothing to predict", "No handwriting was found in the image.")
SEVERAL_IMAGES = ("Several images", "Choose one to see its prediction in full.")
LOADING = "Loading the model"
TRY = "Try"  # the title of the first view for a model of photos
FAILED = ("No model", "Choose another model above.")

NOT_TRAINED_ON_DRAWINGS = "Not trained on drawings"
DRAW_HINT = "Draw a digit with the mouse, a pen or a finger"
PHOTO_HINT = "Try an image\nOpen, paste or drop a photo"

MODEL_SECTION = "draw_model"  # in the state of the window

# A model that loads faster than this shows no loading state, which would only blink.
LOADING_DELAY_MS = 200

# The margin around the page, and that of a page of less than `LOW_PX`.
MARGIN_PX, LOW_MARGIN_PX, LOW_PX = 24, 16, 600


class DrawPage(QWidget):
    """Draw a digit, and see the prediction of the model chosen."""

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("draw_page")
        self.setProperty("page", "true")
        self.setAcceptDrops(True)
        self._context = context
        self._banner = Banner()
        self._canvas = DigitCanvas()
        self._toolbar = DrawingToolbar(self._canvas)
        self._model_panel = ModelPanel(context)
        self._prediction_panel = PredictionPanel()
        self._image_input = ImageInput(self)
        self.images = ImagesController(context.tasks, self._canvas, self._image_input, self)
        self._export = DrawingExport(self._canvas, context.tasks, self)
        self._saved: Path | None = None  # what the banner offers to show in its folder
        self._restorer = RunRestorer(context, self)
        self.controller = PredictionController(context, self)
        self._loading_delay = QTimer(self, singleShot=True, interval=LOADING_DELAY_MS)
        self._loading_delay.timeout.connect(self._on_loading_delay)
        self.session = DrawSession(context, self._canvas, self)
        self._saliency = SaliencyController(self.session, self._prediction_panel, self)
        self.views = DrawViewStack(self.session)
        self._started = False
        self._opening = NewestTask(context.tasks, self)
        self._failure: tuple[object, str] = (None, "")
        self.nearest_dialog: NearestDialog | None = None  # made when it is first opened
        self._lay_out()
        self._connect()
        self._first_stroke = FirstStroke(context.settings, self._canvas, self)
        self._remembered = RememberedDrawing(context.window_state, self._canvas, self)
        self._last_model = BUNDLED  # that of the last session, until torch is loaded
        context.window_state.add(MODEL_SECTION, self._chosen_model)
        self._prediction_panel.show_loading(LOADING)

    def restore(self) -> None:
        """Show what the page showed when the program last ended."""
        self._last_model = self._context.window_state.read(MODEL_SECTION, str, BUNDLED)
        self._remembered.restore()
        self.views.restore()
        if self._context.torch_ready:
            self._load_first_model()

    def set_model(self, run: str) -> None:
        """Predict with the model of `run`, a run id or "bundled"."""
        self._started = True
        self._model_panel.choose(run)

    def open_image(self, source: UndecodedImage) -> None:
        """Decode an image in a thread and put it on the canvas."""
        self._banner.hide()
        self._opening.start(partial(decode_image, source), self._on_image)

    def shutdown(self) -> None:
        """End the workers before the window is destroyed."""
        self._loading_delay.stop()
        self._opening.stop()
        self._export.stop()
        self.controller.close()
        self._saliency.close()
        self.views.shutdown()
        self.images.shutdown()
        if self.nearest_dialog is not None:
            self.nearest_dialog.shutdown()

    # Prediction

    def _predict(self) -> None:
        """Predict what is on the canvas, or say why there is no prediction."""
        image = self.images.image()
        blank = (image is None and self._canvas.is_blank()) or self.images.shows_several
        self._model_panel.set_drawn(not blank and not self._is_photo())
        if blank:
            self.controller.cancel()
            self._show_no_prediction()
            return
        submitted = self.controller.predict(
            self._canvas.image() if image is None else image.drawing, image
        )
        if not submitted and not self._loading_delay.isActive():
            self._show_no_prediction()

    def _show_no_prediction(self) -> None:
        self.session.set_prediction(None)
        panel = self._prediction_panel
        if self.controller.has_failed:
            panel.show_empty(*FAILED)
        elif self.controller.predictor is None:
            panel.show_loading(LOADING)
        elif self.images.shows_several:
            panel.show_empty(*SEVERAL_IMAGES)
        elif self.images.image() is not None:
            panel.show_empty(*NO_INK)
        else:
            panel.show_empty(*(NO_IMAGE if self.controller.predicts_photos else NOTHING_DRAWN))

    def _is_photo(self) -> bool:
        """Whether the model is one of photos and gets an image rather than a drawing."""
        return self.controller.predicts_photos and self.images.image() is not None

    def _on_predicted(self, prediction: "DrawingPrediction | None") -> None:
        has_input = self.images.image() is not None or not self._canvas.is_blank()
        if prediction is None or self.images.shows_several or not has_input:
            self._show_no_prediction()
            return
        warning = self.controller.warning
        if not warning and self.controller.predicts_photos and not self._is_photo():
            warning = NOT_TRAINED_ON_DRAWINGS
        text = describe_prediction(
            self.controller.class_names,
            prediction.probabilities,
            prediction.flaw,
            warning,
            prediction.familiarity,
        )
        self._prediction_panel.show_prediction(text, prediction.network_input)
        self.session.set_prediction(prediction)
        if self.nearest_dialog is not None and self.nearest_dialog.isVisible():
            self._search_nearest()

    def open_nearest(self) -> None:
        """Show the training samples nearest to the drawing, beside the window."""
        if self.session.prediction is None:
            return
        if self.nearest_dialog is None:
            self.nearest_dialog = NearestDialog(self._context, self)
            self.nearest_dialog.failed.connect(self._on_failed)
        self.nearest_dialog.show()
        self._search_nearest()

    def _search_nearest(self) -> None:
        shown = self.session.prediction
        if shown is not None and self.nearest_dialog is not None:
            self.nearest_dialog.show_drawing(
                self._model_panel.key,
                shown.network_input,
                shown.probabilities,
                self.controller.class_names,
            )

    # Views

    def _on_view_opened(self, key: str) -> None:
        has_view = self.views.view(key) is not None
        self._prediction_panel.set_compact(has_view)
        self._model_panel.set_compact(has_view)
        self._layout.set_has_view(has_view)
        self.images.set_has_view(has_view)
        self._focus_input()

    def _open_first_view(self) -> None:
        if self.views.key != PREDICT:
            self.views.open(PREDICT)

    def _focus_input(self) -> None:
        stage = self.images.stage.view
        (stage if stage.isVisible() else self._canvas).setFocus()

    def _on_images_shown(self, shown: bool) -> None:
        self._show_saliency_target()
        had_focus = self._canvas.hasFocus() or self.images.stage.view.hasFocus()
        self._layout.show_images(shown)
        if had_focus:
            self._focus_input()

    def _show_saliency_target(self) -> None:
        photos = self.controller.predicts_photos
        self._prediction_panel.saliency.set_target(self.images.is_shown, photos)
        self._show_overlay()

    def _show_overlay(self) -> None:
        self.images.stage.set_overlay(self._prediction_panel.saliency.overlay_opacity)

    # Models

    def _chosen_model(self) -> str:
        return self._model_panel.key

    def _on_model_chosen(self, key: str) -> None:
        self._context.window_state.mark_changed(MODEL_SECTION)
        self._banner.hide()
        self._load(key)

    def _load(self, key: str) -> None:
        self.session.set_model(key, None)
        self.images.set_model(None)
        self.controller.load(key)
        self._loading_delay.start()

    def _on_model_missing(self, key: str) -> None:
        self._banner.show_message(f"There are no weights of run “{key}” here.", "warn")

    def _on_loading_delay(self) -> None:
        if self.controller.predictor is None:
            self._show_no_prediction()

    def _on_loaded(self, key: str) -> None:
        self._loading_delay.stop()
        model = self.controller.predictor
        if model is not None and key == BUNDLED:
            accuracy = ("validation", model.val_accuracy)
            self._model_panel.describe_bundled(
                describe_model(model.variant, model.source, accuracy)
            )
        self.session.set_model(key, model)
        photos = self.controller.predicts_photos
        self._prediction_panel.set_class_count(len(self.controller.class_names))
        self._canvas.show_photos(photos, PHOTO_HINT if photos else DRAW_HINT)
        self.views.selector.set_title(0, TRY if photos else VIEWS[0].title)
        self.images.set_model(model)
        self._show_saliency_target()
        self._predict()

    def _on_load_failed(self, error: object, traceback_text: str) -> None:
        self._loading_delay.stop()
        self._show_no_prediction()
        self._on_failed(error, traceback_text)

    def _on_torch_failed(self) -> None:
        self.controller.has_failed = True
        self._show_no_prediction()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        """Show an error in the banner; an unexpected one has a report behind a button."""
        self._failure, self._saved = (error, traceback_text), None
        if offer := self._restorer.offer(error):
            self._banner.show_message(offer, "bad", RESTORE)
            return
        action = "" if isinstance(error, StudioError) else "Show report"
        self._banner.show_message(" ".join(error_text(error)).strip(), "bad", action)

    def _on_banner_action(self) -> None:
        if self._saved is not None:
            if problem := open_path(self._saved.parent):
                self._banner.show_message(problem, "warn")
        elif self._restorer.has_offer:
            self._restorer.start()
            self._banner.show_message("Restoring the run…", "info")
        else:
            show_error(self, *self._failure)

    def _on_restored(self, _run: str, text: str, _can_resume: bool) -> None:
        self._banner.show_message(text, "good")
        self._load(self._model_panel.key)

    def _on_saved(self, path: Path) -> None:
        self._saved = path
        self._banner.show_message(f"Saved {path.name}", "good", "Show in folder")

    # Images

    def _on_image(self, image: OpenedImage) -> None:
        model = self.controller.predictor
        if model is not None and not self.controller.predicts_photos and not image.drawing.any():
            self._on_failed(ImageError("The image is blank. Open one with handwriting."), "")
            return
        self.images.show_opened()
        self._canvas.set_image(image.drawing, image.photo, image)
        self._focus_input()

    # Layout and connections

    def _lay_out(self) -> None:
        self._layout = DrawPageLayout(
            PageWidgets(
                self.views.selector,
                self._model_panel,
                self._canvas,
                self._toolbar,
                self._prediction_panel,
                self.views,
            )
        )
        self._layout.set_images(self.images.pane)
        self._layout.set_has_view(False)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(16)
        self._column.addWidget(self._banner)
        self._column.addWidget(self._layout, 1)

    def _connect(self) -> None:
        self._canvas.changed.connect(self.images.refresh)
        self._canvas.changed.connect(self._predict)
        self.images.changed.connect(self._predict)
        self.images.shown_changed.connect(self._on_images_shown)
        self.images.image_requested.connect(self.open_image)
        self.images.place_needed.connect(self._open_first_view)
        self.images.message.connect(self._banner.show_message)
        self.images.failed.connect(self._on_failed)
        add_shortcut("open_image_folder", self, self._image_input.open_folder_dialog)
        add_shortcut("use_webcam", self, self.images.toggle_webcam)
        self._opening.failed.connect(self._on_failed)
        self.views.opened.connect(self._on_view_opened)
        self.views.failed.connect(self._on_failed)
        self.session.model_requested.connect(self.set_model)
        self.session.image_requested.connect(self.open_image)
        add_shortcut("next_draw_view", self, self.views.open_next)
        add_shortcut("previous_draw_view", self, self.views.open_previous)
        self._banner.action_clicked.connect(self._on_banner_action)
        self._toolbar.add_shortcuts(self)
        self._prediction_panel.nearest_clicked.connect(self.open_nearest)
        add_shortcut("show_nearest", self, self.open_nearest)
        self._toolbar.open_clicked.connect(self._image_input.open_file_dialog)
        self._image_input.opened.connect(self.open_image)
        self._image_input.empty.connect(self._banner.show_message)
        self._toolbar.paste_clicked.connect(self._image_input.paste)
        self._toolbar.copy_clicked.connect(self._export.copy)
        self._toolbar.save_clicked.connect(self._export.open_file_dialog)
        self._export.empty.connect(self._banner.show_message)
        self._export.saved.connect(self._on_saved)
        self._export.failed.connect(self._on_failed)
        self._model_panel.chosen.connect(self._on_model_chosen)
        self._model_panel.missing.connect(self._on_model_missing)
        self._model_panel.failed.connect(self._on_failed)
        self.controller.loaded.connect(self._on_loaded)
        self.controller.load_failed.connect(self._on_load_failed)
        self.controller.predicted.connect(self._on_predicted)
        self._saliency.explained.connect(self.images.stage.show_saliency)
        self._saliency.failed.connect(self._on_failed)
        self._prediction_panel.saliency.overlay_changed.connect(self._show_overlay)
        self._prediction_panel.saliency.add_shortcuts(self)
        self.controller.failed.connect(self._on_failed)
        self._restorer.restored.connect(self._on_restored)
        self._restorer.failed.connect(self._on_failed)
        self._context.runs_changed.connect(self._model_panel.refresh)
        self._context.torch_loaded.connect(self._load_first_model)
        self._context.torch_failed.connect(self._on_torch_failed)

    def _load_first_model(self) -> None:
        """Load the model of the last session, unless another one has been chosen."""
        if self._started:
            return
        self._started = True
        if self._last_model != BUNDLED:
            self._model_panel.choose(self._last_model)
        else:
            self._load(BUNDLED)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        margin = MARGIN_PX if event.size().height() >= LOW_PX else LOW_MARGIN_PX
        self._column.setContentsMargins(margin, margin, margin, margin)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_input()
        self._model_panel.refresh()
        if self._context.torch_ready:
            self._load_first_model()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_image(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if has_image(event.mimeData()):
            event.acceptProposedAction()
            self._image_input.open_data(event.mimeData())
