"""A window in a process of its own, which a test kills: `python -m … ACTION`; prints JSON lines."""

import hashlib
import json
import sys

from PySide6.QtCore import QDeadlineTimer, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QStackedWidget, QWidget

from studio.ui.app import create_first_page
from studio.ui.context import StudioContext
from studio.ui.main_window import MainWindow
from studio.ui.page_stack import PAGES, RUNS

WAIT_MS = 30_000


def report(**values: object) -> None:
    """Print what the test waits for."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def open_window() -> MainWindow:
    """Return a complete window whose state is restored; torch is not loaded."""
    StudioContext.load_torch = lambda context: None  # type: ignore[method-assign]
    window = create_first_page()
    window.show()
    stack = window.findChild(QStackedWidget, "pages")
    wait_until(lambda: stack.count() == len(PAGES))
    wait_until(lambda: not window.context.tasks.is_busy)
    return window


def wait_until(condition) -> None:
    """Process events until a condition holds."""
    deadline = QDeadlineTimer(WAIT_MS)
    while not condition():
        assert not deadline.hasExpired(), "waited in vain"
        QTest.qWait(10)


def canvas_digest(window: MainWindow) -> str:
    """Return a digest of the pixels that a model would get."""
    canvas = window.findChild(QWidget, "digit_canvas")
    return hashlib.sha256(canvas.image().tobytes()).hexdigest()


def draw(window: MainWindow, finishes: bool = True) -> None:
    """Draw two strokes with the mouse, erase through them, and undo one; or hold the pen."""
    canvas = window.findChild(QWidget, "digit_canvas")
    stroke(canvas, 0.3, Qt.MouseButton.LeftButton)
    stroke(canvas, 0.6, Qt.MouseButton.LeftButton)
    stroke(canvas, 0.35, Qt.MouseButton.RightButton)
    canvas.undo()
    stroke(canvas, 0.8, Qt.MouseButton.LeftButton, releases=finishes)
    if finishes:
        stroke(canvas, 0.5, Qt.MouseButton.RightButton)
        canvas.undo()
        canvas.redo()
        canvas.undo()


def stroke(canvas: QWidget, x: float, button: Qt.MouseButton, releases: bool = True) -> None:
    """Move the pressed mouse down the canvas in a curve."""
    side = canvas.width()
    QTest.mousePress(canvas, button, pos=QPoint(round(x * side), side // 5))
    for step in range(2, 8):
        QTest.mouseMove(canvas, QPoint(round(x * side) + step**2 % 7, side * step // 10))
    if releases:
        QTest.mouseRelease(canvas, button, pos=QPoint(round(x * side), side * 4 // 5))


def main(action: str) -> None:
    """Open the window, act, report, and wait to be killed."""
    app = QApplication([])
    window = open_window()
    if action in ("draw", "hold the pen"):
        draw(window, finishes=action == "draw")
        window.resize(1000, 700)
        nav = window.findChild(QListWidget, "nav")
        place = nav.visualItemRect(nav.item(RUNS)).center()
        if action == "draw":
            QTest.mouseClick(nav.viewport(), Qt.MouseButton.LeftButton, pos=place)
    wait_until(lambda: window.context.window_state.is_saved)
    canvas = window.findChild(QWidget, "digit_canvas")
    report(
        digest=canvas_digest(window),
        blank=canvas.is_blank(),
        redo=canvas.can_redo,
        page=window.nav_bar.pages.currentRow(),
        size=window.size().toTuple(),
        screen=QGuiApplication.primaryScreen().size().toTuple(),
    )
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
