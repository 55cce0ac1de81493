"""A network drawn as boxes whose sizes are those of its layers."""

from collections.abc import Sequence
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
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.image_conversion import Pixels, to_qimage
from studio.ui.widgets.layer_geometry import Box, DiagramLayer, place
from studio.ui.widgets.tooltip import wrap_tooltip

__all__ = ["DiagramLayer", "LayerDiagram"]

_CAPTION = 20.0
_PALE = 0.3


class LayerDiagram(QWidget):
    """Boxes from input to output, grey where nothing is learned; the mouse over one tells about it.

    So do the keys: Left, Right, Home and End select a layer, Escape none. With `captions` sizes
    stand under the boxes, and the names of `set_outputs` beside the last.
    """

    def __init__(self, captions: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._captions = captions
        self._slabs: Sequence[DiagramLayer] = ()
        self._outputs: Sequence[str] = ()
        self._input: QImage | None = None
        self._hovered: DiagramLayer | None = None
        self._selected = -1  # by the keys
        self._stale = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Layers of the network")

    def set_layers(self, slabs: Sequence[DiagramLayer]) -> None:
        """Show these layers."""
        self._slabs, self._hovered = tuple(slabs), None
        self._select(-1)

    def set_stale(self, stale: bool) -> None:
        """Pale while what is shown is no longer what is meant."""
        self._stale = stale
        self.update()

    def set_outputs(self, names: Sequence[str]) -> None:
        """Write these class names beside the output."""
        self._outputs = tuple(names)
        self.update()

    def set_input(self, pixels: Pixels | None) -> None:
        """Show a picture, uint8 [C, H, W], on the input; None for none."""
        self._input = None if pixels is None else to_qimage(pixels)
        self.update()

    def layers(self) -> tuple[DiagramLayer, ...]:
        """The layers shown, input first."""
        return tuple(self._slabs)

    def output_names(self) -> Sequence[str]:
        """The lines beside the output: as many names as can be read, the last counts the others."""
        most = max(2, int((self.height() - 4) / self.fontMetrics().ascent()))
        if len(self._outputs) <= most:
            return self._outputs
        return (*self._outputs[: most - 1], f"and {len(self._outputs) - most + 1:,} more")

    def selected(self) -> DiagramLayer | None:
        """The layer that the keys selected."""
        return self._slabs[self._selected] if self._selected >= 0 else None

    def _select(self, place: int) -> None:
        """Mark a layer and tell about it as the mouse would; -1 marks none."""
        self._selected = place
        slab = self.selected()
        if slab is None:
            self.setAccessibleDescription("; ".join(slab.text for slab in self._slabs))
            QToolTip.hideText()
        else:
            where = f"Layer {place + 1} of {len(self._slabs)}"
            self.setAccessibleDescription(f"{where}: {slab.text}")
            box = self._boxes()[place]
            below = QPoint(round(box.left), round(box.top + box.height))
            QToolTip.showText(self.mapToGlobal(below), wrap_tooltip(slab.text), self)
        self.update()

    def layer_at(self, point: QPointF) -> DiagramLayer | None:
        """The layer whose box is under `point`, in widget coordinates."""
        for box in reversed(self._boxes()):
            if body(box).containsPoint(point, Qt.FillRule.WindingFill):
                return box.slab
        return None

    def _boxes(self) -> list[Box]:
        area = self._area()
        boxes = place(self._slabs, area.width(), area.height())
        return [
            Box(b.slab, b.left + area.left(), b.top + area.top(), b.width, b.height) for b in boxes
        ]

    def _area(self) -> QRectF:
        below = _CAPTION if self._captions else 0.0
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
        for place_, name in enumerate(names):
            middle = top + step * (place_ + 0.5)
            painter.setPen(QPen(_faded(_color("output"), 0.5), 1))
            start = QPointF(output.left + output.width, output.middle[1])
            painter.drawLine(start, QPointF(left - 4, middle))
            painter.setPen(QColor(theme_colors.current().muted))
            box = QRectF(left, middle - step / 2, self.width() - left, step)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_captions(self, painter: QPainter, boxes: Sequence[Box]) -> None:
        """Write sizes under the boxes where there is room, once for neighbours of the same size."""
        painter.setPen(QColor(theme_colors.current().muted))
        named = [box for box in boxes if box.slab.kind != "pool"]
        free_from = 0.0
        for text, group in groupby(named, _caption):
            first, *_, last = [*group] * 2
            width = painter.fontMetrics().horizontalAdvance(text)
            middle = (first.left + last.left + last.width + last.slant) / 2
            left = min(max(middle - width / 2, free_from), self.width() - width)
            if not free_from <= left < middle:
                continue
            row = QRectF(left, self.height() - _CAPTION, width + 1, _CAPTION)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, text)
            free_from = left + width + 8

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(320, 220 if self._captions else 72)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 48)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(_PALE if self._stale else 1.0)
        boxes = self._boxes()
        if self._captions and self._outputs and boxes:
            self._paint_names(painter, boxes[-1])
        for place_, box in enumerate(boxes):
            paint_box(painter, box, box.slab is self._hovered or place_ == self._selected)
            if box.slab.kind == "input" and self._input is not None:
                _paint_picture(painter, box, self._input)
        if self._captions:
            self._paint_captions(painter, boxes)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme_colors.current().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last, now = len(self._slabs) - 1, self._selected
        moves = {
            Qt.Key.Key_Left: max(now - 1, 0),
            Qt.Key.Key_Right: min(now + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() in moves and self._slabs:
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
            slab = self.layer_at(QPointF(event.pos()))
            text = wrap_tooltip(slab.text if slab else self.toolTip())
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


def body(box: Box) -> QPolygonF:
    """The outline of a box's whole body."""
    x, y, w, h, dx, dy = box.left, box.top, box.width, box.height, box.slant, box.rise
    back = [(x, y), (x + dx, y - dy), (x + dx + w, y - dy), (x + dx + w, y + h - dy)]
    return QPolygonF([QPointF(*corner) for corner in [*back, (x + w, y + h), (x, y + h)]])


def paint_box(painter: QPainter, box: Box, hovered: bool) -> None:
    """Paint one box: front, top and the side that faces the next layer."""
    color = _color("input" if box.slab.frozen else box.slab.kind)
    edge = QColor(theme_colors.current().text if hovered else color)
    painter.setPen(QPen(edge, 1.5 if hovered else 1))
    x, y, w, h, dx, dy = box.left, box.top, box.width, box.height, box.slant, box.rise
    painter.setBrush(_faded(color, 0.85))
    painter.drawRect(QRectF(x, y, w, h))
    if box.is_vector:
        return
    painter.setBrush(_faded(color, 0.35))
    painter.drawPolygon(
        [QPointF(x, y), QPointF(x + dx, y - dy), QPointF(x + dx + w, y - dy), QPointF(x + w, y)]
    )
    painter.setBrush(_faded(color, 0.18))
    painter.drawPolygon(_side(box, 0, 1))
    if box.slab.kernel and h > 16:
        painter.setBrush(_faded(color, 0.9))
        size = min(1.0, box.slab.kernel / box.slab.side)
        painter.drawPolygon(_side(box, 0.5 - size / 2, 0.5 + size / 2))


def _paint_picture(painter: QPainter, box: Box, picture: QImage) -> None:
    """Lay a picture on the side that faces the first layer."""
    corners = QPolygonF(QRectF(0, 0, picture.width(), picture.height()))
    corners.removeLast()  # QRectF closes its outline
    transform = QTransform()
    if QTransform.quadToQuad(corners, _side(box, 0, 1), transform):
        painter.save()
        painter.setTransform(transform, True)
        painter.drawImage(0, 0, picture)
        painter.restore()


def _side(box: Box, low: float, high: float) -> QPolygonF:
    """The part low..high (both ways, 0..1) of the side that faces right."""
    x, y, h = box.left + box.width, box.top, box.height

    def at(along: float, down: float) -> QPointF:
        return QPointF(x + along * box.slant, y + down * h - along * box.rise)

    return QPolygonF([at(low, low), at(high, low), at(high, high), at(low, high)])


def _caption(box: Box) -> str:
    slab = box.slab
    return f"{slab.depth}" if box.is_vector else f"{slab.depth} × {slab.side}²"


def _color(kind: str) -> QColor:
    colors = theme_colors.current()
    series = {"input": colors.muted, "conv": colors.series[0], "pool": colors.series[1]}
    return QColor(series.get(kind, colors.series[2]))


def _faded(color: QColor, share: float) -> QColor:
    """`color` mixed into the surface, so that boxes hide what is behind them."""
    back = QColor(theme_colors.current().surface)

    def mix(front: int, behind: int) -> int:
        return round(share * front + (1 - share) * behind)

    return QColor(
        mix(color.red(), back.red()),
        mix(color.green(), back.green()),
        mix(color.blue(), back.blue()),
    )
