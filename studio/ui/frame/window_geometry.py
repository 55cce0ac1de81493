"""Where the window opens and how small it can be made, on any screen."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

START_SIZE = QSize(1280, 800)
MINIMUM_SIZE = QSize(880, 480)  # every page works at it: 1920x1080 at 200 %, less the panels
TITLE_BAR = 32  # logical pixels: what a frame adds to the height is known only once it is shown


def fit(wanted: QRect, available: QRect) -> QRect:
    """Return `wanted` moved, and made smaller where it must be, to lie in `available`.

    Both in logical pixels; `wanted` is a window without its frame. Room for a title bar stays.
    """
    room = available.adjusted(0, min(TITLE_BAR, available.height() // 4), 0, 0)
    fitted = QRect(wanted.topLeft(), wanted.size().boundedTo(room.size()))
    left = min(max(fitted.left(), room.left()), room.right() - fitted.width() + 1)
    top = min(max(fitted.top(), room.top()), room.bottom() - fitted.height() + 1)
    fitted.moveTo(left, top)
    return fitted


def open_at_start_size(window: QWidget) -> None:
    """Give the window its first size: where a screen is small, all of it."""
    available = QGuiApplication.primaryScreen().availableGeometry()
    limit_minimum_size(window, available)
    size = fit(QRect(available.topLeft(), START_SIZE), available).size()
    window.resize(size)
    if size != START_SIZE:  # maximized: how much a frame takes is only known to the system
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def keep_on_screen(window: QWidget) -> None:
    """Bring a window with a remembered geometry back onto a screen that is there now."""
    available = _available(window.geometry())
    limit_minimum_size(window, available)
    fills_screen = window.isMaximized() or window.isFullScreen()
    if not fills_screen and not available.contains(window.geometry()):
        window.setGeometry(fit(window.geometry(), available))


def limit_minimum_size(window: QWidget, available: QRect) -> None:
    """Let the window become as small as its pages allow, and never larger than the screen."""
    room = fit(QRect(available.topLeft(), MINIMUM_SIZE), available)
    window.setMinimumSize(room.size())


def _available(geometry: QRect) -> QRect:
    """What panels and docks leave of the screen that shows most of `geometry`."""

    def shared(area: QRect) -> int:
        common = area.intersected(geometry)
        return max(0, common.width()) * max(0, common.height())

    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    primary = QGuiApplication.primaryScreen().availableGeometry()
    return max([primary, *screens], key=shared)
