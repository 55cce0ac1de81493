"""The line icons of the program, tinted with the colours of the theme."""

from collections.abc import Sequence
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton

from studio import paths
from studio.ui.widgets import palette

CONTROL_SIZES = (16, 20, 32, 40)
SIZES = (*CONTROL_SIZES, 48, 96)
ALONE = QSize(16, 16)
BESIDE_TEXT = QSize(22, 16)  # an icon of 16 and the gap to its text, which Qt makes too narrow
THIN_FROM = 40  # lines of large icons are drawn finer, or they would shout

_made: dict[tuple[str, str], QIcon] = {}
_names: dict[int, tuple[str, str]] = {}


def icon(name: str, role: str = "text") -> QIcon:
    """The icon `resources/icons/<name>.svg` in the palette colour called `role`.

    Buttons and actions that carry it are tinted anew when the theme changes.
    """
    key = (name, role)
    if key not in _made:
        _made[key] = _build(name, role)
        _names[_made[key].cacheKey()] = key
    return _made[key]


def text_button(name: str, text: str, picture: str, role: str = "text") -> QPushButton:
    """A button of that object name with an icon before its text."""
    button = QPushButton(icon(picture, role), text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setIconSize(BESIDE_TEXT)
    return button


def pixmap(name: str, size: int, color: str, ratio: float = 1.0) -> QPixmap:
    """One icon as a picture of `size` logical pixels in any colour."""
    side = round(size * ratio)
    picture = QPixmap(QSize(side, side))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _renderer(name, color, size > THIN_FROM).render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def retint(app: QApplication) -> None:
    """Give every button and action its icon again in the colours now in force."""
    before = dict(_names)
    _made.clear()
    _names.clear()
    for widget in app.allWidgets():
        holders: list[QAbstractButton | QAction] = list(widget.actions())
        if isinstance(widget, QAbstractButton):
            holders.append(widget)
        for holder in holders:
            key = before.get(holder.icon().cacheKey())
            if key is not None:
                holder.setIcon(icon(*key))


def _build(name: str, role: str) -> QIcon:
    colors = palette.current()
    made = QIcon()
    _add_sizes(made, QIcon.Mode.Normal, name, getattr(colors, role), SIZES)
    _add_sizes(made, QIcon.Mode.Disabled, name, colors.muted, CONTROL_SIZES)
    return made


def _add_sizes(made: QIcon, mode: QIcon.Mode, name: str, color: str, sizes: Sequence[int]) -> None:
    """Draw each size once; those that can stand before a text also at the left of a wider one."""
    for size in sizes:
        picture = pixmap(name, size, color)
        made.addPixmap(picture, mode)
        if size % BESIDE_TEXT.height() == 0 and size in CONTROL_SIZES:
            wide = BESIDE_TEXT * (size // BESIDE_TEXT.height())
            made.addPixmap(_beside(picture, wide), mode)


def _beside(picture: QPixmap, size: QSize) -> QPixmap:
    """The icon at the left of a wider picture."""
    wide = QPixmap(size)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(0, 0, picture)
    painter.end()
    return wide


@lru_cache(maxsize=8)
def _renderer(name: str, color: str, thin: bool) -> QSvgRenderer:
    svg = _source(name).replace("currentColor", color)
    if thin:
        svg = svg.replace('stroke-width="1.5"', 'stroke-width="1"')
    return QSvgRenderer(QByteArray(svg.encode()))


@cache
def _source(name: str) -> str:
    return paths.resource("icons", f"{name}.svg").read_text(encoding="utf-8")
