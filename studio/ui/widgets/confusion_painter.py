"""Draws a confusion matrix: cells, labels, marks and the line under it."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import confusion_colors, theme_colors
from studio.ui.widgets.cell_texts import Matrix, Percent, Texts
from studio.ui.widgets.confusion_geometry import FOOTER, LABEL_GAP, TITLE, MatrixGeometry

Cell = tuple[int, int]
LEGEND_WIDTH = 72
LEGEND_HEIGHT = 8
LEGEND_GAP = 8


def matrix_pixmap(
    widget: QWidget,
    place: MatrixGeometry,
    matrix: Matrix,
    names: Sequence[str],
    by_share: bool,
    numbers: tuple[QFont, Texts],
) -> QPixmap:
    """The still part of the view: it changes only with the data, the size and the theme."""
    ratio = widget.devicePixelRatioF()
    picture = QPixmap(widget.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setFont(widget.font())
    fills = confusion_colors.cell_colors(matrix, by_share, theme_colors.current())
    _draw_cells(painter, place, fills)
    _draw_numbers(painter, place, fills, *numbers)
    _draw_labels(painter, place, names)
    _draw_titles(painter, place)
    painter.end()
    return picture


def draw_marks(
    painter: QPainter,
    place: MatrixGeometry,
    selected: Cell | None,
    hovered: Cell | None,
    cursor: Cell | None,
) -> None:
    """Ring the hovered, the selected and the keyboard's cell, and lead the eye to its labels."""
    colors = theme_colors.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if hovered is not None:
        _ring(painter, place, hovered, QPen(QColor(colors.text), 1))
    if cursor is not None and cursor != selected:
        _ring(painter, place, cursor, QPen(QColor(colors.accent), 2, Qt.PenStyle.DotLine))
    if selected is not None:
        _ring(painter, place, selected, QPen(QColor(colors.text), 2.5))


def draw_footer(
    painter: QPainter, place: MatrixGeometry, words: str, ends: tuple[str, str]
) -> None:
    """Write what the hovered cell means, and what the colours do between `legend_ends`."""
    colors = theme_colors.current()
    left = place.left - LABEL_GAP - place.row_label_width
    # A small matrix is narrower than the words about it.
    right_edge = min(painter.viewport().width() - 1, max(place.area.right(), left + 360))
    line = QRect(left, place.area.bottom() + 8, right_edge - left, FOOTER - 8)
    painter.setPen(QColor(colors.muted))
    legend = _legend_width(painter.fontMetrics(), *ends)
    if painter.fontMetrics().horizontalAdvance(words) + 16 > line.width() - legend:
        legend = 0  # what a cell means matters more than what the colours do
    if legend:
        _draw_legend(painter, line, *ends)
    line.setWidth(line.width() - legend)
    text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def legend_hint(matrix: Matrix) -> str:
    """What the footer says while no cell is under the pointer."""
    wrong = int(matrix.sum() - np.trace(matrix))
    return "Click a cell to see its samples" if wrong else "Every sample lies on the diagonal"


def _draw_cells(painter: QPainter, place: MatrixGeometry, fills: confusion_colors.Colors) -> None:
    count = place.count
    pixels = np.ascontiguousarray(fills)
    image = QImage(pixels.data, count, count, 3 * count, QImage.Format.Format_RGB888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(place.area, image)
    colors = theme_colors.current()
    painter.setPen(QPen(QColor(colors.surface), 2 if place.cell >= 20 else 1))
    if place.cell >= 7:  # smaller cells would be all gap
        for i in range(1, count):
            offset = i * place.cell
            painter.drawLine(
                place.left + offset, place.top, place.left + offset, place.area.bottom()
            )
            painter.drawLine(place.left, place.top + offset, place.area.right(), place.top + offset)
    painter.setPen(QPen(QColor(colors.border), 1))
    painter.drawRect(place.area)


def _draw_numbers(
    painter: QPainter,
    place: MatrixGeometry,
    fills: confusion_colors.Colors,
    font: QFont,
    texts: Texts,
) -> None:
    painter.save()
    painter.setFont(font)
    dark = confusion_colors.dark_ink_on(fills)
    for (row, column), text in texts.items():
        painter.setPen(Qt.GlobalColor.black if dark[row, column] else Qt.GlobalColor.white)
        painter.drawText(place.cell_rect(row, column), Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _draw_labels(painter: QPainter, place: MatrixGeometry, names: Sequence[str]) -> None:
    painter.setPen(QColor(theme_colors.current().text))
    metrics = painter.fontMetrics()
    for i in range(0, place.count, place.label_step):
        name = metrics.elidedText(names[i], Qt.TextElideMode.ElideRight, place.row_label_width + 1)
        middle = i * place.cell + place.cell // 2
        row = QRect(
            place.left - LABEL_GAP - place.row_label_width,
            place.top + middle - metrics.height() // 2,
            place.row_label_width,
            metrics.height(),
        )
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, name)
        _draw_column_label(painter, place, middle, name)


def _draw_column_label(painter: QPainter, place: MatrixGeometry, middle: int, name: str) -> None:
    height = painter.fontMetrics().height()
    bottom = place.top - LABEL_GAP + 2
    if not place.turned:
        spot = QRect(place.left + middle - 200, bottom - height, 400, height)
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, name)
        return
    painter.save()
    painter.translate(place.left + middle, bottom)
    painter.rotate(-90)
    spot = QRect(0, -height // 2, place.column_label_height, height)
    painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
    painter.restore()


def _draw_titles(painter: QPainter, place: MatrixGeometry) -> None:
    painter.setPen(QColor(theme_colors.current().muted))
    top = QRect(place.left, 0, place.side, TITLE)
    painter.drawText(top, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, "Read as")
    painter.save()
    edge = place.left - LABEL_GAP - place.row_label_width - TITLE
    painter.translate(edge, place.top + place.side)
    painter.rotate(-90)
    side = QRect(0, 0, place.side, TITLE)
    painter.drawText(side, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, "True")
    painter.restore()


def _ring(painter: QPainter, place: MatrixGeometry, cell: Cell, pen: QPen) -> None:
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = pen.widthF() / 2
    box = QRectF(place.cell_rect(*cell)).adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(box, 2, 2)


def legend_ends(matrix: Matrix, by_share: bool, percent: Percent) -> tuple[str, str]:
    """The words at both ends of the colour ramp; empty when there is no mistake to colour."""
    values = confusion_colors.shares(matrix) if by_share else matrix
    largest = float(np.where(np.eye(len(matrix), dtype=bool), 0, values).max(initial=0))
    if largest <= 0:
        return "", ""
    return (percent(0, 1), percent(largest, 1)) if by_share else ("1", f"{int(largest):,}")


def _legend_width(metrics: QFontMetrics, first: str, last: str) -> int:
    if not last:
        return 0
    return metrics.horizontalAdvance(first + last) + LEGEND_WIDTH + 2 * LEGEND_GAP


def _draw_legend(painter: QPainter, line: QRect, first: str, last: str) -> None:
    """Draw the colour ramp of the mistakes between its two ends, at the right."""
    metrics, middle = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
    painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, last)
    right = line.right() - metrics.horizontalAdvance(last) - LEGEND_GAP
    ramp = np.ascontiguousarray(confusion_colors.mistake_ramp(theme_colors.current(), LEGEND_WIDTH))
    image = QImage(ramp.data, LEGEND_WIDTH, 1, 3 * LEGEND_WIDTH, QImage.Format.Format_RGB888)
    top = line.center().y() - LEGEND_HEIGHT // 2 + 1
    painter.drawImage(QRect(right - LEGEND_WIDTH, top, LEGEND_WIDTH, LEGEND_HEIGHT), image)
    line = line.adjusted(0, 0, right - LEGEND_WIDTH - LEGEND_GAP - line.right(), 0)
    painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, first)
