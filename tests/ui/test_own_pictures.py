"""From a folder dropped on the window to a network that reads the user's pictures."""

import json
import sys

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.cli import main
from studio.inference import Predictor
from studio.runs import RunStore
from studio.ui import theme
from studio.ui.page_stack import DRAW, TRAIN
from tests.ui.shapes import CLASSES, draw_shape, spoil, write_shapes

LONG = 60_000
_HOW = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


@pytest.fixture
def window(open_window, qapp, tmp_path, fixed_engine):
    theme.apply(qapp, "light")
    return open_window(data_dir=tmp_path / "data")


def find(window, name):
    (widget,) = window.findChildren(QWidget, name)
    return widget


def click(qtbot, window, name):
    widget = find(window, name)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())


def drop(target, path):
    """What the system sends when a file is dragged over a widget and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(target, QDragEnterEvent(QPoint(50, 50), copy, data, *_HOW))
    QApplication.sendEvent(target, QDropEvent(QPointF(50, 50), copy, data, *_HOW))


def choose(window, name, data):
    combo = find(window, name)
    combo.setCurrentIndex(combo.findData(data))


@pytest.mark.numeric
@pytest.mark.usefixtures("each_processor")
def test_drop_a_folder_see_the_warnings_train_and_predict(
    qtbot, window, tmp_path, monkeypatch, capsys
):
    folder = write_shapes(tmp_path / "shapes", each=20)
    spoil(folder)
    window.show_page(DRAW)
    drop(window.draw_page, folder)
    assert window.nav_bar.pages.currentRow() == TRAIN
    warnings = find(window, "findings_button")
    qtbot.waitUntil(warnings.isVisible, timeout=LONG)
    assert "warning" in warnings.text()
    qtbot.waitUntil(find(window, "data_view").isVisible)
    choose(window, "size_combo", 28)
    find(window, "epochs_spin").setValue(6)
    strip = find(window, "sample_strip")
    qtbot.waitUntil(lambda: strip.images().shape == (3, 3, 28, 28), timeout=LONG)
    with qtbot.waitSignal(window.train_page.run_ended, timeout=LONG) as ended:
        click(qtbot, window, "train_button")
    run = RunStore(tmp_path / "runs").open(ended.args[0])
    assert run.config.data.path == str(folder)

    pictures = [tmp_path / f"new-{name}.png" for name in CLASSES]
    for label, path in enumerate(pictures):
        draw_shape(label, 9_000 + label).save(path)
    predictor = Predictor.load(run.path)
    assert predictor.class_names == CLASSES
    read = [int(predictor.predict_picture(path).probabilities.argmax()) for path in pictures]
    assert read == [0, 1, 2]
    words = ["predict", run.path, *pictures, "--json"]
    monkeypatch.setattr(sys, "argv", ["vgg-studio", *map(str, words)])
    with pytest.raises(SystemExit) as done:
        main()
    assert not done.value.code
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert all(name in json.dumps(answer) for name in CLASSES)

    # The other pages open with it, called by the name of its folder.
    click(qtbot, window, "explore_mistakes")
    page = window.mistakes_page
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.views, timeout=LONG)
    assert page.samples_view.evaluation.class_names == CLASSES
    window.open_draw(run.id)
    reader = window.draw_page.controller
    qtbot.waitUntil(lambda: reader.class_names == CLASSES, timeout=LONG)
    assert find(window, "model_warning").text().startswith("Trained on shapes")


def test_images_are_dropped_for_the_next_training(qtbot, window, tmp_path):
    window.show_page(TRAIN)
    find(window, "epochs_spin").setValue(500)
    with qtbot.waitSignal(window.train_page.run_started, timeout=LONG):
        click(qtbot, window, "train_button")
    drop(window, write_shapes(tmp_path / "shapes", each=1))
    assert window.train_page.setup.form.dataset_config().path == str(tmp_path / "shapes")
    assert window.train_page.session.progress.config.data.source == "digits"
    click(qtbot, window, "stop_button")
    with qtbot.waitSignal(window.train_page.idle, timeout=LONG):
        click(qtbot, window, "question_action")


def test_a_picture_dropped_on_the_canvas_is_still_read_there(qtbot, window, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(window.draw_page, "open_image", opened.append)
    window.show_page(DRAW)
    picture = tmp_path / "one.png"
    draw_shape(0, 0).save(picture)
    drop(window.draw_page, picture)
    assert opened == [picture]
    assert window.nav_bar.pages.currentRow() == DRAW
