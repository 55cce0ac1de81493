"""Cuts a crop out of an image in the background, the newest only."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from studio.callbacks import ShouldStop
from studio.data.image_crop import ImageCrop
from studio.data.opened_image import OpenedImage
from studio.ui.tasks import LatestWorker


@dataclass(frozen=True, eq=False)
class CropRequest:
    """Asks for a crop of `image`.

    A final one is cut out of the full image and put on the canvas; others, while the crop is
    dragged, are cut out of the photo for display and only predicted.
    """

    image: OpenedImage
    crop: ImageCrop
    finds_digits: bool
    is_final: bool
    should_stop: ShouldStop

    def compute(self) -> OpenedImage:
        """Return the crop. Raises ImageError and Stopped."""
        if self.is_final:
            return self.image.cropped(self.crop, self.should_stop)
        return self.image.preview_crop(self.crop, self.finds_digits)


class CropWorker(LatestWorker):
    """`completed` carries a `CropRequest` and an `OpenedImage`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(CropRequest.compute, parent)
