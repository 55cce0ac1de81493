"""A mouse cursor that shows how wide the pen is."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap

from studio.ui.widgets.theme_colors import ThemeColors

SMALLEST, LARGEST = 6, 120


def pen_cursor(diameter: float, colors: ThemeColors, ratio: float) -> QCursor:
    """A ring of `diameter` logical pixels with a light and a dark line, seen on ink and paper."""
    diameter = min(max(diameter, SMALLEST), LARGEST)
    side = int(diameter) + 4
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(side / 2, side / 2)
    for width, color in ((2.5, colors.surface), (1.0, colors.accent)):
        painter.setPen(QPen(QColor(color), width))
        painter.drawEllipse(middle, diameter / 2, diameter / 2)
    painter.end()
    return QCursor(picture, side // 2, side // 2)
