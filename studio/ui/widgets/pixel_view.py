"""A view of a small image, pixel by pixel, with an optional heatmap over it."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.image_conversion import to_qimage
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, draw_elided, sized_font

CAPTION_HEIGHT = 20

# Perceptually uniform and readable without color vision: brighter is hotter.
_COLORMAP = "inferno"
_COLDEST = 0.25  # where the heatmap starts in the color map
_MAX_OPACITY = 0.9
_DIMMED = 0.6  # brightness of the image below a heatmap

# Of a heatmap with signs: orange and sky blue of Okabe and Ito, distinct without color vision.
POSITIVE_COLOR, NEGATIVE_COLOR = (240, 140, 0), (70, 170, 245)
_LUMA = (0.2989, 0.587, 0.114)


class PixelView(QWidget):
    """Shows an image in a square without smoothing, with a caption below; at least 56 px wide."""

    def __init__(self, name: str, caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(caption or name)
        self._caption = caption
        self._image: NDArray[np.uint8] | None = None
        self._heatmap: NDArray[np.float32] | None = None
        self._blended: QImage | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def image(self) -> NDArray[np.uint8] | None:
        """Return the image without the heatmap, uint8 [H, W] or [H, W, 3], or None."""
        return None if self._image is None else self._image.copy()

    def heatmap(self) -> NDArray[np.float32] | None:
        """Return the heatmap, float32 [H, W] in 0..1 or -1..1, or None."""
        return None if self._heatmap is None else self._heatmap.copy()

    def set_image(
        self,
        image: NDArray[np.uint8] | None,
        heatmap: NDArray[np.float32] | None = None,
        has_sign: bool = False,
    ) -> None:
        """Show an image, uint8 [H, W] or [H, W, 3], and over it a heatmap, [H, W] in 0..1.

        A heatmap that `has_sign` has values in -1..1, and different colors for either sign.
        """
        self._image, self._heatmap = image, heatmap
        blend = blend_signed_heatmap if has_sign else blend_heatmap
        self._blended = None if image is None else _to_qimage(blend(image, heatmap))
        size = "empty" if image is None else f"{image.shape[1]} by {image.shape[0]} pixels"
        self.setAccessibleDescription(size)
        self.update()

    def caption(self) -> str:
        """Return the text below the image."""
        return self._caption

    def set_caption(self, caption: str) -> None:
        """Set the text below the image."""
        self._caption = caption
        self.update()

    def _square(self) -> QRectF:
        height = self.height() - (CAPTION_HEIGHT if self._caption else 0)
        side = max(1, min(self.width(), height))
        return QRectF(0, 0, side, side)

    def _paint_image(self, painter: QPainter, square: QRectF) -> None:
        if self._blended is None:
            return
        size = self._blended.size().scaled(
            round(square.width()), round(square.height()), Qt.AspectRatioMode.KeepAspectRatio
        )
        left = square.left() + (square.width() - size.width()) / 2
        top = square.top() + (square.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._blended)

    def _paint_border(self, painter: QPainter, square: QRectF) -> None:
        pen = QPen(QColor(theme_colors.current().border), 1)
        if self._blended is None:
            pen.setColor(QColor(theme_colors.current().control_border))
            pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(square.adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_caption(self, painter: QPainter, square: QRectF) -> None:
        painter.setFont(sized_font(self.font(), 12, self.font().bold()))
        painter.setPen(QColor(theme_colors.current().muted))
        line = QRectF(0, square.bottom() + 4, self.width(), CAPTION_HEIGHT - 4)
        draw_elided(painter, line, MIDDLE_LEFT, self._caption)

    # Qt

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width + (CAPTION_HEIGHT if self._caption else 0)

    def sizeHint(self) -> QSize:
        return QSize(140, self.heightForWidth(140))

    def minimumSizeHint(self) -> QSize:
        return QSize(56, self.heightForWidth(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        square = self._square()
        self._paint_image(painter, square)
        self._paint_border(painter, square)
        self._paint_caption(painter, square)
        painter.end()


def blend_heatmap(
    image: NDArray[np.uint8], heatmap: NDArray[np.float32] | None
) -> NDArray[np.uint8]:
    """Blend an image, uint8 [H, W] or [H, W, 3], with a heatmap, [H, W] in 0..1.

    Returns uint8 [H, W, 3], or the image itself without a heatmap.
    """
    if heatmap is None:
        return image
    heat = np.clip(np.nan_to_num(heatmap), 0.0, 1.0)
    base = (image if image.ndim == 3 else image[..., None]).astype(np.float32)
    colors = _color_table()[np.rint(heat * 255).astype(np.intp)]
    opacity = (_MAX_OPACITY * heat)[..., None]
    return np.rint(base * (1 - opacity) * _DIMMED + colors * opacity).astype(np.uint8)


def blend_signed_heatmap(
    image: NDArray[np.uint8], heatmap: NDArray[np.float32] | None
) -> NDArray[np.uint8]:
    """Blend an image, uint8 [H, W] or [H, W, 3], as gray with a heatmap, [H, W] in -1..1.

    The stronger a value, the more of the color of its sign. Returns uint8 [H, W, 3], or the image
    itself without a heatmap.
    """
    if heatmap is None:
        return image
    heat = np.clip(np.nan_to_num(heatmap), -1.0, 1.0)[..., None]
    gray = (image if image.ndim == 2 else image @ np.array(_LUMA))[..., None].astype(np.float32)
    colors = np.where(heat < 0, np.array(NEGATIVE_COLOR), np.array(POSITIVE_COLOR))
    opacity = np.abs(heat)
    return np.rint(gray * _DIMMED * (1 - opacity) + colors * opacity).astype(np.uint8)


@cache
def _color_table() -> NDArray[np.float32]:
    """Return the colors from cold to hot, float32 [256, 3] in 0..255."""
    import pyqtgraph as pg  # loads slowly, and the window opens without it

    table = pg.colormap.get(_COLORMAP).getLookupTable(_COLDEST, 1.0, 256, alpha=False)
    return np.asarray(table, np.float32)


def _to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    return to_qimage(pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1))
