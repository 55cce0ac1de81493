"""A plot as an image: pixels, or lines in SVG."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QWidget


def render_image(plot: QWidget, scale: float = 2.0) -> QImage:
    """Return the widget as an image with `scale` pixels for each of its own."""
    image = QImage(plot.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(plot.palette().window().color())
    plot.render(image)
    return image


def render_png(plot: QWidget, scale: float = 2.0) -> bytes:
    """Return the image as a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(render_image(plot, scale))
    return bytes(buffer.data().data())


def render_svg(plot: QWidget, title: str) -> bytes:
    """Return the widget as an SVG file, whose lines and texts stay sharp at any size."""
    from PySide6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setTitle(title)
    generator.setSize(plot.size())
    generator.setViewBox(QRect(0, 0, plot.width(), plot.height()))
    painter = QPainter(generator)
    painter.fillRect(plot.rect(), plot.palette().window())
    plot.render(painter, QPoint())
    painter.end()
    return bytes(data.data())
