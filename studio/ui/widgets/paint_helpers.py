"""Fonts and colors that several widgets paint with."""

from PySide6.QtGui import QColor, QFont


def sized_font(base: QFont, size_px: int, bold: bool = False) -> QFont:
    """Return `base` in another size and weight."""
    font = QFont(base)
    font.setPixelSize(size_px)
    font.setBold(bold)
    return font


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
