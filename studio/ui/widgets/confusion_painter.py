"""Painting of a confusion matrix: cells, numbers, labels, markers and the line below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from studio.ui.widgets import confusion_colors, theme_colors
from studio.ui.widgets.confusion_geometry import (
    FOOTER_HEIGHT,
    LABEL_GAP,
    TITLE_HEIGHT,
    MatrixGeometry,
)
from studio.ui.widgets.paint_helpers import (
    MIDDLE_LEFT,
    MIDDLE_RIGHT,
    sized_font,
    transparent_pixmap,
)

Cell = tuple[int, int]
Matrix = npt.NDArray[np.int64]
CellTexts = dict[Cell, str]
FormatPercent = Callable[[float, int], str]  # a fraction and the number of decimals

_LEGEND_WIDTH, _LEGEND_HEIGHT, _LEGEND_GAP = 72, 8, 8
_FONT_SIZES = (13, 12, 11, 10, 9)  # smaller digits are not legible
_CELL_MARGIN = 3


@dataclass(frozen=True, eq=False)
class MatrixContent:
    """What a matrix shows: counts [true, predicted] and class names, in the order shown."""

    counts: Matrix
    names: Sequence[str]
    unit: confusion_colors.Unit = "count"
    hides_diagonal: bool = False

    def cells_with_text(self) -> list[Cell]:
        """The cells whose value is shown: those that are not 0, and not hidden."""
        shown = self.counts != 0
        if self.hides_diagonal:
            shown &= ~np.eye(len(self.counts), dtype=bool)
        return [(int(row), int(column)) for row, column in np.argwhere(shown)]


def fit_cell_texts(
    content: MatrixContent, percent: FormatPercent, cell: int, base: QFont
) -> tuple[QFont, CellTexts]:
    """Return the texts of all cells that are not 0, and a font with which they fit.

    Thousands are abbreviated if the whole number does not fit into `cell` pixels. If nothing fits
    there are no texts.
    """
    is_count = content.unit == "count"
    versions = _count_texts(content) if is_count else _percent_texts(content, percent)
    for texts in versions:
        for size_px in _FONT_SIZES:
            font = sized_font(base, size_px)
            if _fits(QFontMetrics(font), texts, cell - _CELL_MARGIN):
                return font, texts
    return base, {}


def _fits(metrics: QFontMetrics, texts: CellTexts, side: int) -> bool:
    widest = max(map(metrics.horizontalAdvance, set(texts.values())), default=0)
    return widest <= side and metrics.ascent() <= side


def _count_texts(content: MatrixContent) -> tuple[CellTexts, CellTexts]:
    counts = {cell: int(content.counts[cell]) for cell in content.cells_with_text()}
    short = {cell: f"{n / 1000:.0f}k" if n >= 1000 else str(n) for cell, n in counts.items()}
    return {cell: str(count) for cell, count in counts.items()}, short


def _percent_texts(content: MatrixContent, percent: FormatPercent) -> tuple[CellTexts, CellTexts]:
    """Return percentages without a percent sign, which the legend has."""
    rates = confusion_colors.cell_values(content.counts, content.unit)

    def text(rate: float, decimals: int) -> str:
        return percent(rate, decimals).removesuffix("%").strip()

    nonzero = {cell: float(rates[cell]) for cell in content.cells_with_text()}
    full = {cell: text(rate, 0 if rate >= 0.1 else 1) for cell, rate in nonzero.items()}
    return full, {cell: text(rate, 0) for cell, rate in nonzero.items()}


def matrix_pixmap(
    widget: QWidget,
    geometry: MatrixGeometry,
    content: MatrixContent,
    texts: tuple[QFont, CellTexts],
) -> QPixmap:
    """Paint everything that changes only with the data, the size and the theme."""
    pixmap = transparent_pixmap(widget.size(), widget.devicePixelRatioF())
    painter = QPainter(pixmap)
    painter.setFont(widget.font())
    fills = confusion_colors.cell_colors(
        content.counts, content.unit, theme_colors.current(), content.hides_diagonal
    )
    _paint_cells(painter, geometry, fills)
    _paint_cell_texts(painter, geometry, fills, *texts)
    _paint_labels(painter, geometry, content.names)
    _paint_titles(painter, geometry)
    painter.end()
    return pixmap


def paint_markers(
    painter: QPainter,
    geometry: MatrixGeometry,
    selected: Cell | None,
    hovered: Cell | None,
    cursor: Cell | None,
) -> None:
    """Outline the hovered and the selected cell and that of the keyboard cursor."""
    colors = theme_colors.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if hovered is not None:
        _paint_outline(painter, geometry, hovered, QPen(QColor(colors.text), 1))
    if cursor is not None and cursor != selected:
        pen = QPen(QColor(colors.accent), 2, Qt.PenStyle.DotLine)
        _paint_outline(painter, geometry, cursor, pen)
    if selected is not None:
        _paint_outline(painter, geometry, selected, QPen(QColor(colors.text), 2.5))


def paint_footer(
    painter: QPainter, geometry: MatrixGeometry, text: str, ends: tuple[str, str]
) -> None:
    """Paint the line below the matrix: a text at the left, the color legend at the right."""
    left = geometry.left - LABEL_GAP - geometry.row_label_width
    # A small matrix is narrower than the text below it.
    right = min(painter.viewport().width() - 1, max(geometry.area.right(), left + 360))
    line = QRect(left, geometry.area.bottom() + 8, right - left, FOOTER_HEIGHT - 8)
    painter.setPen(QColor(theme_colors.current().muted))
    metrics = painter.fontMetrics()
    legend = _legend_width(metrics, *ends)
    if metrics.horizontalAdvance(text) + 16 > line.width() - legend:
        legend = 0  # the description of a cell is more important than the legend
    if legend:
        _paint_legend(painter, line, *ends)
    line.setWidth(line.width() - legend)
    elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, MIDDLE_LEFT, elided)


def footer_hint(matrix: Matrix) -> str:
    """Return the text of the footer while the mouse is over no cell."""
    if not matrix.sum():
        return "No samples"
    errors = int(matrix.sum() - np.trace(matrix))
    return "Click a cell to see its samples" if errors else "Every sample lies on the diagonal"


def legend_ends(content: MatrixContent, percent: FormatPercent) -> tuple[str, str]:
    """Return the texts at both ends of the color legend; empty if there are no errors."""
    values = confusion_colors.cell_values(content.counts, content.unit)
    largest = float(np.where(np.eye(len(values), dtype=bool), 0, values).max(initial=0))
    if largest <= 0:
        return "", ""
    is_count = content.unit == "count"
    return ("1", f"{int(largest):,}") if is_count else (percent(0, 1), percent(largest, 1))


def _paint_cells(
    painter: QPainter, geometry: MatrixGeometry, fills: confusion_colors.Colors
) -> None:
    count, area, cell = geometry.count, geometry.area, geometry.cell
    pixels = np.ascontiguousarray(fills)
    image = QImage(pixels.data, count, count, 3 * count, QImage.Format.Format_RGB888)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(area, image)
    colors = theme_colors.current()
    painter.setPen(QPen(QColor(colors.surface), 2 if cell >= 20 else 1))
    if cell >= 7:  # lines would cover smaller cells
        for offset in range(cell, count * cell, cell):
            x, y = geometry.left + offset, geometry.top + offset
            painter.drawLine(x, geometry.top, x, area.bottom())
            painter.drawLine(geometry.left, y, area.right(), y)
    painter.setPen(QPen(QColor(colors.border), 1))
    painter.drawRect(area)


def _paint_cell_texts(
    painter: QPainter,
    geometry: MatrixGeometry,
    fills: confusion_colors.Colors,
    font: QFont,
    texts: CellTexts,
) -> None:
    painter.save()
    painter.setFont(font)
    is_black = confusion_colors.needs_black_text(fills)
    for (row, column), text in texts.items():
        painter.setPen(Qt.GlobalColor.black if is_black[row, column] else Qt.GlobalColor.white)
        painter.drawText(geometry.cell_rect(row, column), Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _paint_labels(painter: QPainter, geometry: MatrixGeometry, names: Sequence[str]) -> None:
    painter.setPen(QColor(theme_colors.current().text))
    metrics, width = painter.fontMetrics(), geometry.row_label_width
    left = geometry.left - LABEL_GAP - width
    for i in range(0, geometry.count, geometry.label_step):
        name = metrics.elidedText(names[i], Qt.TextElideMode.ElideRight, width + 1)
        middle = i * geometry.cell + geometry.cell // 2
        top = geometry.top + middle - metrics.height() // 2
        painter.drawText(QRect(left, top, width, metrics.height()), MIDDLE_RIGHT, name)
        _paint_column_label(painter, geometry, middle, name)


def _paint_column_label(
    painter: QPainter, geometry: MatrixGeometry, middle: int, name: str
) -> None:
    height = painter.fontMetrics().height()
    bottom = geometry.top - LABEL_GAP + 2
    if not geometry.rotated:
        rect = QRect(geometry.left + middle - 200, bottom - height, 400, height)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name)
        return
    rect = QRect(0, -height // 2, geometry.column_label_height, height)
    _paint_rotated(painter, geometry.left + middle, bottom, rect, MIDDLE_LEFT, name)


def _paint_titles(painter: QPainter, geometry: MatrixGeometry) -> None:
    painter.setPen(QColor(theme_colors.current().muted))
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
    painter.drawText(QRect(geometry.left, 0, geometry.side, TITLE_HEIGHT), flags, "Predicted class")
    left = geometry.left - LABEL_GAP - geometry.row_label_width - TITLE_HEIGHT
    rect = QRect(0, 0, geometry.side, TITLE_HEIGHT)
    _paint_rotated(painter, left, geometry.top + geometry.side, rect, flags, "True class")


def _paint_rotated(
    painter: QPainter, x: int, y: int, rect: QRect, flags: Qt.AlignmentFlag, text: str
) -> None:
    """Paint a text that runs upwards; `rect` is relative to (x, y) before the rotation."""
    painter.save()
    painter.translate(x, y)
    painter.rotate(-90)
    painter.drawText(rect, flags, text)
    painter.restore()


def _paint_outline(painter: QPainter, geometry: MatrixGeometry, cell: Cell, pen: QPen) -> None:
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = pen.widthF() / 2
    rect = QRectF(geometry.cell_rect(*cell)).adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(rect, 2, 2)


def _legend_width(metrics: QFontMetrics, first: str, last: str) -> int:
    if not last:
        return 0
    return metrics.horizontalAdvance(first + last) + _LEGEND_WIDTH + 2 * _LEGEND_GAP


def _paint_legend(painter: QPainter, line: QRect, first: str, last: str) -> None:
    """Paint the color ramp of the errors between two texts, aligned to the right."""
    painter.drawText(line, MIDDLE_RIGHT, last)
    right = line.right() - painter.fontMetrics().horizontalAdvance(last) - _LEGEND_GAP
    ramp = confusion_colors.error_color_ramp(theme_colors.current(), _LEGEND_WIDTH)
    pixels = np.ascontiguousarray(ramp)
    image = QImage(pixels.data, _LEGEND_WIDTH, 1, 3 * _LEGEND_WIDTH, QImage.Format.Format_RGB888)
    top = line.center().y() - _LEGEND_HEIGHT // 2 + 1
    painter.drawImage(QRect(right - _LEGEND_WIDTH, top, _LEGEND_WIDTH, _LEGEND_HEIGHT), image)
    line = line.adjusted(0, 0, right - _LEGEND_WIDTH - _LEGEND_GAP - line.right(), 0)
    painter.drawText(line, MIDDLE_RIGHT, first)
