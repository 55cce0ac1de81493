"""A heatmap laid over the drawing on a canvas."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath

from studio.ui.widgets.pixel_view import NEGATIVE_COLOR, POSITIVE_COLOR

_LEVELS = 128  # of either sign
_CORNER_PX = 8  # that of the canvas


class CanvasOverlay:
    """Paints a heatmap over a square: the stronger a value, the more opaque its color."""

    def __init__(self) -> None:
        self._heat: NDArray[np.float32] | None = None
        self._image: QImage | None = None
        self._opacity = 1.0

    def heat(self) -> NDArray[np.float32] | None:
        """Return the heatmap shown, float32 [H, W], or None."""
        return None if self._heat is None else self._heat.copy()

    @property
    def opacity(self) -> float:
        """How opaque the strongest value is, 0..1."""
        return self._opacity

    def set_heat(self, heat: NDArray[np.float32] | None, opacity: float) -> None:
        """Show a heatmap, float32 [H, W] of -1..1, or none."""
        self._opacity = min(max(opacity, 0.0), 1.0)
        self._heat = heat
        self._image = None if heat is None else heat_image(heat)

    def paint(self, painter: QPainter, square: QRectF) -> None:
        """Paint the heatmap, if there is one, smoothly scaled to `square`."""
        if self._image is None or self._opacity == 0:
            return
        corners = QPainterPath()
        corners.addRoundedRect(square, _CORNER_PX, _CORNER_PX)
        painter.save()
        painter.setClipPath(corners, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(self._opacity)
        painter.drawImage(square, self._image)
        painter.restore()


def heat_image(heat: NDArray[np.float32]) -> QImage:
    """Return a heatmap in the colors of `blend_signed_heatmap`, the stronger the more opaque.

    These are visible on light and on dark paper, which those of `blend_heatmap` are not.
    """
    levels = np.rint(np.clip(np.nan_to_num(heat), -1.0, 1.0) * (_LEVELS - 1)).astype(np.intp)
    pixels = np.ascontiguousarray(_premultiplied_table()[levels + (_LEVELS - 1)])
    height, width = heat.shape
    pixel_format = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, pixel_format).copy()


@cache
def _premultiplied_table() -> NDArray[np.uint32]:
    """Packed premultiplied ARGB for values from -1 to 1, uint32 [2 * levels - 1]."""
    values = np.linspace(-1.0, 1.0, 2 * _LEVELS - 1)[:, None]
    colors = np.where(values < 0, np.array(NEGATIVE_COLOR), np.array(POSITIVE_COLOR))
    alpha = np.abs(values)
    channels = np.rint(np.concatenate([255 * alpha, colors * alpha], axis=1)).astype(np.uint32)
    table: NDArray[np.uint32] = (channels << np.array([24, 16, 8, 0], np.uint32)).sum(
        axis=1, dtype=np.uint32
    )
    return table
