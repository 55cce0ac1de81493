"""Paints a canvas: the paper, the ink that changed, the edge."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.ui.widgets.drawing import InkSheet
from studio.ui.widgets.ink_layer import paint_curves
from studio.ui.widgets.theme_colors import ThemeColors

CORNER = 8


def paint_paper(painter: QPainter, square: QRectF, colors: ThemeColors) -> None:
    """The blank sheet."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.surface))
    painter.drawRoundedRect(square, CORNER, CORNER)


def paint_ink(
    painter: QPainter, square: QRectF, dirty: QRect, sheet: InkSheet, colors: ThemeColors
) -> None:
    """The touched part of the ink, and the end of the stroke that follows the mouse."""
    target = QRectF(dirty).intersected(square)
    ratio = sheet.screen.side / square.width()
    source = QRectF((target.topLeft() - square.topLeft()) * ratio, target.size() * ratio)
    painter.drawImage(target, sheet.screen.image, source)
    if sheet.stroke is not None:
        erases = sheet.stroke.tool == "eraser"
        color = QColor(colors.surface) if erases else sheet.screen.color
        painter.save()
        painter.setClipRect(square)
        paint_curves(painter, sheet.stroke, [sheet.stroke.tail()], square, color)
        painter.restore()


def paint_edge(painter: QPainter, square: QRectF, colors: ThemeColors, is_focused: bool) -> None:
    """A quiet line around the sheet, or the ring of the keyboard's focus."""
    width = 2 if is_focused else 1
    painter.setPen(QPen(QColor(colors.accent if is_focused else colors.border), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width / 2
    painter.drawRoundedRect(square.adjusted(half, half, -half, -half), CORNER, CORNER)
