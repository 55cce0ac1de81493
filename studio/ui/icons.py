"""The line icons of the program, in the colors of the theme."""

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio import paths
from studio.ui.widgets import theme_colors
from studio.ui.widgets.paint_helpers import transparent_pixmap

ALONE = QSize(16, 16)
BESIDE_TEXT = QSize(22, 16)  # an icon of 16 pixels and a gap: that of Qt is too narrow
THIN_LINES_PX = 40  # icons larger than this have thinner lines


@cache
def icon(name: str, role: str = "text") -> QIcon:
    """Return the icon `resources/icons/<name>.svg` in the color `role` of the theme.

    After a change of the theme it is painted in the new color.
    """
    return QIcon(_Engine(name, role))


def pixmap(name: str, size: int, color: str, ratio: float = 1.0) -> QPixmap:
    """Return an icon of `size` logical pixels in any color."""
    return QPixmap(_draw(name, size, size, color, ratio))  # a copy, because pixmaps are mutable


class _Engine(QIconEngine):
    """Draws an icon at the size and in the color in which it is needed."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._role)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, _state: QIcon.State, scale: float
    ) -> QPixmap:
        """Return a pixmap of `size` logical pixels; in a wide one the icon is at the left."""
        role = "muted" if mode == QIcon.Mode.Disabled else self._role
        color = getattr(theme_colors.current(), role)
        return QPixmap(_draw(self._name, size.width(), size.height(), color, scale))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect.topLeft(), self.scaledPixmap(rect.size(), mode, state, ratio))


@lru_cache(maxsize=256)
def _draw(name: str, width: int, height: int, color: str, ratio: float) -> QPixmap:
    pixmap = transparent_pixmap(QSize(width, height), ratio)
    side = min(width, height)
    painter = QPainter(pixmap)
    _renderer(name, color, side > THIN_LINES_PX).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return pixmap


def _renderer(name: str, color: str, thin: bool) -> QSvgRenderer:
    svg = _source(name).replace("currentColor", color)
    if thin:
        svg = svg.replace('stroke-width="1.5"', 'stroke-width="1"')
    return QSvgRenderer(QByteArray(svg.encode()))


@cache
def _source(name: str) -> str:
    return paths.resource("icons", f"{name}.svg").read_text(encoding="utf-8")
