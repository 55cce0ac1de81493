"""A diagram of a network whose boxes have the proportions of its layers."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.image_conversion import Pixels, to_qimage
from studio.ui.widgets.layer_geometry import Box, DiagramLayer, layout_boxes
from studio.ui.widgets.layer_painter import (
    caption_text,
    fade,
    layer_color,
    outline,
    paint_box,
    paint_image,
)
from studio.ui.widgets.tooltip import wrap_tooltip

_CAPTION_HEIGHT = 20.0
_STALE_OPACITY = 0.3


class LayerDiagram(QWidget):
    """Shows the layers of a network from input to output; frozen layers are grey.

    Hovering over a box shows the description of its layer as a tooltip, as do Left, Right, Home
    and End; Escape hides it. With `captions`, output sizes are written below the boxes and the
    class names of `set_outputs` beside the last one. At least 160 x 48 px.
    """

    def __init__(self, captions: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._captions = captions
        self._layers: Sequence[DiagramLayer] = ()
        self._outputs: Sequence[str] = ()
        self._input: QImage | None = None
        self._hovered: DiagramLayer | None = None
        self._selected = -1  # index, selected with the keyboard
        self._stale = False
        self._laid_out: tuple[object, list[Box]] = (None, [])
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Layers of the network")

    def set_layers(self, layers: Sequence[DiagramLayer]) -> None:
        """Replace the layers."""
        self._layers, self._hovered = tuple(layers), None
        self._laid_out = None, []
        self._select(-1)

    def set_stale(self, stale: bool) -> None:
        """Paint the diagram pale while it does not show the current settings."""
        self._stale = stale
        self.update()

    def set_outputs(self, names: Sequence[str]) -> None:
        """Set the class names beside the output."""
        self._outputs = tuple(names)
        self.update()

    def set_input(self, pixels: Pixels | None) -> None:
        """Show an image, uint8 [C, H, W], on the input layer; None removes it."""
        self._input = None if pixels is None else to_qimage(pixels)
        self.update()

    def layers(self) -> tuple[DiagramLayer, ...]:
        """Return the layers, input first."""
        return tuple(self._layers)

    def output_names(self) -> Sequence[str]:
        """Return the lines beside the output: the class names, or some and the number of others."""
        max_lines = max(2, int((self.height() - 4) / self.fontMetrics().ascent()))
        if len(self._outputs) <= max_lines:
            return self._outputs
        return (*self._outputs[: max_lines - 1], f"and {len(self._outputs) - max_lines + 1:,} more")

    def selected(self) -> DiagramLayer | None:
        """Return the layer selected with the keyboard, if any."""
        return self._layers[self._selected] if self._selected >= 0 else None

    def _select(self, index: int) -> None:
        """Select a layer and show its tooltip; -1 selects none."""
        self._selected = index
        layer = self.selected()
        if layer is None:
            self.setAccessibleDescription("; ".join(layer.text for layer in self._layers))
            QToolTip.hideText()
        else:
            position = f"Layer {index + 1} of {len(self._layers)}"
            self.setAccessibleDescription(f"{position}: {layer.text}")
            box = self.boxes()[index]
            below = QPoint(round(box.left), round(box.top + box.height))
            QToolTip.showText(self.mapToGlobal(below), wrap_tooltip(layer.text), self)
        self.update()

    def layer_at(self, point: QPointF) -> DiagramLayer | None:
        """Return the layer whose box is at a point in widget coordinates, if any."""
        for box in reversed(self.boxes()):
            if outline(box).containsPoint(point, Qt.FillRule.WindingFill):
                return box.layer
        return None

    def boxes(self) -> list[Box]:
        """Return the boxes of the layers in widget coordinates."""
        area = self._area()
        key = area.getRect()
        if self._laid_out[0] != key:  # the same ones are painted many times per second
            boxes = self._lay_out(area.width(), area.height())
            left, top = area.left(), area.top()
            moved = [replace(box, left=box.left + left, top=box.top + top) for box in boxes]
            self._laid_out = key, moved
        return list(self._laid_out[1])

    def _lay_out(self, width: float, height: float) -> list[Box]:
        return layout_boxes(self._layers, width, height)

    def _area(self) -> QRectF:
        below = _CAPTION_HEIGHT if self._captions else 0.0
        return QRectF(self.rect()).adjusted(2, 2, -2 - self._names_width(), -2 - below)

    def _names_width(self) -> float:
        if not (self._captions and self._outputs):
            return 0.0
        widest = max(self.fontMetrics().horizontalAdvance(name) for name in self.output_names())
        return float(min(widest, 120) + 24)

    def _paint_names(self, painter: QPainter, output: Box) -> None:
        names = self.output_names()
        step = min(painter.fontMetrics().height() + 2.0, (self.height() - 4) / len(names))
        left = output.left + output.width + 16
        total = step * len(names)
        top = max(0.0, min(output.middle[1] - total / 2, self.height() - total))
        for index, name in enumerate(names):
            middle = top + step * (index + 0.5)
            painter.setPen(QPen(fade(layer_color("output"), 0.5), 1))
            start = QPointF(output.left + output.width, output.middle[1])
            painter.drawLine(start, QPointF(left - 4, middle))
            painter.setPen(QColor(theme_colors.current().muted))
            box = QRectF(left, middle - step / 2, self.width() - left, step)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_captions(self, painter: QPainter, boxes: Sequence[Box]) -> None:
        """Paint sizes below the boxes if there is room, once for neighbors of the same size."""
        painter.setPen(QColor(theme_colors.current().muted))
        named = [box for box in boxes if box.layer.kind in ("input", "conv", "linear", "output")]
        min_left = 0.0
        for text, group in groupby(named, caption_text):
            members = list(group)
            first, last = members[0], members[-1]
            width = painter.fontMetrics().horizontalAdvance(text)
            middle = (first.left + last.left + last.width + last.slant) / 2
            left = min(max(middle - width / 2, min_left), self.width() - width)
            if not min_left <= left < middle:
                continue
            row = QRectF(left, self.height() - _CAPTION_HEIGHT, width + 1, _CAPTION_HEIGHT)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, text)
            min_left = left + width + 8

    def _paint_boxes(self, painter: QPainter, boxes: Sequence[Box]) -> None:
        """Paint the boxes without images, and their captions."""
        for index, box in enumerate(boxes):
            paint_box(painter, box, self._edge(index, box))
        if self._captions:
            self._paint_captions(painter, boxes)

    def _edge(self, index: int, box: Box) -> str | None:
        """Return the color of the edge of a box that is marked."""
        marked = box.layer is self._hovered or index == self._selected
        return theme_colors.current().text if marked else None

    def _image_of(self, index: int, box: Box) -> QImage | None:
        """Return the image on the side of a box."""
        return self._input if box.layer.kind == "input" else None

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(320, 220 if self._captions else 72)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(_STALE_OPACITY if self._stale else 1.0)
        boxes = self.boxes()
        if self._captions and self._outputs and boxes:
            self._paint_names(painter, boxes[-1])
        self._paint_boxes(painter, boxes)
        for index, box in enumerate(boxes):
            image = self._image_of(index, box)
            if image is not None:
                paint_image(painter, box, image)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme_colors.current().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last, now = len(self._layers) - 1, self._selected
        moves = {
            Qt.Key.Key_Left: max(now - 1, 0),
            Qt.Key.Key_Right: min(now + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in moves and self._layers:
            self._select(moves[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and now >= 0:
            self._select(-1)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._selected >= 0:
            self._select(-1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self.layer_at(event.position())
        if hovered is not self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            layer = self.layer_at(QPointF(event.pos()))
            text = wrap_tooltip(layer.text if layer else self.toolTip())
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)
