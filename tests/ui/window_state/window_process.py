"""A window in a process of its own, which a test kills: `python -m … ACTION`; prints JSON lines."""

import hashlib
import json
import sys
from typing import Any

import numpy as np
from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QStackedWidget,
    QWidget,
)

from studio.paths import BUNDLED
from studio.ui.app import create_first_page
from studio.ui.context import StudioContext
from studio.ui.main_window import MainWindow
from studio.ui.mistakes import evaluation_loader
from studio.ui.mistakes.samples.sample_filter import SortKey
from studio.ui.mistakes.samples.samples_view import SamplesView
from studio.ui.page_stack import PAGES, RUNS
from studio.ui.shared.live_predictor import LivePredictor

WAIT_MS = 30_000


def patch() -> None:
    """Let the window use no torch: what is evaluated and predicted is made by hand."""
    StudioContext.load_torch = lambda context: None  # type: ignore[method-assign]
    evaluation_loader.evaluate_model = evaluate
    LivePredictor.load = lambda *args: Predictor()  # type: ignore[method-assign]


def wait_until_restored(window: MainWindow) -> None:
    """Wait until the pages exist and show the last state."""
    stack = window.findChild(QStackedWidget, "pages")
    wait_until(lambda: stack.count() == len(PAGES))
    wait_until(lambda: not window.context.tasks.is_busy)


def wait_until(condition) -> None:
    """Process events until a condition holds."""
    deadline = QDeadlineTimer(WAIT_MS)
    while not condition():
        assert not deadline.hasExpired(), "waited in vain"
        loop = QEventLoop()  # unlike QTest.qWait, it lets threads of Python run
        QTimer.singleShot(10, loop.quit)
        loop.exec()


def draw(window: MainWindow) -> None:
    """Draw with the mouse, erase, undo and redo; then resize the window and open another page."""
    canvas = window.findChild(QWidget, "digit_canvas")
    stroke(canvas, 0.3, Qt.MouseButton.LeftButton)
    stroke(canvas, 0.6, Qt.MouseButton.LeftButton)
    stroke(canvas, 0.35, Qt.MouseButton.RightButton)
    canvas.undo()
    stroke(canvas, 0.8, Qt.MouseButton.LeftButton)
    stroke(canvas, 0.5, Qt.MouseButton.RightButton)
    for change in (canvas.undo, canvas.redo, canvas.undo):
        change()
    window.resize(1000, 700)
    nav = window.findChild(QListWidget, "nav")
    place = nav.visualItemRect(nav.item(RUNS)).center()
    QTest.mouseClick(nav.viewport(), Qt.MouseButton.LeftButton, pos=place)


def stroke(canvas: QWidget, x: float, button: Qt.MouseButton) -> None:
    """Move the pressed mouse down the canvas in a curve."""
    side = canvas.width()
    QTest.mousePress(canvas, button, pos=QPoint(round(x * side), side // 5))
    for step in range(2, 8):
        QTest.mouseMove(canvas, QPoint(round(x * side) + step**2 % 7, side * step // 10))
    QTest.mouseRelease(canvas, button, pos=QPoint(round(x * side), side * 4 // 5))


def evaluate(*_args: object) -> object:
    """Return an evaluation made by hand, in place of that of a model."""
    from studio.data.sample_ids import SampleIds
    from studio.insight import Evaluation

    probabilities = np.full((6, 3), 0.1, np.float32)
    probabilities[range(6), [1, 1, 1, 2, 0, 0]] = [0.8, 0.79, 0.78, 0.77, 0.76, 0.75]
    return Evaluation(
        run=BUNDLED,
        dataset="digits",
        split="test",
        class_names=("a", "b", "c"),
        images=np.zeros((6, 1, 16, 16), np.uint8),
        indices=np.arange(6),
        labels=np.array([0, 0, 0, 0, 1, 1]),
        probabilities=probabilities,
        ids=SampleIds(published=(("train", 0), ("test", 6))),
    )


class Predictor:
    """Predicts the first class, whatever the image."""

    def predict(self, images: np.ndarray) -> np.ndarray:
        return np.tile(np.float32([0.8, 0.1, 0.1]), (len(images), 1))


def show_mistakes(window: MainWindow) -> SamplesView:
    """Wait for the mistakes of a model made by hand, and return their view."""
    page = window.mistakes_page
    wait_until(lambda: page.stack.currentWidget() is page.views)
    wait_until(lambda: page.session.fixes.is_ready)
    return page.samples_view


def write(window: MainWindow) -> None:
    """Filter, edit a sample with the mouse, and begin to write a note with the keys."""
    window.open_mistakes(BUNDLED)
    view = show_mistakes(window)
    view.filter_model.change(true=0, sort=SortKey.CONFIDENCE)
    view.grid.select_position(2)
    view.detail.open_pane("edit")
    pane = view.detail.pane("edit")
    pane.edit_button.click()
    canvas = pane.editor.canvas
    wait_until(canvas.isVisible)
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(canvas, middle + QPoint(30, 30))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 30))
    pane.editor.close()
    view.sample_actions.ask_note()
    QTest.keyClicks(view.findChild(QInputDialog).findChild(QLineEdit), "looks like a 7")


def describe(window: MainWindow) -> dict[str, Any]:
    """Return what the window shows of a drawing."""
    canvas = window.findChild(QWidget, "digit_canvas")
    return {
        "digest": hashlib.sha256(canvas.image().tobytes()).hexdigest(),
        "blank": canvas.is_blank(),
        "redo": canvas.can_redo,
        "page": window.nav_bar.pages.currentRow(),
        "size": list(window.size().toTuple()),
    }


def describe_mistakes(window: MainWindow) -> dict[str, Any]:
    """Return the open note, the filter, and the edited image."""
    view = show_mistakes(window)
    wait_until(lambda: view.findChild(QInputDialog) is not None)
    subject = view.detail.pane("edit").subject
    wait_until(lambda: subject.history.is_changed)
    return {
        "page": window.nav_bar.pages.currentRow(),
        "note": view.findChild(QInputDialog).textValue(),
        "samples": list(view.sample_actions.prompt.positions),
        "sample": view.grid.selected_position(),
        "filter": [view.filter_model.filter.true, view.filter_model.filter.sort],
        "edit": list(subject.history.current.changes()),
        "image": hashlib.sha256(subject.history.current.pixels.tobytes()).hexdigest(),
    }


def main(action: str) -> None:
    """Open the window, act, report, and wait to be killed."""
    app = QApplication([])
    patch()
    window = create_first_page()
    window.show()
    wait_until_restored(window)
    (draw if action == "draw" else write)(window)
    wait_until(lambda: window.context.window_state.is_saved)
    shown = (describe if action == "draw" else describe_mistakes)(window)
    sys.stdout.write(json.dumps(shown) + "\n")
    sys.stdout.flush()
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
