"""Fonts and colours that several widgets paint with."""

from PySide6.QtGui import QColor, QFont


def sized_font(base: QFont, size_px: int, bold: bool = False) -> QFont:
    """Return `base` in another size and weight."""
    font = QFont(base)
    font.setPixelSize(size_px)
    font.setBold(bold)
    return font


def mix_colors(front: QColor | str, back: QColor | str, fraction: float) -> QColor:
    """Return the opaque colour of `front` over `back` at an opacity of `fraction`."""
    pairs = zip(QColor(front).getRgb()[:3], QColor(back).getRgb()[:3], strict=True)
    return QColor(*(round(fraction * a + (1 - fraction) * b) for a, b in pairs))
