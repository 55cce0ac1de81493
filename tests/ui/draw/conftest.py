"""A Draw page with a network that needs no torch: it tells a slim drawing from a wide one."""

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.data.drawing.flaws import find_flaw
from studio.data.drawing.preprocessing import prepare_drawing
from studio.errors import CheckpointError
from studio.insight.saliency import SaliencyMaps
from studio.ui.draw import prediction_controller
from studio.ui.draw.page import DrawPage
from studio.ui.widgets.digit_canvas import DigitCanvas


@dataclass
class FakePrediction:
    probabilities: np.ndarray
    network_input: np.ndarray
    flaw: str | None = None
    familiarity: float | None = None


class FakePredictor:
    """Reads 1 in a slim drawing, 0 in any other."""

    class_names = tuple("0123456789")
    image_size, fit = 28, "crop"

    def __init__(self, drawing="mnist", warning=""):
        self.drawing = drawing
        self.variant, self.source, self.val_accuracy = "simple-vgg", "mnist", 0.9955
        self.warning = warning
        self.fit = "crop"

    def counting(self, work):
        return nullcontext()

    def predict_picture(self, source, should_stop):
        shares = np.full(10, 0.01, np.float32)
        shares[7] = 0.91
        return FakePrediction(shares, np.zeros((3, 28, 28), np.uint8))

    def predict_drawing(self, ink):
        prepared = prepare_drawing(ink, "mnist", 28)
        if prepared is None:
            return None
        columns = np.flatnonzero(prepared.any(axis=0))
        shares = np.full(10, 0.01, np.float32)
        shares[1 if columns[-1] - columns[0] < 8 else 0] = 0.91
        return FakePrediction(shares, prepared[None], find_flaw(ink))

    def saliency(self, network_input, classes, method, on_progress, should_stop):
        shown = network_input[0].astype(np.float32)
        return SaliencyMaps(np.stack([shown * (index + 1) for index in classes]))


class Networks:
    """Stands in for loading: what each key gives, an error or a predictor."""

    def __init__(self):
        self.errors = {}
        self.drawings = {}
        self.warnings = {}
        self.loaded = []

    def load(self, key, store, on_progress, should_stop):
        if key in self.errors:
            raise self.errors[key]
        self.loaded.append((key, None if key == "bundled" else store.open(key).path))
        return key, FakePredictor(self.drawings.get(key, "mnist"), self.warnings.get(key, ""))


@pytest.fixture
def networks(monkeypatch):
    stand_in = Networks()
    monkeypatch.setattr(prediction_controller, "load_predictor", stand_in.load)
    return stand_in


@pytest.fixture
def real_page(qtbot, context):
    """The page as it is before torch is there, with the real way of loading a network."""
    page = DrawPage(context)
    qtbot.addWidget(page)
    page.resize(1080, 800)
    page.show()
    qtbot.waitExposed(page)
    yield page
    page.shutdown()


@pytest.fixture
def loading_page(networks, real_page):
    """The same with networks that need no torch."""
    return real_page


@pytest.fixture
def page(qtbot, context, loading_page):
    """The page with its network loaded."""
    context.torch_ready = True
    context.torch_loaded.emit()
    label = loading_page.findChild(object, "prediction_label")
    qtbot.waitUntil(lambda: label.text() == "Nothing drawn yet")
    return loading_page


@pytest.fixture
def damaged():
    return CheckpointError("The weights are damaged.", "Choose another network.")


class Hand:
    """Draws with real mouse events on the canvas of a page."""

    def __init__(self, page):
        self.canvas = page.findChild(DigitCanvas, "digit_canvas")

    def place(self, x, y):
        side = min(self.canvas.width(), self.canvas.height())
        left, top = (self.canvas.width() - side) / 2, (self.canvas.height() - side) / 2
        return QPointF(left + x * side, top + y * side)

    def draw(self, *places):
        left = Qt.MouseButton.LeftButton
        QTest.mousePress(self.canvas, left, pos=self.place(*places[0]).toPoint())
        for x, y in places[1:]:
            self.move(self.place(x, y))
        QTest.mouseRelease(self.canvas, left, pos=self.place(*places[-1]).toPoint())

    def move(self, where):
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            where,
            QPointF(self.canvas.mapToGlobal(where)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(self.canvas, event)

    def draw_one(self):
        self.draw((0.5, 0.2), (0.5, 0.4), (0.5, 0.6), (0.5, 0.8))

    def draw_zero(self):
        self.draw((0.5, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.5), (0.5, 0.2))


@pytest.fixture
def hand(real_page):
    return Hand(real_page)


@pytest.fixture
def picture_of_one(tmp_path) -> Path:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (90, 120), "white")
    ImageDraw.Draw(picture).line([(45, 20), (45, 100)], fill="black", width=9)
    path = tmp_path / "one.png"
    picture.save(path)
    return path


@pytest.fixture(autouse=True)
def _empty_clipboard(qapp):
    """Clears the clipboard, whose Python data Qt would destroy after Python has ended."""
    yield
    QApplication.clipboard().clear()
