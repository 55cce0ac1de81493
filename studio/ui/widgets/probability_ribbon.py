"""Probabilities over epochs as stacked areas, with the classes named at their end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import MIDDLE_LEFT, MIDDLE_RIGHT

MOST_CLASSES = 6  # with a color of their own
OTHERS = "others"

LEFT_PX, TOP_PX, BOTTOM_PX, MAX_LABEL_PX = 52, 8, 24, 120
SWATCH_PX, LABEL_HEIGHT_PX, MIN_TICK_PX = 24, 16, 28


@dataclass(frozen=True)
class Band:
    """One stacked area: the name of its classes and their probabilities float64 [E]."""

    name: str
    probabilities: NDArray[np.float64]


def make_bands(class_names: Sequence[str], probabilities: NDArray[np.floating]) -> list[Band]:
    """Return the classes of probabilities [E, K] to show, the one predicted last first.

    Those that were ever most probable come before others; what remains is one band, if anything.
    """
    final = probabilities[-1]
    was_first = np.bincount(probabilities.argmax(1), minlength=len(class_names)) > 0
    importance = np.where(was_first, 2, 0) + probabilities.max(0)
    shown = np.argsort(-importance, kind="stable")[:MOST_CLASSES]
    shown = shown[np.argsort(-final[shown], kind="stable")]
    values = np.asarray(probabilities, np.float64)
    bands = [Band(class_names[index], values[:, index]) for index in shown]
    if len(class_names) > len(shown):
        rest = np.delete(values, shown, axis=1).sum(1)
        bands.append(Band(OTHERS, rest))
    return bands


# An epoch by its number, or a point by its name, such as "now".
Point = int | str


class ProbabilityRibbon(QWidget):
    """Shows probabilities of E epochs; `index_chosen` carries the epoch that the mouse points at.

    Epochs are equally far from each other, whatever their numbers. A point with a name, which is no
    epoch yet, is set off by a dashed line.
    """

    index_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("probability_ribbon")
        self.setAccessibleName("Probabilities over epochs")
        self.setToolTip("The probability of each class after each kept epoch. Click to choose one")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._epochs: list[Point] = []
        self._bands: list[Band] = []
        self._index = 0

    def epochs(self) -> list[Point]:
        """Return the epochs shown."""
        return list(self._epochs)

    def values(self) -> dict[str, NDArray[np.float64]]:
        """Return the probabilities [E] of each band by its name."""
        return {band.name: band.probabilities for band in self._bands}

    def index(self) -> int:
        """Return the position of the marker among the epochs."""
        return self._index

    def set_values(
        self,
        epochs: Sequence[Point],
        class_names: Sequence[str],
        probabilities: NDArray[np.floating],
    ) -> None:
        """Show probabilities [E, K], of at least one epoch and class."""
        self._epochs = list(epochs)
        self._bands = make_bands(class_names, probabilities)
        self._index = min(self._index, len(epochs) - 1)
        self.update()

    def clear_values(self, epochs: Sequence[Point] = ()) -> None:
        """Show only the axis of these epochs."""
        self._epochs, self._bands = list(epochs), []
        self.update()

    def set_index(self, index: int) -> None:
        """Move the marker to an epoch, by its position."""
        self._index = index
        self._describe()
        self.update()

    def image(self) -> QImage:
        """Return what is shown as an image, on the surface color of the theme."""
        image = QImage(self.size() * self.devicePixelRatio(), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.devicePixelRatio())
        image.fill(QColor(theme_colors.current().surface))
        painter = QPainter(image)
        self._paint(painter)
        painter.end()
        return image

    def _describe(self) -> None:
        if not self._bands or self._index >= len(self._epochs):
            self.setAccessibleDescription("")
            return
        said = sorted(
            ((band.probabilities[self._index], band.name) for band in self._bands), reverse=True
        )
        text = ", ".join(f"{name} {100 * p:.0f} %" for p, name in said[:3])
        point = self._epochs[self._index]
        name = point.capitalize() if isinstance(point, str) else f"Epoch {point}"
        self.setAccessibleDescription(f"{name}: {text}")

    def _plot(self) -> QRectF:
        metrics = QFontMetricsF(self.font())
        names = [metrics.horizontalAdvance(band.name) for band in self._bands]
        label = SWATCH_PX + min(max(names, default=0) + 2, MAX_LABEL_PX, self.width() / 4)
        rect = QRectF(self.rect()).adjusted(LEFT_PX, TOP_PX, -label, -BOTTOM_PX)
        return rect if rect.width() > 40 and rect.height() > 40 else QRectF()

    def _x(self, plot: QRectF, index: int) -> float:
        steps = len(self._epochs) - 1
        return plot.left() + (plot.width() * index / steps if steps else plot.width() / 2)

    def _index_at(self, x: float) -> int:
        plot, steps = self._plot(), len(self._epochs) - 1
        if not steps or plot.isEmpty():
            return 0
        return min(max(round((x - plot.left()) / plot.width() * steps), 0), steps)

    def _paint_bands(self, painter: QPainter, plot: QRectF) -> None:
        lower = np.zeros(len(self._epochs))
        for number, band in enumerate(self._bands):
            upper = np.minimum(lower + band.probabilities, 1.0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_color(number, band.name))
            painter.drawPolygon(self._area(plot, lower, upper))
            lower = upper

    def _area(
        self, plot: QRectF, lower: NDArray[np.float64], upper: NDArray[np.float64]
    ) -> QPolygonF:
        if len(self._epochs) == 1:
            xs, lower, upper = [plot.left(), plot.right()], lower.repeat(2), upper.repeat(2)
        else:
            xs = [self._x(plot, index) for index in range(len(self._epochs))]
        height, bottom = plot.height(), plot.bottom()
        above = [QPointF(x, bottom - height * y) for x, y in zip(xs, upper, strict=True)]
        below = [QPointF(x, bottom - height * y) for x, y in zip(xs, lower, strict=True)]
        return QPolygonF([*above, *reversed(below)])

    def _paint_labels(self, painter: QPainter, plot: QRectF) -> None:
        """Name each band at the right end, below one another where ends are close."""
        metrics, end = QFontMetricsF(self.font()), 0.0
        places = []
        for number, band in enumerate(self._bands):
            probability = float(band.probabilities[-1])
            places.append([plot.bottom() - plot.height() * (end + probability / 2), number])
            end += probability
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for y, number in _spread(places, plot.top(), plot.bottom()):
            band = self._bands[number]
            top = y - LABEL_HEIGHT_PX / 2
            swatch = QRectF(plot.right() + 8, y - 4, 8, 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_color(number, band.name))
            painter.drawRoundedRect(swatch, 2, 2)
            box = QRectF(swatch.right() + 6, top, self.width() - swatch.right() - 6, 16)
            painter.setPen(QColor(theme_colors.current().text if number == 0 else _muted()))
            name = metrics.elidedText(band.name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, MIDDLE_LEFT, name)

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        colors = theme_colors.current()
        for percent in (0, 50, 100):
            y = plot.bottom() - plot.height() * percent / 100
            painter.setPen(QColor(colors.border))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(colors.muted))
            box = QRectF(0, y - 8, LEFT_PX - 6, 16)
            painter.drawText(box, MIDDLE_RIGHT, f"{percent} %")
        for index in self._ticks(plot):
            box = QRectF(self._x(plot, index) - 24, plot.bottom() + 4, 48, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self._epochs[index]))

    def _ticks(self, plot: QRectF) -> list[int]:
        """The epochs with room for their number: the last one, and others far enough apart."""
        final = len(self._epochs) - 1
        ticks, end = [], self._x(plot, final)
        last = -float(MIN_TICK_PX)
        for index in range(final):
            x = self._x(plot, index)
            if x - last >= MIN_TICK_PX and end - x >= MIN_TICK_PX:
                ticks.append(index)
                last = x
        return [*ticks, final]

    def _paint_named(self, painter: QPainter, plot: QRectF) -> None:
        """Set off points that are no epochs with a dashed line before each."""
        pen = QPen(QColor(theme_colors.current().surface), 2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        for index, point in enumerate(self._epochs):
            if isinstance(point, str) and index:
                x = (self._x(plot, index - 1) + self._x(plot, index)) / 2
                painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_marker(self, painter: QPainter, plot: QRectF) -> None:
        colors, x = theme_colors.current(), self._x(plot, self._index)
        painter.setPen(QColor(colors.background))
        painter.setBrush(QColor(colors.text))
        painter.drawRect(QRectF(x - 1.5, plot.top() - 1, 3, plot.height() + 2))
        painter.setPen(Qt.PenStyle.NoPen)
        top = plot.top() - 2
        head = [QPointF(x - 5, top - 5), QPointF(x + 5, top - 5), QPointF(x, top + 2)]
        painter.drawPolygon(QPolygonF(head))

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._epochs:
            self.index_chosen.emit(self._index_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._epochs:
            self.index_chosen.emit(self._index_at(event.position().x()))

    def sizeHint(self) -> QSize:
        return QSize(480, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._paint(QPainter(self))

    def _paint(self, painter: QPainter) -> None:
        plot = self._plot()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if plot.isEmpty() or not self._epochs:
            return
        self._paint_axes(painter, plot)
        if self._bands:
            self._paint_bands(painter, plot)
            self._paint_named(painter, plot)
            self._paint_labels(painter, plot)
            self._paint_marker(painter, plot)


def _color(number: int, name: str) -> QColor:
    colors = theme_colors.current()
    return QColor(colors.pressed if name == OTHERS else colors.series[number % len(colors.series)])


def _muted() -> str:
    return theme_colors.current().muted


def _spread(places: list[list[float]], top: float, bottom: float) -> list[tuple[float, int]]:
    """Move labels (y, number), ordered from the bottom up, apart so that none covers another."""
    limit = bottom - LABEL_HEIGHT_PX / 2
    for place in places:
        place[0] = min(place[0], limit)
        limit = place[0] - LABEL_HEIGHT_PX
    lowest = top + LABEL_HEIGHT_PX / 2
    for place in reversed(places):  # where they do not fit below the top
        place[0] = max(place[0], lowest)
        lowest = place[0] + LABEL_HEIGHT_PX
    return [(place[0], int(place[1])) for place in places]
