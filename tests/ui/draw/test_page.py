"""The Draw page driven as a person does it."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QPushButton,
    QWidget,
)

from studio.config import TrainConfig
from studio.data.drawing.preprocessing import prepare_drawing
from studio.recipes import load_recipe
from studio.runs import RunStatus
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.digit_canvas import DigitCanvas
from studio.ui.widgets.pixel_view import PixelView
from studio.ui.widgets.prediction_bars import PredictionBars

CTRL = Qt.KeyboardModifier.ControlModifier


def part(page, kind, name):
    found = page.findChild(kind, name)
    assert found is not None, name
    return found


def bars(page):
    return part(page, PredictionBars, "prediction_bars")


def label(page):
    return part(page, QLabel, "prediction_label").text()


def banner(page):
    return part(page, Banner, "banner")


def waits_for(page, qtbot, words):
    qtbot.waitUntil(lambda: label(page) == words)


@pytest.fixture
def run(context):
    """Makes runs whose weights exist as a file; what is in it is the stand-in's affair."""

    def make(recipe="digits-quickstart", **values):
        config: TrainConfig = load_recipe(recipe).config
        made = context.store.create(config)
        made.best_weights.parent.mkdir()
        made.best_weights.touch()
        values = {"status": RunStatus.STOPPED} | values  # else it would be in training
        made.write_status(made.status.with_values(**values))
        return made.id

    return make


def test_an_empty_canvas_gets_no_answer(page):
    assert bars(page).values() == []
    assert "while the pen moves" in bars(page).text()
    assert part(page, PixelView, "network_view").image() is None
    assert part(page, PixelView, "saliency_view").image() is None


def test_a_drawing_is_read(page, hand, qtbot):
    hand.draw_one()
    waits_for(page, qtbot, "1 · 91 % confident")
    assert [name for name, _ in bars(page).values()] == list("0123456789")
    assert max(bars(page).values(), key=lambda value: value[1])[0] == "1"


def test_the_network_view_shows_exactly_what_the_network_got(page, hand, qtbot):
    hand.draw_zero()
    waits_for(page, qtbot, "0 · 91 % confident")
    view = part(page, PixelView, "network_view")
    ink = part(page, DigitCanvas, "digit_canvas").image()
    qtbot.waitUntil(lambda: np.array_equal(view.image(), prepare_drawing(ink, "mnist", 28)))
    assert view.caption() == "Model input, 28 × 28"


def test_the_reason_follows_the_answer(page, hand, qtbot):
    hand.draw_one()
    view = part(page, PixelView, "saliency_view")
    qtbot.waitUntil(lambda: view.heatmap() is not None)
    assert np.abs(view.heatmap()).max() == 1
    network = part(page, PixelView, "network_view")
    qtbot.waitUntil(lambda: np.array_equal(view.image(), network.image()))


def test_the_last_stroke_is_the_one_answered(page, hand, qtbot):
    for _ in range(5):
        hand.draw_one()
        part(page, QPushButton, "clear_button").click()
    hand.draw_zero()
    waits_for(page, qtbot, "0 · 91 % confident")


def test_clearing_takes_the_answer_away(page, hand, qtbot):
    hand.draw_one()
    waits_for(page, qtbot, "1 · 91 % confident")
    QTest.keyClick(hand.canvas, Qt.Key.Key_Delete)
    assert label(page) == "Nothing drawn yet"
    assert bars(page).values() == []
    QTest.keyClick(hand.canvas, Qt.Key.Key_Z, CTRL)
    waits_for(page, qtbot, "1 · 91 % confident")


def test_erasing_everything_takes_the_answer_away(page, hand, qtbot):
    hand.draw((0.5, 0.5), (0.52, 0.5))
    qtbot.waitUntil(lambda: bool(bars(page).values()))
    hand.canvas.set_tool("eraser")
    hand.canvas.set_pen_width(0.14)
    hand.draw((0.45, 0.5), (0.57, 0.5))
    waits_for(page, qtbot, "Nothing drawn yet")
    assert bars(page).values() == []


def test_one_can_draw_while_the_network_loads(loading_page, hand, context, qtbot):
    assert label(loading_page) == "Loading the model"
    hand.draw_one()
    assert label(loading_page) == "Loading the model"
    assert hand.canvas.image().any()
    context.torch_loaded.emit()
    waits_for(loading_page, qtbot, "1 · 91 % confident")


def test_a_stroke_goes_on_when_the_model_comes_meanwhile(loading_page, hand, context, qtbot):
    press, move = hand.place(0.5, 0.2).toPoint(), hand.place(0.5, 0.8)
    QTest.mousePress(hand.canvas, Qt.MouseButton.LeftButton, pos=press)
    context.torch_loaded.emit()
    waits_for(loading_page, qtbot, "Hardly a drawing: one dot")
    hand.move(move)
    assert hand.canvas.image()[120:160, 140].min() == 255
    QTest.mouseRelease(hand.canvas, Qt.MouseButton.LeftButton, pos=move.toPoint())
    waits_for(loading_page, qtbot, "1 · 91 % confident")
    hand.canvas.undo()
    assert hand.canvas.is_blank()


def test_without_torch_the_page_says_so(loading_page, context):
    context.torch_failed.emit(ImportError("no torch"), "")
    assert label(loading_page) == "No model"


def test_the_picker_lists_the_run_in_training_and_runs_that_have_weights(page, run, context, qtbot):
    begun = context.store.create(load_recipe("digits-quickstart").config).id
    known = run(test_accuracy=0.981)
    context.runs_changed.emit()
    combo = part(page, QComboBox, "model_combo")
    qtbot.waitUntil(lambda: combo.count() == 3)
    assert [combo.itemData(row) for row in range(3)] == [f"{begun}@now", known, "bundled"]
    assert combo.currentData() == "bundled"


def test_the_bundled_network_says_what_it_is(page):
    detail = part(page, QLabel, "model_detail").text()
    assert detail.endswith("on MNIST, 99.6 % validation accuracy")


def test_choosing_a_run_lets_it_answer(page, run, networks, hand, context, qtbot):
    known = run(test_accuracy=0.981)
    context.runs_changed.emit()
    combo = part(page, QComboBox, "model_combo")
    qtbot.waitUntil(lambda: combo.count() == 2)
    hand.draw_one()
    combo.setCurrentIndex(0)
    combo.activated.emit(0)
    waits_for(page, qtbot, "1 · 91 % confident")
    assert networks.loaded[-1] == (known, context.runs_dir / known)
    assert part(page, QLabel, "model_detail").text().endswith("98.1 % test accuracy")


def test_a_run_can_be_opened_from_elsewhere(page, run, networks, qtbot):
    known = run()
    page.set_model(known)
    qtbot.waitUntil(lambda: networks.loaded[-1][0] == known)
    assert part(page, QComboBox, "model_combo").currentData() == known


def test_a_run_can_be_opened_while_the_runs_are_being_listed(page, run, networks, context, qtbot):
    known = run()
    context.runs_changed.emit()
    page.set_model(known)
    qtbot.waitUntil(lambda: networks.loaded[-1][0] == known)


def test_a_run_that_is_gone_leaves_the_bundled_network(page, hand, qtbot):
    page.set_model("20200101-000000-gone-0000")
    qtbot.waitUntil(banner(page).isVisible)
    assert "20200101-000000-gone-0000" in banner(page).text()
    assert part(page, QComboBox, "model_combo").currentData() == "bundled"
    hand.draw_one()
    waits_for(page, qtbot, "1 · 91 % confident")


def test_damaged_weights_are_said_and_another_network_answers(
    page, run, networks, hand, damaged, qtbot
):
    broken = run()
    networks.errors[broken] = damaged
    hand.draw_one()
    page.set_model(broken)
    qtbot.waitUntil(banner(page).isVisible)
    assert banner(page).text() == "The weights are damaged. Choose another network."
    assert label(page) == "No model"
    assert bars(page).values() == []
    page.set_model("bundled")
    waits_for(page, qtbot, "1 · 91 % confident")
    assert not banner(page).isVisible()


def test_an_unforeseen_error_has_a_report_behind_it(page, run, networks, qtbot):
    broken = run()
    networks.errors[broken] = RuntimeError("shape mismatch")
    page.set_model(broken)
    qtbot.waitUntil(banner(page).isVisible)
    assert "shape mismatch" in banner(page).text()
    part(page, QPushButton, "banner_action").click()
    dialog = page.findChild(QDialog, "error_dialog")
    assert "shape mismatch" in dialog.report()
    dialog.close()


def test_a_network_of_clothes_warns_of_a_drawing(page, hand, run, networks, qtbot):
    known = run("tiny-vgg-fashion")
    page.set_model(known)
    warning = part(page, QLabel, "model_warning")
    qtbot.waitUntil(lambda: "not on drawings" in warning.text())
    hand.draw_one()
    assert warning.isVisible()
    page.set_model("bundled")
    assert not warning.isVisible()


def test_a_picture_file_is_read(page, picture_of_one, qtbot):
    part(page, QPushButton, "open_picture_button").click()
    dialog = part(page, QFileDialog, "open_image_dialog")
    dialog.filesSelected.emit([str(picture_of_one)])
    dialog.reject()
    waits_for(page, qtbot, "1 · 91 % confident")
    part(page, QPushButton, "undo_button").click()
    waits_for(page, qtbot, "Nothing drawn yet")


def drop(page, data):
    """What the system sends when something is dragged over the page and let go."""
    how = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(page, QDragEnterEvent(QPoint(50, 50), *how))
    event = QDropEvent(QPointF(50, 50), *how)
    QApplication.sendEvent(page, event)
    return event.isAccepted()


def test_a_network_of_pictures_looks_at_the_file_itself(
    page, hand, run, networks, picture_of_one, qtbot
):
    known = run("tiny-vgg-fashion")
    networks.drawings[known] = "picture"
    page.set_model(known)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture_of_one))])
    drop(page, data)
    waits_for(page, qtbot, "7 · 91 % confident")
    assert part(page, PixelView, "network_view").image().shape == (28, 28, 3)
    hand.draw((0.5, 0.2), (0.5, 0.8))
    waits_for(page, qtbot, "Not trained on drawings")
    assert part(page, QLabel, "confidence_label").text() == "Nearest: 1 · 91 %"


def test_a_dropped_file_is_read(page, picture_of_one, qtbot):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture_of_one))])
    assert drop(page, data)
    waits_for(page, qtbot, "1 · 91 % confident")


def test_a_pasted_picture_is_read(page, hand, picture_of_one, qtbot):
    QGuiApplication.clipboard().setImage(QImage(str(picture_of_one)))
    QTest.keyClick(hand.canvas, Qt.Key.Key_V, CTRL)
    waits_for(page, qtbot, "1 · 91 % confident")


def test_pasting_words_says_what_is_missing(page, hand):
    QGuiApplication.clipboard().setText("seven")
    QTest.keyClick(hand.canvas, Qt.Key.Key_V, CTRL)
    assert "no image" in banner(page).text()


def test_no_picture_is_said_and_the_page_goes_on(page, hand, tmp_path, qtbot):
    notes = tmp_path / "notes.png"
    notes.write_text("no picture")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(notes))])
    drop(page, data)
    qtbot.waitUntil(banner(page).isVisible)
    assert "notes.png is not an image" in banner(page).text()
    hand.draw_one()
    waits_for(page, qtbot, "1 · 91 % confident")


def test_a_blank_picture_is_said(page, tmp_path, qtbot):
    path = tmp_path / "blank.png"
    blank = QImage(20, 20, QImage.Format.Format_RGB32)
    blank.fill(Qt.GlobalColor.white)
    blank.save(str(path))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop(page, data)
    qtbot.waitUntil(banner(page).isVisible)
    assert "blank" in banner(page).text()


def test_tools_act_on_the_canvas_and_show_its_state(page, hand):
    undo, redo = (part(page, QPushButton, name) for name in ("undo_button", "redo_button"))
    clear = part(page, QPushButton, "clear_button")
    assert not undo.isEnabled()
    assert not clear.isEnabled()
    hand.draw_one()
    assert undo.isEnabled()
    assert clear.isEnabled()
    undo.click()
    assert redo.isEnabled()
    assert not clear.isEnabled()
    redo.click()
    part(page, QPushButton, "eraser_button").click()
    assert hand.canvas.tool == "eraser"
    part(page, QPushButton, "pen_button").click()
    assert hand.canvas.tool == "pen"
    assert part(page, QPushButton, "pen_button").isChecked()


@pytest.mark.parametrize("start", ["digit_canvas", "model_combo"])
def test_the_keys_of_the_tools_work_wherever_the_focus_is(page, hand, qtbot, start):
    page.window().activateWindow()
    focused = page.findChild(QWidget, start)
    focused.setFocus()
    qtbot.waitUntil(focused.hasFocus)
    both = CTRL | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(focused, Qt.Key.Key_E)
    assert hand.canvas.tool == "eraser"
    QTest.keyClick(focused, Qt.Key.Key_P)
    assert hand.canvas.tool == "pen"
    hand.draw_one()
    focused.setFocus()
    for key, modifier, is_blank in (
        (Qt.Key.Key_Z, CTRL, True),
        (Qt.Key.Key_Z, both, False),
        (Qt.Key.Key_Z, CTRL, True),
        (Qt.Key.Key_Y, CTRL, False),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, True),
        (Qt.Key.Key_Z, CTRL, False),
        (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier, True),
    ):
        QTest.keyClick(focused, key, modifier)
        assert hand.canvas.is_blank() is is_blank


def test_the_brackets_change_the_pen_width(page, hand):
    before = hand.canvas.pen_width
    QTest.keyClick(hand.canvas, Qt.Key.Key_BracketRight)
    assert hand.canvas.pen_width > before
    QTest.keyClick(hand.canvas, Qt.Key.Key_BracketLeft)
    assert hand.canvas.pen_width == pytest.approx(before)


def test_the_slider_sets_the_pen_and_follows_the_keys(page, hand):
    slider = page.findChild(object, "pen_width_slider")
    slider.setValue(100)
    assert hand.canvas.pen_width == pytest.approx(0.14)
    QTest.keyClick(hand.canvas, Qt.Key.Key_BracketLeft)
    assert slider.value() < 100


@pytest.mark.parametrize(("width", "words"), [(760, ""), (1200, "Clear")])
def test_a_narrow_page_keeps_its_tools_and_its_answer(page, width, words):
    page.resize(width, 800)
    clear = part(page, QPushButton, "clear_button")
    assert clear.text() == words
    for name in ("open_picture_button", "clear_button", "model_combo", "digit_canvas"):
        widget = page.findChild(object, name)
        corner = widget.mapTo(page, widget.rect().bottomRight())
        assert page.rect().contains(corner), name


def test_every_control_has_a_name_and_a_tooltip(page):
    for kind in (QPushButton, QComboBox, DigitCanvas, PredictionBars, PixelView):
        for widget in page.findChildren(kind):
            if widget.isVisibleTo(page):
                assert widget.objectName(), widget
                assert widget.accessibleName(), widget.objectName()
                assert widget.toolTip(), widget.objectName()


def test_a_dot_is_hardly_a_drawing_and_no_prediction_is_stated(page, hand, qtbot):
    hand.draw((0.5, 0.5))
    waits_for(page, qtbot, "Hardly a drawing: one dot")
    assert part(page, QLabel, "confidence_label").text() == "Nearest: 0 · 91 %"
    hand.draw_one()
    waits_for(page, qtbot, "1 · 91 % confident")


def test_a_model_near_chance_says_that_it_guesses(page, hand, run, networks, qtbot):
    known = run()
    networks.warnings[known] = "This model guesses: 16.7 % validation accuracy"
    page.set_model(known)
    hand.draw_one()
    waits_for(page, qtbot, "This model guesses: 16.7 % validation accuracy")
    assert part(page, QLabel, "confidence_label").text() == "Nearest: 1 · 91 %"


SMALLEST = (960 - 96, 510)  # beside the navigation of the smallest window


@pytest.mark.parametrize("words", ["", "This model guesses: 16.7 % validation accuracy"])
def test_the_page_fits_the_smallest_window(page, hand, run, networks, qtbot, words):
    known = run()
    networks.warnings[known] = words
    page.set_model(known)
    page.resize(*SMALLEST)
    assert page.size().toTuple() == SMALLEST
    hand.draw_one()
    waits_for(page, qtbot, words or "1 · 91 % confident")
    shown = [w for w in page.findChildren(QWidget) if w.isVisible() and w.objectName()]
    for widget in shown:
        corners = widget.rect().topLeft(), widget.rect().bottomRight()
        assert all(page.rect().contains(widget.mapTo(page, c)) for c in corners), (
            widget.objectName()
        )
    # Ten rows can be read, and nothing lies over them.
    assert bars(page).height() >= 10 * 16
    panel = bars(page).parentWidget()
    names = ("prediction_label", "confidence_label", "prediction_bars")
    boxes = [panel.findChild(QWidget, name).geometry() for name in names]
    assert all(a.bottom() < b.top() for a, b in itertools.pairwise(boxes))
    bottom = bars(page).mapTo(page, bars(page).rect().bottomLeft()).y()
    assert bottom < part(page, PixelView, "network_view").mapTo(page, QPoint(0, 0)).y()
    assert hand.canvas.width() >= 380
