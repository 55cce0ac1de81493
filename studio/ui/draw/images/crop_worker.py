"""Cuts a crop out of an image in the background, the newest only."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from studio.data.image_crop import ImageCrop
from studio.data.opened_image import OpenedImage
from studio.ui.tasks import LatestWorker


@dataclass(frozen=True, eq=False)
class CropRequest:
    """Asks for a crop of `image`; a final one is put on the canvas, others only predicted."""

    image: OpenedImage
    crop: ImageCrop
    finds_digits: bool
    is_final: bool

    def compute(self) -> OpenedImage:
        """Return the crop."""
        return self.image.cropped(self.crop, self.finds_digits)


class CropWorker(LatestWorker):
    """`completed` carries a `CropRequest` and an `OpenedImage`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(CropRequest.compute, parent)
