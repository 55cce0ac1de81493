"""A run that lies anywhere is dropped on the window, drawn with, and its mistakes are looked at."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

from studio.recipes import load_recipe
from studio.runs import RunStore
from studio.training import Trainer
from tests.fixed_engine import FIXED_ENGINE
from tests.ui.test_walk import LONG, draw_one, find

SMALL = FIXED_ENGINE | {
    "optim.epochs": 2,
    "model.filters": [[4]],
    "model.hidden": [8],
    "data.image_size": 16,
}


@pytest.fixture
def run(tmp_path):
    """A training that happened elsewhere."""
    config = load_recipe("digits-quickstart").config.with_values(SMALL)
    run = RunStore(tmp_path / "cluster").create(config)
    Trainer(config, run, tmp_path / "data").fit()
    return run


def drop(widget, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    how = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(50, 50), action, data, *how))
    QApplication.sendEvent(widget, QDropEvent(QPointF(50, 50), action, data, *how))


def click_when_ready(qtbot, window, name):
    """What is known of a run comes a moment after its row, and its buttons with it."""
    button = window.findChild(QWidget, name)
    qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=LONG)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_dropped_run_answers_and_explains_itself(qtbot, open_window, tmp_path, run):
    window = open_window(data_dir=tmp_path / "data")
    drop(window, run.path)
    table = window.findChild(QWidget, "runs_table")
    qtbot.waitUntil(lambda: table.selected_ids() == [str(run.path)])
    assert table.isVisible()

    click_when_ready(qtbot, window, "run_draw")
    picker = window.findChild(QComboBox, "model_combo")
    qtbot.waitUntil(lambda: picker.currentData() == str(run.path), timeout=LONG)
    draw_one(find(window, "digit_canvas"))
    bars = window.findChild(QWidget, "prediction_bars")
    qtbot.waitUntil(lambda: len(bars.values()) == 10, timeout=LONG)
    assert picker.currentData() == str(run.path)

    window.show_page(3)
    click_when_ready(qtbot, window, "run_mistakes")
    matrix = window.findChild(QWidget, "confusion_view")
    qtbot.waitUntil(lambda: matrix.isVisible() and matrix.matrix().sum() == 359, timeout=LONG)
