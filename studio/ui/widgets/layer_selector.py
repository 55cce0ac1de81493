"""A diagram of a network in which a layer is chosen, with live images and probabilities."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.image_conversion import Pixels, to_qimage
from studio.ui.widgets.layer_diagram import LayerDiagram
from studio.ui.widgets.layer_geometry import Box, DiagramLayer, layout_wide_boxes
from studio.ui.widgets.layer_painter import fade, layer_color
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, draw_elided, transparent_pixmap

_MAX_NAME_WIDTH, _BAR_WIDTH, _BAR_HEIGHT = 110, 40, 6
_GAP, _LINES_WIDTH = 6, 20  # px, between name and bar, and of the lines from the last box


class LayerSelector(LayerDiagram):
    """Shows all layers; one is always selected, by a click or Left, Right, Home and End.

    `layer_selected` carries its index when the user selects another one. The sides of the boxes
    show images, the class names their probabilities.
    """

    layer_selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(captions=True, parent=parent)
        self._images: dict[int, QImage] = {}
        self._probabilities: NDArray[np.float32] | None = None
        self._name_width = 0
        self._painted: tuple[object, QPixmap] = (None, QPixmap())  # the boxes without images
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_layers(self, layers: Sequence[DiagramLayer]) -> None:
        self._images = {}
        super().set_layers(layers)
        self._selected = -1
        self.setAccessibleDescription("; ".join(layer.text for layer in layers))

    def set_outputs(self, names: Sequence[str]) -> None:
        super().set_outputs(names)
        self._measure_names()

    def set_selected(self, index: int) -> None:
        """Select a layer without `layer_selected`."""
        self._selected = index
        layer = self.selected()
        if layer is not None:
            position = f"Layer {index + 1} of {len(self.layers())}"
            self.setAccessibleDescription(f"{position}: {layer.text}")
        self.update()

    def set_images(self, images: Mapping[int, Pixels]) -> None:
        """Show images, uint8 [C, H, W], on the boxes of the layers with these indices."""
        self._images = {index: to_qimage(pixels) for index, pixels in images.items()}
        self.update()

    def visible_sides(self) -> list[int]:
        """Return the indices of the layers on whose boxes an image can be seen."""
        boxes = self.boxes()
        return [i for i, box in enumerate(boxes) if not (box.is_vector or box.is_covered)]

    def set_probabilities(self, probabilities: NDArray[np.float32] | None) -> None:
        """Show probabilities float32 [K] of the classes, or none."""
        self._probabilities = probabilities
        self.update()

    def output_names(self) -> Sequence[str]:
        """Return the lines beside the output: the class names, or the most probable ones."""
        names, probabilities = super().output_names(), self._probabilities
        if len(names) == len(self._outputs) or probabilities is None:
            return names
        most_probable = np.argsort(-probabilities, kind="stable")[: len(names) - 1]
        return (*(self._outputs[int(index)] for index in most_probable), names[-1])

    def probabilities_shown(self) -> list[float]:
        """Return the probabilities beside the names of `output_names`, empty without any."""
        if self._probabilities is None:
            return []
        shown = len(self.output_names())
        if shown == len(self._outputs):
            return [float(value) for value in self._probabilities]
        return [float(value) for value in np.sort(self._probabilities)[::-1][: shown - 1]]

    def _select(self, index: int) -> None:
        if index < 0 and self.layers():
            return  # one stays selected
        changed = index != self._selected
        self.set_selected(index)
        if changed and index >= 0:
            self.layer_selected.emit(index)

    def _lay_out(self, width: float, height: float) -> list[Box]:
        return layout_wide_boxes(self._layers, width, height)

    def _edge(self, index: int, box: Box) -> str | None:
        if index == self._selected:
            return theme_colors.current().accent
        return super()._edge(index, box)

    def _image_of(self, index: int, box: Box) -> QImage | None:
        if box.is_covered:
            return None
        return self._images.get(index, super()._image_of(index, box))

    def _measure_names(self) -> None:
        advance = self.fontMetrics().horizontalAdvance
        self._name_width = min(max(map(advance, self._outputs), default=0), _MAX_NAME_WIDTH)

    def _names_width(self) -> float:
        if not self._outputs:
            return 0.0
        return float(self._name_width + _LINES_WIDTH + _GAP + _BAR_WIDTH)

    def _paint_boxes(self, painter: QPainter, boxes: Sequence[Box]) -> None:
        """Paint the boxes from a pixmap, as only their images change while a pen moves."""
        ratio = self.devicePixelRatioF()
        look = theme_colors.current(), self.font().key(), self._stale, ratio
        key = self._layers, self.size(), self._names_width(), self._selected, self._hovered, look
        if self._painted[0] != key:
            pixmap = transparent_pixmap(self.size(), ratio)
            boxes_painter = QPainter(pixmap)
            boxes_painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            boxes_painter.setFont(self.font())
            super()._paint_boxes(boxes_painter, boxes)
            boxes_painter.end()
            self._painted = key, pixmap
        painter.drawPixmap(0, 0, self._painted[1])

    def _paint_names(self, painter: QPainter, output: Box) -> None:
        names, probabilities = self.output_names(), self.probabilities_shown()
        step = min(painter.fontMetrics().height() + 2.0, (self.height() - 4) / len(names))
        left = self.width() - self._names_width() + _LINES_WIDTH - 2
        total = step * len(names)
        top = max(0.0, min(output.middle[1] - total / 2, self.height() - total))
        best = int(np.argmax(probabilities)) if probabilities else -1
        start = QPointF(output.left + output.width, output.middle[1])
        for index, name in enumerate(names):
            probability = probabilities[index] if index < len(probabilities) else 0.0
            row = QRectF(left, top + step * index, self.width() - left, step)
            self._paint_name(painter, start, row, name, probability, index == best)

    def _paint_name(
        self,
        painter: QPainter,
        start: QPointF,
        row: QRectF,
        name: str,
        probability: float,
        is_best: bool,
    ) -> None:
        colors, middle = theme_colors.current(), row.center().y()
        line = colors.accent if is_best else fade(layer_color("output"), 0.3)
        painter.setPen(QPen(QColor(line), 1 + 2 * probability))
        painter.drawLine(start, QPointF(row.left() - 4, middle))
        painter.setPen(QColor(colors.text if is_best else colors.muted))
        width = row.width() - _BAR_WIDTH - _GAP
        draw_elided(painter, QRectF(row.left(), row.top(), width, row.height()), MIDDLE_LEFT, name)
        if probability <= 0:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.accent if is_best else colors.control_border))
        length = max(1.0, probability * (_BAR_WIDTH - 2))
        bar = QRectF(row.left() + width + _GAP, middle - _BAR_HEIGHT / 2, length, _BAR_HEIGHT)
        painter.drawRoundedRect(bar, min(2.0, length / 2), 2)

    # Qt

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 96)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure_names()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layer = self.layer_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and layer is not None:
            self._select(next(i for i, each in enumerate(self._layers) if each is layer))
        else:
            super().mousePressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QWidget.focusOutEvent(self, event)
