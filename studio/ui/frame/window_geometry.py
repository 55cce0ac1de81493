"""The position and the sizes of the window, on any screen."""

from PySide6.QtCore import QByteArray, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from studio.ui.settings import Settings

_KEY = "geometry"
START_SIZE = QSize(1280, 800)
MINIMUM_SIZE = QSize(880, 480)  # every page works at it: 1920x1080 at 200 %, less the panels
TITLE_BAR_PX = 32  # reserved: the size of the window frame is only known once it is shown


def fit(wanted: QRect, available: QRect) -> QRect:
    """Return `wanted` moved, and shrunk if necessary, to lie within `available`.

    Both are in logical pixels; `wanted` is a window without its frame. Space for a title bar is
    left free.
    """
    usable = available.adjusted(0, min(TITLE_BAR_PX, available.height() // 4), 0, 0)
    fitted = QRect(wanted.topLeft(), wanted.size().boundedTo(usable.size()))
    left = min(max(fitted.left(), usable.left()), usable.right() - fitted.width() + 1)
    top = min(max(fitted.top(), usable.top()), usable.bottom() - fitted.height() + 1)
    fitted.moveTo(left, top)
    return fitted


def save_geometry(window: QWidget, settings: Settings) -> None:
    """Keep the geometry of the window for the next start."""
    settings.setValue(_KEY, window.saveGeometry())


def restore_geometry(window: QWidget, settings: Settings, newest: QByteArray | None = None) -> None:
    """Restore the geometry of the last start, on a screen that exists; else use the start size.

    `newest` is that of a window that was killed, which could not save it in the settings.
    """
    if newest is not None and window.restoreGeometry(newest):
        keep_on_screen(window)
        return
    saved = settings.read_bytes(_KEY)
    if saved is not None and window.restoreGeometry(saved):
        keep_on_screen(window)
        return
    if saved is not None:
        # Qt also rejects a valid geometry, of a screen of a very different size.
        valid = window.saveGeometry()
        if saved.size() != valid.size() or saved.left(8) != valid.left(8):
            settings.reject(_KEY)
    open_at_start_size(window)


def open_at_start_size(window: QWidget) -> None:
    """Set the size of the window at its first start; it fills a small screen."""
    available = QGuiApplication.primaryScreen().availableGeometry()
    limit_minimum_size(window, available)
    size = fit(QRect(available.topLeft(), START_SIZE), available).size()
    window.resize(size)
    if size != START_SIZE:  # maximized, because only the system knows the size of the frame
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def keep_on_screen(window: QWidget) -> None:
    """Move a window with a restored geometry onto a screen that exists."""
    available = _available(window.geometry())
    limit_minimum_size(window, available)
    fills_screen = window.isMaximized() or window.isFullScreen()
    if not fills_screen and not available.contains(window.geometry()):
        window.setGeometry(fit(window.geometry(), available))


def limit_minimum_size(window: QWidget, available: QRect) -> None:
    """Set the minimum size: that of the pages, but no larger than the screen."""
    minimum = fit(QRect(available.topLeft(), MINIMUM_SIZE), available)
    window.setMinimumSize(minimum.size())


def _available(geometry: QRect) -> QRect:
    """Return the available area of the screen that shows most of `geometry`."""

    def overlap(area: QRect) -> int:
        common = area.intersected(geometry)
        return max(0, common.width()) * max(0, common.height())

    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    primary = QGuiApplication.primaryScreen().availableGeometry()
    return max([primary, *screens], key=overlap)
