"""Finds the digits of an image of an earlier session in the background."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from studio.callbacks import ShouldStop
from studio.data.opened_image import OpenedImage
from studio.ui.tasks import LatestWorker


@dataclass(frozen=True, eq=False)
class SearchRequest:
    """Asks for the digits of `image`, which keeps them."""

    image: OpenedImage
    should_stop: ShouldStop

    def compute(self) -> None:
        """Find the digits. Raises ImageError and Stopped."""
        self.image.search(self.should_stop)


class DigitSearch(LatestWorker):
    """`completed` carries a `SearchRequest`, whose image has been searched, and None."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(SearchRequest.compute, parent)

    def search(self, image: OpenedImage) -> None:
        """Search an image, instead of one whose search has not begun."""
        self.submit(SearchRequest(image, self.is_superseded))
