"""The slices of a filter side by side, each labeled with the input it weighs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.activation_colors import color_levels, to_levels
from studio.ui.widgets.image_conversion import to_qimage
from studio.ui.widgets.paint_helpers import sized_font
from studio.ui.widgets.tooltip import wrap_tooltip

_LABEL_HEIGHT, _LABEL_PX, _GAP = 16, 12, 8
_MIN_SIDE, _SMALL_SIDE, _MAX_SIDE, _FEW = 24, 40, 72, 3


class FilterStrip(QWidget):
    """Shows as many slices as fit, in the colors of activations; at least 40 px high."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName("Filter")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._values = np.zeros((0, 1, 1), np.float32)
        self._images: list[QImage] = []
        self._labels: tuple[str, ...] = ()
        self._texts: tuple[str, ...] = ()

    def values(self) -> NDArray[np.float32]:
        """Return the slices, float32 [n, k, k]."""
        return self._values

    def labels(self) -> tuple[str, ...]:
        """Return the labels below the slices."""
        return self._labels

    def set_slices(
        self, values: NDArray[np.float32], labels: Sequence[str], texts: Sequence[str]
    ) -> None:
        """Show slices, float32 [n, k, k], with a short label and a tooltip each."""
        self._values, self._labels, self._texts = values, tuple(labels), tuple(texts)
        scale = float(np.abs(values).max(initial=0.0)) or 1.0
        self._images = [to_qimage(color_levels(to_levels(each, scale))) for each in values]
        self.setAccessibleDescription("; ".join(texts))
        self.update()

    def slice_rects(self) -> list[QRectF]:
        """Return where the slices are that fit, in lines."""
        count = len(self._images)
        highest = _MAX_SIDE if count <= _FEW else _SMALL_SIDE
        side = min(max(self.height() - _LABEL_HEIGHT - 2, _MIN_SIDE), highest)
        across = max(side, self._widest_label()) + _GAP
        columns = max(1, (self.width() + _GAP) // across)
        lines = max(1, self.height() // (side + _LABEL_HEIGHT + 2))
        step = side + _LABEL_HEIGHT + 2
        places = [divmod(index, columns) for index in range(min(columns * lines, count))]
        return [QRectF(x * across, y * step + 1, side, side) for y, x in places]

    def _widest_label(self) -> int:
        """The width of the widest label, so that none reaches into the next one."""
        metrics = QFontMetrics(sized_font(self.font(), _LABEL_PX))
        return max(map(metrics.horizontalAdvance, self._labels), default=0)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(240, _MAX_SIDE + _LABEL_HEIGHT + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, _MIN_SIDE + _LABEL_HEIGHT + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme_colors.current()
        painter.setFont(sized_font(self.font(), _LABEL_PX))
        for rect, image, label in zip(self.slice_rects(), self._images, self._labels, strict=False):
            painter.drawImage(rect, image)
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawRect(rect)
            painter.setPen(QColor(colors.muted))
            painter.drawText(QPointF(rect.left(), rect.bottom() + _LABEL_HEIGHT - 3), label)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(
                event.globalPos(), wrap_tooltip(self._text_at(event.pos().toPointF()))
            )
            return True
        return super().event(event)

    def _text_at(self, point: QPointF) -> str:
        rects = self.slice_rects()
        return next(
            (text for rect, text in zip(rects, self._texts, strict=False) if rect.contains(point)),
            self.toolTip(),
        )
