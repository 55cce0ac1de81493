"""A plot as an image: pixels, or lines and texts in SVG. Its buttons are left out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter, QRegion
from PySide6.QtWidgets import QAbstractButton, QGraphicsItem, QGraphicsView, QWidget

from studio.ui.widgets import theme_colors

_FLAG = QWidget.RenderFlag
_CSS_DPI = 96
_FONT = re.compile(rb'font-family="([^",]+)"')
_EMPTY_GROUP = re.compile(rb"<g\b[^>]*>\s*</g>\s*")


def render_image(plot: QWidget, scale: float = 2.0) -> QImage:
    """Return the widget as an image with `scale` pixels for each of its own."""
    image = QImage(plot.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(theme_colors.current().surface))
    with _without_caches(plot), QPainter(image) as painter:
        _render(plot, painter)
    return image


def render_png(plot: QWidget, scale: float = 2.0) -> bytes:
    """Return the image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(render_image(plot, scale))
    return bytes(buffer.data().data())


def render_svg(plot: QWidget, title: str) -> bytes:
    """Return the widget as an SVG file of paths and texts, which a drawing program can edit."""
    from PySide6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    # SVG Tiny, because in SVG 1.1 Qt writes clip paths that are not where the widget is.
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(title)
    generator.setResolution(_CSS_DPI)
    generator.setSize(plot.size())
    generator.setViewBox(QRect(0, 0, plot.width(), plot.height()))
    with _without_caches(plot), QPainter(generator) as painter:
        painter.fillRect(plot.rect(), QColor(theme_colors.current().surface))
        _render(plot, painter)
    return _tidy(bytes(data.data()))


def _render(plot: QWidget, painter: QPainter) -> None:
    """Paint the widget and its children, without those that are buttons."""
    QWidget.render(plot, painter, QPoint(), QRegion(), _FLAG(0))
    for child in plot.children():
        if not isinstance(child, QWidget) or isinstance(child, QAbstractButton):
            continue
        if child.isVisibleTo(plot):
            QWidget.render(child, painter, child.pos(), QRegion(), _FLAG.DrawChildren)


@contextmanager
def _without_caches(plot: QWidget) -> Iterator[None]:
    """Let graphics views and their items paint anew, where they would show pixels of the screen."""
    views = plot.findChildren(QGraphicsView)
    items = [item for view in views for item in view.items()]
    modes = [view.cacheMode() for view in views], [item.cacheMode() for item in items]
    for view in views:
        view.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
    for item in items:
        item.setCacheMode(QGraphicsItem.CacheMode.NoCache)
    try:
        yield
    finally:
        for view, view_mode in zip(views, modes[0], strict=True):
            view.setCacheMode(view_mode)
        for item, mode in zip(items, modes[1], strict=True):
            item.setCacheMode(mode)


def _tidy(svg: bytes) -> bytes:
    """Remove empty groups, and name a font for where that of this computer is missing."""
    count = 1
    while count:  # a group may contain nothing but empty ones
        svg, count = _EMPTY_GROUP.subn(b"", svg)
    return _FONT.sub(rb'font-family="\1, sans-serif"', svg)
