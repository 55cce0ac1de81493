"""Images on the Draw page, in one window: paste, drop, crop, rotate, several, a webcam.

The stand-in for a model tells colors apart by the very pixels it gets, and needs no torch.
"""

import base64
import csv
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QThread, QTimer, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from shiboken6 import Shiboken

from studio.data.drawing.input_step import switchable
from studio.data.image_crop import ImageCrop, crop_image
from studio.data.image_resizing import input_region, resize_to_square
from studio.data.isolated_images import decode_drawing, decode_model_input
from studio.data.opened_image import load_opened_image
from studio.insight.input_effects import InputEffects
from studio.insight.saliency import SaliencyMaps
from studio.ui.context import StudioContext
from studio.ui.draw import prediction_controller
from studio.ui.draw.images import webcam
from studio.ui.draw.page import DrawPage
from studio.ui.draw.stored_images import StoredImages, image_path, load_image
from studio.ui.draw.views import INPUT, PREDICT
from studio.ui.widgets.strokes import Background
from tests.ui.draw.conftest import FakePrediction, FakePredictor

LONG = 30_000
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
SIZE = 24


class ColorModel:
    """Predicts red, green or blue: whatever the model input has most of."""

    class_names = ("red", "green", "blue")
    drawing, variant, source, val_accuracy, warning = "picture", "tiny-vgg", "folder", 0.9, ""
    fit, image_size = "crop", SIZE

    counting = FakePredictor.counting

    def predict_picture(self, source, should_stop=lambda: False):
        return self._predict(decode_model_input(source, SIZE, self.fit, 3, should_stop))

    def predict_drawing(self, ink):
        return self._predict(np.zeros((3, SIZE, SIZE), np.uint8))

    def _predict(self, pixels):
        means = pixels.reshape(3, -1).mean(1) + 1
        return FakePrediction((means / means.sum()).astype(np.float32), pixels)

    def saliency(self, network_input, classes, method, on_progress, should_stop):
        return SaliencyMaps(network_input[list(classes)].astype(np.float32))


class InkModel(FakePredictor):
    """Reads 1 in a slim drawing, 0 in any other, also in those found in a photo."""

    def predict_picture(self, source, should_stop=lambda: False):
        return self.predict_drawing(decode_drawing(source, should_stop))

    def input_effects(self, drawing, image, without, has_toggled):
        trace = image.trace_strokes("mnist", 28, without)
        chosen = self.predict_drawing(trace.model_input).probabilities
        keys = switchable(trace.steps) if has_toggled else []
        return InputEffects(trace, chosen, chosen, dict.fromkeys(keys, chosen))


class Window:
    """The page, its parts by name, and real events on them."""

    def __init__(self, page, qtbot):
        self.page, self.qtbot = page, qtbot
        self.stage, self.view = page.images.stage, page.images.stage.view
        self.batch = page.images.batch
        self.bars = self.find("prediction_bars")
        self.canvas = self.find("digit_canvas")

    def find(self, name):
        return self.page.findChild(QWidget, name)

    def until(self, condition):
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG)

    def values(self):
        return self.bars.values()

    def best(self):
        return max(self.values(), key=lambda value: value[1])[0] if self.values() else ""

    def choose(self, key):
        with self.qtbot.waitSignal(self.page.controller.loaded, timeout=LONG):
            self.page._load(key)

    def reset(self):
        """No image, and nothing to undo that a test would need."""
        if self.batch.has_images:
            self.batch.close_images()
        self.page.images.webcam.stop()
        self.canvas.clear()
        self.until(lambda: not self.values())

    def paste(self, data):
        QGuiApplication.clipboard().setMimeData(data)
        QTest.keyClick(self.page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    def drop(self, data):
        how = Qt.DropAction.CopyAction, data, LEFT, NONE
        enter = QDragEnterEvent(QPoint(9, 9), *how)
        QApplication.sendEvent(self.page, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(self.page, QDropEvent(QPointF(9, 9), *how))

    def opened(self, path, best=None):
        self.page.open_image(path)
        self.until(lambda: self.view.isVisible() and self.page.images.image() is not None)
        self.until(lambda: self.values() and (best is None or self.best() == best))

    def drag(self, start, end):
        """Drag on the stage between places in fractions of the image."""
        rect = self.view.image_rect()
        a, b = (
            QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint()
            for x, y in (start, end)
        )
        QTest.mousePress(self.view, LEFT, NONE, a)
        for step in (0.25, 0.6, 1.0):
            QTest.mouseMove(self.view, a + (b - a) * step)
        QTest.mouseRelease(self.view, LEFT, NONE, b)

    def settled(self):
        """Wait until a crop is on the canvas."""
        crop = self.stage._crop
        self.until(lambda: self.canvas.origin is not None and self.canvas.origin.crop == crop)
        self.until(lambda: self.stage.live_image is None)


@pytest.fixture(autouse=True)
def no_leaks():
    """The window stays open from test to test; its threads are checked when it is closed."""


@pytest.fixture(scope="module")
def window(request, qapp, tmp_path_factory):
    from pytestqt.qtbot import QtBot

    folder = tmp_path_factory.mktemp("images")
    models = {"colors": ColorModel(), "bundled": InkModel()}
    patch = pytest.MonkeyPatch()
    patch.setattr(prediction_controller, "load_predictor", lambda key, *_: (key, models[key]))
    context = StudioContext(folder / "runs", folder / "data")
    page = DrawPage(context)
    page.resize(1080, 760)
    page.show()
    made = Window(page, QtBot(request))
    made.models = models
    made.choose("colors")
    yield made
    page.shutdown()
    context.tasks.wait_all()
    assert not [thread for thread in page.findChildren(QThread) if thread.isRunning()]
    assert not [timer for timer in page.findChildren(QTimer) if timer.isActive()]
    page.close()
    Shiboken.delete(page)
    Shiboken.delete(context)
    QApplication.clipboard().clear()
    patch.undo()


@pytest.fixture
def colors(window):
    if window.page.session.model_key != "colors":
        window.choose("colors")
    window.reset()
    return window


@pytest.fixture
def ink(window):
    window.choose("bundled")
    window.reset()
    return window


def halves(width=160, height=100):
    """Red on the left, blue on the right, with a little noise."""
    pixels = np.random.default_rng(1).integers(0, 30, (height, width, 3)).astype(np.uint8)
    pixels[:, : width // 2, 0] += 200
    pixels[:, width // 2 :, 2] += 200
    pixels[:, :, 0] += 8  # so that the whole is red
    return Image.fromarray(pixels)


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("photo") / "halves.png"
    halves().save(path)
    return path


def mime(**formats):
    data = QMimeData()
    if "urls" in formats:
        data.setUrls([QUrl(url) for url in formats["urls"]])
    if "html" in formats:
        data.setHtml(formats["html"])
    if "png" in formats:
        data.setData("image/png", formats["png"])
    if "image" in formats:
        data.setImageData(formats["image"])
    return data


def test_without_an_image_the_stage_invites_to_try_one(colors):
    assert colors.stage.isVisible()
    assert not colors.view.isVisible()
    assert not colors.canvas.isVisible()
    assert colors.find("prediction_label").text() == "No image yet"
    QTest.mouseClick(colors.find("draw_on_image_button"), LEFT)
    assert colors.canvas.isVisible()
    assert not colors.stage.isVisible()


def test_the_same_bytes_give_the_same_bits_however_they_come(colors, photo):
    content = photo.read_bytes()
    encoded = base64.b64encode(content).decode()
    ways = [
        lambda: colors.page.open_image(photo),
        lambda: colors.paste(mime(png=content)),
        lambda: colors.paste(mime(urls=[photo.as_uri()])),
        lambda: colors.paste(mime(image=QImage.fromData(content))),
        lambda: colors.drop(mime(urls=[photo.as_uri()])),
        lambda: colors.drop(
            mime(html=f'<p><img alt="" src="data:image/png;base64,{encoded}"></p>')
        ),
        lambda: colors.drop(mime(urls=["https://example.org/halves.png"], png=content)),
    ]
    expected = resize_to_square(halves(), SIZE, "crop", 3)
    for open_it in ways:
        colors.reset()
        open_it()
        colors.until(lambda: colors.best() == "red")
        seen = colors.find("network_view").image()
        assert np.array_equal(seen, expected.transpose(1, 2, 0))
        assert np.array_equal(colors.view.photo().pixels, np.asarray(halves()))


def test_a_link_to_the_web_is_explained_and_not_fetched(colors):
    for data in (
        mime(urls=["https://example.org/cat.png"]),
        mime(html='<img src="https://example.org/cat.png">'),
    ):
        colors.drop(data)
        assert "downloads no images" in colors.find("banner_text").text()
    assert colors.page.images.image() is None


def test_the_image_is_as_large_as_fits_and_its_saliency_lies_on_what_the_model_saw(colors, photo):
    colors.opened(photo, "red")
    rect = colors.view.image_rect()
    assert rect.width() / rect.height() == pytest.approx(1.6, abs=0.01)
    assert max(rect.width() / colors.view.width(), rect.height() / colors.view.height()) > 0.999
    colors.until(lambda: colors.view.heat() is not None)
    left, _, right, _ = input_region((160, 100), SIZE, "crop")
    assert colors.view.heat().region == pytest.approx((left / 160, 0, right / 160, 1))
    assert colors.view.heat().values.shape == (SIZE, SIZE)

    def pixels():
        grabbed = colors.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return grabbed.copy(rect.toRect())

    button, slider = colors.find("saliency_overlay_button"), colors.find("saliency_opacity_slider")
    assert button.isChecked()
    assert button.text() == "On the image"
    with_map = pixels()
    QTest.keyClick(colors.page, Qt.Key.Key_W)
    without = pixels()
    assert not slider.isVisible()
    inside = without.width() // 2 - 20, without.height() // 2
    assert with_map.pixel(*inside) != without.pixel(*inside)
    assert with_map.pixel(5, 40) == without.pixel(5, 40)  # outside of the central square
    QTest.mouseClick(button, LEFT)
    assert slider.isVisible()
    slider.setValue(30)
    assert pixels().pixel(*inside) not in (with_map.pixel(*inside), without.pixel(*inside))
    slider.setValue(80)


def test_a_drag_crops_and_undo_restores_the_whole(colors, photo):
    colors.opened(photo, "red")
    colors.drag((0.6, 0.1), (0.95, 0.9))
    colors.until(lambda: colors.best() == "blue")  # live, before it is on the canvas
    colors.settled()
    crop = ImageCrop(0, colors.view.box())
    assert crop.box == pytest.approx((0.6, 0.1, 0.95, 0.9), abs=0.01)
    expected = resize_to_square(crop_image(halves(), crop), SIZE, "crop", 3)
    colors.until(
        lambda: np.array_equal(colors.find("network_view").image(), expected.transpose(1, 2, 0))
    )
    assert colors.find("crop_button").isChecked()
    QTest.keyClick(colors.page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    colors.until(lambda: colors.best() == "red")
    assert colors.view.box() == (0, 0, 1, 1)
    assert not colors.find("crop_button").isChecked()


def test_the_crop_is_moved_and_sized_by_keyboard(colors, photo):
    colors.opened(photo, "red")
    QTest.mouseClick(colors.find("crop_button"), LEFT)
    assert colors.view.box() == (0.1, 0.1, 0.9, 0.9)
    for _ in range(20):
        QTest.keyClick(colors.view, Qt.Key.Key_Left, SHIFT)
    for _ in range(30):
        QTest.keyClick(colors.view, Qt.Key.Key_Right)
    assert colors.view.box() == pytest.approx((0.6, 0.1, 1.0, 0.9), abs=1e-6)
    colors.until(lambda: colors.best() == "blue")
    colors.settled()
    QTest.mouseClick(colors.find("reset_image_button"), LEFT)
    colors.until(lambda: colors.best() == "red")
    colors.settled()


def test_rotations_are_those_of_pillow(colors, photo):
    colors.opened(photo, "red")
    QTest.mouseClick(colors.find("rotate_button"), LEFT)
    colors.settled()
    assert colors.view.photo().size == (100, 160)
    tilt = colors.find("tilt_slider")
    tilt.setFocus()
    for _ in range(3):
        QTest.keyClick(tilt, Qt.Key.Key_PageUp)
    assert tilt.value() == 30
    colors.settled()
    assert colors.canvas.origin.crop.degrees == 120
    expected = crop_image(halves(), ImageCrop(120))
    assert np.array_equal(colors.canvas.origin.photo, np.asarray(expected))
    assert colors.view.photo().size == expected.size
    colors.view.grab()


@pytest.fixture(scope="module")
def three_digits(tmp_path_factory):
    """A photographed 1 0 1 on paper."""
    page = Image.new("RGB", (400, 300), (215, 210, 200))
    draw = ImageDraw.Draw(page)
    draw.line([(80, 80), (80, 220)], fill=(40, 40, 60), width=9)
    draw.ellipse([170, 80, 260, 220], outline=(40, 40, 60), width=9)
    draw.line([(340, 80), (340, 220)], fill=(40, 40, 60), width=9)
    noise = np.random.default_rng(2).normal(0, 4, (300, 400, 3))
    path = tmp_path_factory.mktemp("digits") / "page.png"
    Image.fromarray((np.asarray(page) + noise).clip(0, 255).astype(np.uint8)).save(path)
    return path


def test_digits_on_a_photographed_page_are_found_and_each_can_be_chosen(ink, three_digits):
    ink.opened(three_digits, "0")  # the central one
    grid = ink.find("found_digits")
    assert grid.samples.rowCount() == 3
    assert len(ink.view.frames()) == 3
    ink.until(lambda: grid.samples.table.predictions)
    assert [grid.samples.table.caption(i) for i in range(3)] == ["0 · 91 %", "1 · 91 %", "1 · 91 %"]
    frame = ink.view.frame_rect(2)
    assert frame.center().x() > ink.view.image_rect().left() + 0.7 * ink.view.image_rect().width()
    QTest.mouseClick(ink.view, LEFT, NONE, frame.center().toPoint())
    ink.until(lambda: ink.best() == "1")
    assert grid.currentIndex().row() == 2
    ink.until(lambda: ink.view.heat() is not None)  # over the digit that is predicted
    left, _, right, _ = ink.view.heat().region
    assert 0.7 < left < 0.85 < right
    QTest.keyClick(grid, Qt.Key.Key_Home)
    ink.until(lambda: ink.best() == "0")
    ink.drag((0.05, 0.1), (0.35, 0.9))  # another frame: only the first line is in it
    ink.until(lambda: ink.best() == "1" and len(ink.view.frames()) == 1)
    ink.settled()
    assert not ink.find("saliency_overlay_button").isChecked()  # as for drawings
    QTest.mouseClick(ink.find("draw_on_image_button"), LEFT)
    assert ink.canvas.isVisible()


def test_the_digits_of_the_last_session_are_found_again(ink, three_digits, tmp_path):
    image = load_opened_image(three_digits).with_digit(2)
    name = StoredImages().store(Background(image.drawing, image.photo, image), tmp_path)
    restored = load_image(image_path(tmp_path, name)).origin
    ink.canvas.set_image(restored.drawing, restored.photo, restored)
    assert ink.find("found_digits_label").text() == "Looking for digits…"
    ink.until(lambda: len(ink.view.frames()) == 3)
    assert ink.find("found_digits").currentIndex().row() == 2
    assert ink.canvas.origin is restored  # nothing to undo
    assert ink.best() == "1"


def test_the_steps_of_a_photo_begin_with_the_photo(ink, three_digits):
    ink.opened(three_digits, "0")
    ink.page.views.open(INPUT)
    view = ink.find("input_view")
    ink.until(lambda: len(view.flow.cards) > 6)
    keys = [card.key for card in view.flow.cards]
    assert keys == [
        "photo", "gray", "polarity", "illumination", "threshold", "dust", "digit",
        "crop", "scale", "contrast", "center",
    ]  # fmt: skip
    cards = dict(zip(keys, view.flow.cards, strict=True))
    assert np.array_equal(cards["photo"].view.image(), ink.canvas.origin.photo)
    seen = ink.page.session.prediction.network_input[0]
    assert np.array_equal(cards["center"].view.image(), seen)
    assert "3 digits found" in cards["digit"].sentence.text()
    ink.until(lambda: cards["digit"].effect.text())  # after the steps themselves
    assert cards["digit"].effect.text() == "Without: 0 · 91 %"
    QTest.mouseClick(cards["digit"].check_box, LEFT, NONE, QPoint(8, 10))
    ink.until(lambda: cards["digit"].effect.text().startswith("With it"))
    assert cards["digit"].view.image().shape == (300, 400)  # all strokes are one drawing
    view.use_all_steps()
    ink.page.views.open(PREDICT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("several")
    for number, color in enumerate([(250, 0, 0), (0, 160, 60), (0, 90, 250), (120, 110, 100)]):
        Image.new("RGB", (40, 30), color).save(made / f"{number}.png")
    (made / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (made / "=cmd.txt").write_text("no image")
    return made


def test_several_images_are_predicted_sorted_opened_and_exported(colors, folder, tmp_path):
    batch, grid = colors.batch, colors.find("batch_grid")
    colors.drop(mime(urls=[path.as_uri() for path in sorted(folder.glob("*.png"))]))
    colors.until(lambda: batch.table is not None and batch.table.done == 5)
    colors.until(lambda: not batch.is_running and grid.samples.rowCount() == 4)
    assert [batch.table.predicted(i)[0] for i in range(4)] == ["red", "green", "blue", "red"]
    assert colors.find("batch_errors").count() == 1
    assert "broken.png" in colors.find("batch_errors").item(0).text()
    colors.find("batch_sort").setCurrentIndex(1)
    assert grid.samples.positions()[0] == 3  # the gray one is the least certain
    with colors.qtbot.waitSignal(batch.exported, timeout=LONG):
        batch.export(str(tmp_path / "table.csv"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "table.csv").read_text())))
    assert [row["predicted"] for row in rows] == ["red", "green", "blue", "red", ""]
    assert rows[4]["error"]
    assert float(rows[0]["probability"]) == pytest.approx(batch.table.predicted(0)[1], abs=1e-6)
    index = grid.samples.index(grid.samples.row_of(2), 0)
    QTest.mouseClick(grid.viewport(), LEFT, NONE, grid.visualRect(index).center())
    colors.until(lambda: colors.view.isVisible() and colors.best() == "blue")
    probability = max(value for _, value in colors.values())
    assert probability == pytest.approx(batch.table.predicted(2)[1], abs=1e-7)
    back = colors.find("batch_back_button")
    assert back.text() == "All 5 images"
    QTest.mouseClick(back, LEFT)
    assert grid.isVisible()
    colors.find("batch_sort").setCurrentIndex(0)
    QTest.mouseClick(colors.find("batch_close_button"), LEFT)
    assert not grid.isVisible()


def test_all_digits_of_each_photo_are_predicted(ink, three_digits, tmp_path):
    blank = tmp_path / "blank.png"
    Image.new("RGB", (60, 60), "white").save(blank)
    batch, grid = ink.batch, ink.find("batch_grid")
    ink.page.images.open_several([three_digits, blank])
    ink.until(lambda: batch.table is not None and not batch.is_running)
    assert grid.samples.rowCount() == 1
    assert not grid.currentIndex().isValid()  # none is chosen yet
    assert batch.table.predicted(0)[0] == "0"
    assert batch.table.details(0) == ("page.png", "1 0 1")
    assert "no handwriting" in ink.find("batch_errors").item(0).text()
    with ink.qtbot.waitSignal(batch.exported, timeout=LONG):
        batch.export(str(tmp_path / "table.csv"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "table.csv").read_text())))
    assert [row["digits"] for row in rows] == ["1 0 1", ""]
    assert rows[1]["error"]
    batch.close_images()


def test_a_folder_is_predicted_until_it_is_cancelled(colors, folder, monkeypatch):
    colors.page.images.open_several([folder])
    colors.until(lambda: colors.batch.table is not None and not colors.batch.is_running)
    assert [path.name for path in colors.batch.table.paths] == [
        "0.png", "1.png", "2.png", "3.png", "broken.png",
    ]  # fmt: skip
    colors.page.images.open_several([folder] * 200)
    colors.until(lambda: colors.batch.table is not None and colors.batch.table.done > 3)
    QTest.mouseClick(colors.find("batch_cancel_button"), LEFT)
    colors.until(lambda: not colors.batch.is_running)
    assert colors.find("batch_title").text().startswith("Canceled after")
    colors.batch.close_images()


class FakeCamera(QObject):
    frame = Signal(object)
    failed = Signal(str)

    def __init__(self):
        super().__init__()
        self.is_on = False

    def start(self):
        self.is_on = True

    def stop(self):
        self.is_on = False


def test_a_webcam_is_predicted_live_and_freezes(colors):
    camera = FakeCamera()
    colors.page.images.webcam.start(camera)
    assert camera.is_on
    assert colors.find("webcam_button").isChecked()
    frame = QImage(64, 48, QImage.Format.Format_RGB32)
    for color, name in ((Qt.GlobalColor.blue, "blue"), (Qt.GlobalColor.green, "green")):
        frame.fill(color)
        camera.frame.emit(frame.copy())
        colors.until(lambda name=name: colors.best() == name)
    assert colors.canvas.is_blank()
    QTest.mouseClick(colors.find("webcam_button"), LEFT)
    assert not camera.is_on
    assert not colors.find("webcam_button").isChecked()
    colors.until(lambda: colors.best() == "green")
    assert not colors.canvas.is_blank()


def test_without_qt_multimedia_the_webcam_says_how_to_install_it(colors, monkeypatch):
    monkeypatch.setattr(webcam, "is_webcam_installed", lambda: False)
    QTest.mouseClick(colors.find("webcam_button"), LEFT)
    assert "vgg-studio[webcam]" in colors.find("banner_text").text()
    assert not colors.find("webcam_button").isChecked()
    monkeypatch.undo()
    colors.page.images.webcam.start(failing := FakeCamera())
    failing.failed.emit(webcam.NO_CAMERA)
    assert "No webcam was found" in colors.find("banner_text").text()
    assert not failing.is_on


def test_newer_weights_of_a_model_in_training_interrupt_nothing(colors, photo):
    colors.opened(photo, "red")
    QTest.mouseClick(colors.find("draw_on_image_button"), LEFT)
    colors.page._on_loaded("colors")  # without another model being chosen
    assert colors.canvas.isVisible()
    colors.choose("colors")
    assert colors.stage.isVisible()


def test_a_stored_crop_is_restored_with_its_image(tmp_path):
    whole = load_opened_image(halves())
    crop = ImageCrop(30, (0.2, 0.2, 0.8, 0.9))
    image = whole.cropped(crop)
    name = StoredImages().store(Background(image.drawing, image.photo, image), tmp_path)
    background = load_image(image_path(tmp_path, name))
    restored = background.origin
    assert np.array_equal(background.photo, image.photo)
    assert np.array_equal(restored.source, image.source)
    assert restored.crop == crop
    assert np.array_equal(restored.uncropped.photo, whole.photo)
    assert np.array_equal(restored.uncropped.source, whole.source)


def test_every_control_has_a_name_and_a_tooltip(colors, photo):
    colors.opened(photo)
    names = ("image_stage", "batch_grid", "crop_button", "rotate_button", "webcam_button",
             "saliency_overlay_button", "saliency_opacity_slider", "tilt_slider", "batch_sort",
             "found_digits")  # fmt: skip
    for name in names:
        widget = colors.find(name)
        assert widget.accessibleName(), name
    assert not isinstance(colors.find("prediction_label"), type(None))
    assert isinstance(colors.find("found_digits_label"), QLabel)
