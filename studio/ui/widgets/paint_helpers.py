"""Fonts, colors, alignments and pixmaps that several widgets paint with."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

MIDDLE_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
MIDDLE_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


def sized_font(base: QFont, size_px: int, bold: bool = False) -> QFont:
    """Return `base` in another size and weight."""
    font = QFont(base)
    font.setPixelSize(size_px)
    font.setBold(bold)
    return font


def draw_elided(painter: QPainter, box: QRectF, flags: Qt.AlignmentFlag, text: str) -> None:
    """Draw one line of text into `box`, elided at its end."""
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, flags, elided)


def transparent_pixmap(size: QSize, ratio: float) -> QPixmap:
    """Return an empty pixmap of `size` logical pixels at a device pixel ratio."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


def mix_colors(front: QColor | str, back: QColor | str, fraction: float) -> QColor:
    """Return the opaque color of `front` over `back` at an opacity of `fraction`."""
    front, back = QColor(front), QColor(back)

    def mix(a: int, b: int) -> int:
        return round(fraction * a + (1 - fraction) * b)

    return QColor(
        mix(front.red(), back.red()),
        mix(front.green(), back.green()),
        mix(front.blue(), back.blue()),
    )
