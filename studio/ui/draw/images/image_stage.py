"""An image on the Draw page: cropped, rotated, with its saliency or the digits found in it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QStackedLayout, QWidget

from studio.data.image_crop import WHOLE_IMAGE, ImageCrop, border_color, rotated_size
from studio.data.opened_image import OpenedImage
from studio.ui.draw.images.crop_worker import CropRequest, CropWorker
from studio.ui.draw.images.digit_search import DigitSearch, SearchRequest
from studio.ui.draw.images.found_digits import FoundDigits
from studio.ui.draw.images.stage_heat import digit_heat, photo_heat
from studio.ui.draw.images.stage_tools import StageTools
from studio.ui.icons import icon
from studio.ui.shared.builders import column_layout, text_button
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.widgets.crop_geometry import Box
from studio.ui.widgets.crop_view import CropView, StagePhoto
from studio.ui.widgets.empty_state import EmptyState

# A crop is put on the canvas, as a step to undo, when it has not changed for this long.
SETTLE_MS = 250

START_BOX = (0.1, 0.1, 0.9, 0.9)  # of the crop that the button begins with

TRY_AN_IMAGE = (
    "Try an image",
    "Open, paste or drop a photo, or drag one from a browser. Several at once make a table.",
    "Open images…",
)


class ImageStage(QWidget):
    """Shows an `OpenedImage` in place of the canvas.

    Signals: `image_changed(image)` with a crop while it changes, `image_chosen(image)` with one
    that stays; `open_clicked()`, `back_clicked()` to the grid of several images.
    """

    image_changed = Signal(object)
    image_chosen = Signal(object)
    open_clicked = Signal()
    back_clicked = Signal()
    failed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: OpenedImage | None = None
        self._crop = WHOLE_IMAGE
        self._model: LivePredictor | None = None
        self._live: OpenedImage | None = None
        self.view = CropView("image_stage")
        self.view.setToolTip("Drag to crop; arrows move the crop, Shift and arrows resize it")
        self._empty = EmptyState(*TRY_AN_IMAGE, icon=icon("image"))
        self.tools = StageTools()
        self.digits = FoundDigits()
        self.back_button = text_button("batch_back_button", "", "chevron-left")
        self.back_button.setProperty("kind", "link")
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._worker = CropWorker(self)
        self._search = DigitSearch(self)
        self._pages = QStackedLayout()
        self._lay_out()
        self._connect()
        self.show_back("")
        self.show_image(None)

    # Contents

    @property
    def live_image(self) -> OpenedImage | None:
        """The crop while it changes, until it is on the canvas; also the frame of a webcam."""
        return self._live

    @property
    def shown_image(self) -> OpenedImage | None:
        """The image passed to `show_image` or `show_live`."""
        return self._image

    @property
    def predicts_photos(self) -> bool:
        """Whether the model was trained on photos."""
        return self._model is not None and self._model.drawing == "picture"

    def set_model(self, model: LivePredictor) -> None:
        """Set the model that predicts the image."""
        if self._model is not None and model.drawing != self._model.drawing:
            self.view.set_heat(None)  # it lies over something else
        self._model = model
        self._show()

    def show_image(self, image: OpenedImage | None) -> None:
        """Show an image with its crop; None for no image."""
        self._settle.stop()
        if self._live is None or image is None or image.crop != self._crop:
            self.view.set_heat(None)  # else that of the live crop is the same
        self._live = None
        self._image = image
        self._crop = WHOLE_IMAGE if image is None else image.crop
        self._show()

    def show_live(self, image: OpenedImage) -> None:
        """Show an image that is not on the canvas, such as the frame of a webcam."""
        self._settle.stop()
        self._live = self._image = image
        self._crop = image.crop
        self._show()
        self.image_changed.emit(image)

    def show_saliency(self, _input: NDArray[np.uint8], heat: NDArray[np.float32]) -> None:
        """Lay the saliency map of a model input over what it shows: the image, or one digit."""
        image = self._live or self._image
        if image is None or self._model is None:
            return
        lay = photo_heat if self.predicts_photos else digit_heat
        self.view.set_heat(lay(image, self._model, heat))

    def set_overlay(self, opacity: float) -> None:
        """Set the opacity of the saliency map, 0..1."""
        self.view.set_opacity(opacity)

    def show_back(self, text: str) -> None:
        """Offer the way back to several images; an empty text hides it."""
        self.back_button.setText(text)
        self.back_button.setAccessibleName(text or "Back")
        self.back_button.setToolTip("Show all images with their predictions")
        self.back_button.setVisible(bool(text))

    def shutdown(self) -> None:
        """End the workers."""
        self._settle.stop()
        self._worker.close()
        self._search.close()
        self.digits.shutdown()

    # Crop and rotation

    def set_crop(self, crop: ImageCrop) -> None:
        """Show a crop, have it predicted, and keep it once it does not change any more."""
        if self._image is None or crop == self._crop:
            return
        self._crop = crop
        self._show_photo()
        self.view.set_heat(None)
        self._submit(is_final=False)
        self._settle.start()

    def _submit(self, is_final: bool) -> None:
        if self._image is not None:
            finds_digits = not self.predicts_photos
            stop = self._worker.is_superseded
            self._worker.submit(CropRequest(self._image, self._crop, finds_digits, is_final, stop))

    def _on_settled(self) -> None:
        self._submit(is_final=True)

    def _on_cropped(self, request: CropRequest, image: OpenedImage) -> None:
        if self._image is None or request.image.uncropped is not self._image.uncropped:
            return
        if request.crop != self._crop:
            return
        if request.is_final:
            self.image_chosen.emit(image)
            return
        self._live = image
        self._show_digits(image)
        self.image_changed.emit(image)

    def _on_box(self, box: Box) -> None:
        self.set_crop(self._crop.with_box(box))

    def _on_tilted(self, tilt: float) -> None:
        quarters = self._crop.degrees - _tilt(self._crop)
        self.set_crop(ImageCrop((quarters + tilt) % 360, self._crop.box))

    def _turn(self) -> None:
        self.set_crop(self._crop.turned())

    def _toggle_crop(self) -> None:
        whole = self._crop.has_box
        self.set_crop(self._crop.with_box(WHOLE_IMAGE.box if whole else START_BOX))
        self.view.setFocus()

    def _reset(self) -> None:
        self.set_crop(WHOLE_IMAGE)

    def _on_digit_chosen(self, index: int) -> None:
        image = self._live or self._image
        if image is not None and index < len(image.digits):
            self.image_chosen.emit(image.with_digit(index))

    # Display

    def _show(self) -> None:
        has_image = self._image is not None
        self._pages.setCurrentIndex(0 if has_image else 1)
        self.tools.set_can_edit(has_image)
        self._show_photo()
        self._show_digits(self._image)

    def _show_photo(self) -> None:
        crop = self._crop
        self.tools.crop_button.setChecked(crop.has_box)
        self.tools.reset_button.setEnabled(self._image is not None and not crop.is_whole)
        self.tools.show_tilt(_tilt(crop))
        if self._image is None:
            self.view.set_photo(None)
            return
        pixels = self._image.uncropped.photo
        size = rotated_size((pixels.shape[1], pixels.shape[0]), crop.degrees)
        color = _corner_color(pixels) if crop.degrees % 90 else (0, 0, 0)
        self.view.set_photo(StagePhoto(pixels, crop.degrees, size, color), crop.box)

    def _show_digits(self, image: OpenedImage | None) -> None:
        """Show what was found, for a model of drawings; an earlier session's is found again."""
        if image is None or self._model is None or self.predicts_photos:
            self.view.set_frames(())
            self.digits.hide()
            return
        self.view.set_frames(tuple(digit.box for digit in image.digits), image.chosen)
        if image.is_searched:
            self.digits.show_digits(image.digits, image.chosen, self._model)
        else:
            self.digits.show_searching()
            self._search.search(image)
        self.digits.show()

    def _on_searched(self, request: SearchRequest, _result: None) -> None:
        if request.image is (self._live or self._image) and request.image.crop == self._crop:
            self._show_digits(request.image)

    def _lay_out(self) -> None:
        card = QFrame()
        card.setProperty("card", "true")
        column_layout(card, spacing=0).addWidget(self._empty)
        self._pages.addWidget(self.view)
        self._pages.addWidget(card)
        column = column_layout(self, spacing=8)
        column.addWidget(self.back_button)
        column.addLayout(self._pages, 1)
        column.addWidget(self.digits)
        column.addWidget(self.tools)

    def _connect(self) -> None:
        self._settle.timeout.connect(self._on_settled)
        self._worker.completed.connect(self._on_cropped)
        self._worker.failed.connect(self.failed)
        self._search.completed.connect(self._on_searched)
        self._search.failed.connect(self.failed)
        self.view.crop_dragged.connect(self._on_box)
        self.view.crop_chosen.connect(self._on_box)
        self.view.frame_clicked.connect(self._on_digit_chosen)
        self.tools.tilted.connect(self._on_tilted)
        self.tools.crop_button.clicked.connect(self._toggle_crop)
        self.tools.rotate_button.clicked.connect(self._turn)
        self.tools.reset_button.clicked.connect(self._reset)
        self.tools.open_button.clicked.connect(self.open_clicked)
        self._empty.action_clicked.connect(self.open_clicked)
        self.digits.digit_chosen.connect(self._on_digit_chosen)
        self.back_button.clicked.connect(self.back_clicked)


def _tilt(crop: ImageCrop) -> float:
    """Return by how many degrees a crop is rotated beyond the nearest quarter turn."""
    return (crop.degrees + 45) % 90 - 45


def _corner_color(pixels: NDArray[np.uint8]) -> tuple[int, ...]:
    color = border_color(Image.fromarray(pixels))
    return color if isinstance(color, tuple) else (color,) * 3
