"""A model of photos, real and trained on colors: every image is a photo, however it came."""

import shutil
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training import Trainer
from studio.ui.draw import image_input
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.fading_hint import FadingHint
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.prediction_bars import PredictionBars

LONG = 60_000
CTRL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton
COLORS = {"embers": (200, 70, 40), "meadow": (60, 170, 50), "sea": (40, 80, 190)}
WIDTH, HEIGHT = 180, 120


def photo_of(name, seed, width=WIDTH, height=HEIGHT):
    """A soft, noisy image of mostly one color, with nothing on it that is ink."""
    rng = np.random.default_rng(seed)
    light = np.linspace(0.5, 1.2, width)[None, :, None]
    pixels = np.array(COLORS[name]) * light + rng.normal(0, 12, (height, width, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a run that tells the colors apart."""
    folder = tmp_path_factory.mktemp("colors")
    for name in COLORS:
        (folder / name).mkdir()
        for number in range(30):
            photo_of(name, number, 48, 48).save(folder / name / f"{number:02}.png")
    config = load_recipe("digits-quickstart").config.with_values(
        {
            "data.source": "folder",
            "data.path": str(folder),
            "data.image_size": 24,
            "optim.epochs": 6,
            "engine.device": "cpu",
            "engine.precision": "float32",
            "engine.threads": 1,
        }
    )
    run = RunStore(tmp_path_factory.mktemp("runs")).create(config)
    assert Trainer(config, run).fit().val_accuracy > 0.9
    return run.path


class Bench:
    """The page with the model of photos loaded, and what it shows."""

    def __init__(self, page, qtbot, run):
        self.page, self.qtbot, self.run = page, qtbot, run
        self.canvas = page.findChild(DigitCanvas, "digit_canvas")
        self.input = page.findChild(PixelView, "network_view")
        self.why = page.findChild(PixelView, "saliency_view")
        self.bars = page.findChild(PredictionBars, "prediction_bars")
        self.label = page.findChild(QLabel, "prediction_label")
        self.warning = page.findChild(QLabel, "model_warning")

    def best(self):
        values = self.bars.values()
        return max(values, key=lambda value: value[1])[0] if values else ""

    def waits_for(self, name):
        self.qtbot.waitUntil(lambda: self.best() == name, timeout=LONG)

    def choose(self, run):
        with self.qtbot.waitSignal(self.page.controller.loaded, timeout=LONG):
            self.page.set_model(run)

    def open(self, path):
        self.page.open_image(path)

    def paste(self, data):
        """Copy, then press Ctrl+V."""
        QGuiApplication.clipboard().setMimeData(data)
        self.press(Qt.Key.Key_V, CTRL)

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(self.page, key, modifier)

    def draw(self):
        """Take the canvas rather than the stage."""
        QTest.mouseClick(self.page.findChild(QWidget, "draw_on_image_button"), LEFT)
        assert self.canvas.isVisible()

    def drop(self, data):
        how = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(self.page, QDragEnterEvent(QPoint(9, 9), *how, none))
        event = QDropEvent(QPointF(9, 9), *how, none)
        QApplication.sendEvent(self.page, event)
        assert event.isAccepted()

    def pixel(self, x, y):
        """The color now on the canvas at a place in shares of its sides."""
        seen = self.canvas.grab().toImage()
        color = seen.pixelColor(int(x * seen.width()), int(y * seen.height()))
        return color.red(), color.green(), color.blue()


@pytest.fixture
def photos(real_page, context, trained, qtbot):
    shutil.copytree(trained, context.runs_dir / trained.name)
    context.load_torch()
    bench = Bench(real_page, qtbot, trained.name)
    bench.choose(trained.name)
    return bench


@pytest.fixture
def sea(tmp_path):
    path = tmp_path / "sea.png"
    photo_of("sea", 99).save(path)
    return path


def as_file(path):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/sea.png"), QUrl.fromLocalFile(str(path))])
    return data


def as_image(path):
    data = QMimeData()
    data.setImageData(QImage(str(path)))
    return data


def as_png(path):
    """As another program offers it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImage(str(path)).save(buffer, "PNG")
    data = QMimeData()
    data.setData("image/png", buffer.data())
    return data


@pytest.mark.parametrize("carried_as", [as_file, as_image, as_png])
@pytest.mark.parametrize("arrives", ["paste", "drop"])
def test_the_same_pixels_have_the_same_prediction_however_they_come(
    photos, sea, carried_as, arrives
):
    photos.open(sea)
    photos.waits_for("sea")
    opened, pixels = photos.bars.values(), photos.input.image()
    photos.canvas.clear()
    assert photos.bars.values() == []
    getattr(photos, arrives)(carried_as(sea))
    photos.waits_for("sea")
    assert photos.bars.values() == opened
    assert np.array_equal(photos.input.image(), pixels)
    assert np.array_equal(photos.canvas.photo(), np.asarray(Image.open(sea)))


def test_the_photo_itself_is_shown_on_the_canvas(photos, sea):
    photos.paste(as_image(sea))
    photos.waits_for("sea")
    red, green, blue = photos.pixel(0.5, 0.5)
    assert blue > green > red
    left, right = photos.pixel(0.05, 0.5)[2], photos.pixel(0.95, 0.5)[2]
    assert right > left + 40  # its light comes from the right
    # It keeps its aspect: above a wide photo the paper stays.
    assert min(photos.pixel(0.5, 0.03)) > 240


def test_a_photo_is_not_decoded_by_the_thread_of_the_window(photos, sea, monkeypatch):
    threads = []

    def watch(source, should_stop):
        threads.append(threading.current_thread())
        return open_image(source, should_stop)

    open_image = image_input.load_opened_image
    monkeypatch.setattr(image_input, "load_opened_image", watch)
    photos.paste(as_image(sea))
    photos.waits_for("sea")
    assert threads
    assert threading.main_thread() not in threads


def test_the_page_invites_to_try_an_image(photos):
    assert photos.canvas.findChild(FadingHint).text.startswith("Try an image")
    assert photos.label.text() == "No image yet"
    photos.choose("bundled")
    assert photos.canvas.findChild(FadingHint).text.startswith("Draw a digit")
    assert photos.label.text() == "Nothing drawn yet"


def test_only_a_drawing_is_warned_of(photos, sea, hand, qtbot):
    assert not photos.warning.isVisible()
    photos.draw()
    hand.draw_one()
    assert photos.warning.isVisible()
    assert "not on drawings" in photos.warning.text()
    careful = "Not trained on drawings"
    qtbot.waitUntil(lambda: photos.label.text() == careful, timeout=LONG)
    photos.paste(as_image(sea))
    photos.waits_for("sea")
    assert not photos.warning.isVisible()
    assert photos.label.text().startswith("sea · ")


def test_a_drawing_takes_the_place_of_a_photo_and_undo_brings_it_back(photos, sea, hand, qtbot):
    photos.open(sea)
    photos.waits_for("sea")
    before, pixels = photos.bars.values(), photos.input.image()
    photos.draw()
    hand.draw_zero()
    assert photos.canvas.photo() is None
    assert min(photos.pixel(0.5, 0.5)) > 240
    qtbot.waitUntil(lambda: not np.array_equal(photos.input.image(), pixels), timeout=LONG)
    seen = photos.input.image()
    assert np.array_equal(seen[..., 0], seen[..., 1])  # the drawing alone, no colors
    assert photos.canvas.image()[130:150, 130:150].max() == 0
    photos.press(Qt.Key.Key_Z, CTRL)
    assert photos.canvas.photo() is not None
    qtbot.waitUntil(lambda: photos.bars.values() == before, timeout=LONG)


def test_clear_takes_a_photo_away_and_the_eraser_does_not(photos, sea, hand, qtbot):
    photos.open(sea)
    photos.waits_for("sea")
    photos.draw()
    photos.canvas.set_tool("eraser")
    hand.draw((0.3, 0.5), (0.7, 0.5))
    assert photos.canvas.photo() is not None
    photos.press(Qt.Key.Key_Delete)
    assert photos.label.text() == "No image yet"
    photos.press(Qt.Key.Key_Z, CTRL)
    photos.waits_for("sea")


def test_why_glows_over_the_photo(photos, sea, qtbot):
    photos.paste(as_image(sea))
    photos.waits_for("sea")
    qtbot.waitUntil(lambda: photos.why.heatmap() is not None, timeout=LONG)
    assert photos.why.heatmap().shape == (24, 24)
    assert np.abs(photos.why.heatmap()).max() == 1
    assert photos.why.image().shape == (24, 24, 3)


def test_another_model_gets_the_same_image_as_it_takes_it(photos, tmp_path, qtbot):
    picture = photo_of("sea", 1)
    picture.paste((250, 250, 250), (80, 20, 92, 100))  # light ink on the dark of the sea
    path = tmp_path / "one.png"
    picture.save(path)
    photos.paste(as_image(path))
    photos.waits_for("sea")
    photos.choose("bundled")
    assert photos.canvas.photo() is None
    qtbot.waitUntil(lambda: len(photos.bars.values()) == 10, timeout=LONG)
    assert photos.best() == "1"
    photos.choose(photos.run)
    photos.waits_for("sea")
    assert np.array_equal(photos.canvas.photo(), np.asarray(picture))


def test_a_photo_lies_upright_and_on_white(photos, tmp_path, qtbot):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = tmp_path / "turned.jpg"
    photo_of("sea", 5).save(turned, exif=exif)
    photos.open(turned)
    qtbot.waitUntil(lambda: photos.canvas.photo() is not None, timeout=LONG)
    assert photos.canvas.photo().shape == (WIDTH, HEIGHT, 3)
    clear = tmp_path / "clear.png"
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(clear)
    for arrive in (lambda: photos.open(clear), lambda: photos.paste(as_image(clear))):
        photos.canvas.clear()
        arrive()
        qtbot.waitUntil(lambda: photos.canvas.photo() is not None, timeout=LONG)
        assert photos.canvas.photo().min() == 255


def test_an_even_photo_is_predicted_though_it_holds_no_ink(photos, qtbot):
    even = QImage(64, 64, QImage.Format.Format_RGB32)
    even.fill(Qt.GlobalColor.blue)
    data = QMimeData()
    data.setImageData(even)
    photos.paste(data)
    photos.waits_for("sea")
    photos.choose("bundled")
    qtbot.waitUntil(lambda: photos.label.text() == "Nothing to predict", timeout=LONG)
