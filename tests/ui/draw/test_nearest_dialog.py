"""The training samples nearest to a drawing."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from studio.insight.nearest import Neighbor
from studio.ui.shared import nearest_search

LEFT = Qt.MouseButton.LeftButton


class FakeSamples:
    """Has one neighbor of each class, and remembers what was searched."""

    class Features:
        kept = 1.0

    features, count = Features(), 12

    def __init__(self):
        self.searched = []

    def find(self, image, classes, count, index):
        self.searched.append((image.shape, list(classes), index))
        found = np.zeros((1, 28, 28), np.uint8)
        return [[Neighbor("train:3", 3, wanted, 0.75, found, False, False)] for wanted in classes]


@pytest.fixture
def samples(monkeypatch):
    fake = FakeSamples()
    monkeypatch.setattr(nearest_search, "_load", lambda *_: fake)
    return fake


def rows_shown(dialog):
    return [(row.title.text(), row.class_name.text()) for row in dialog.panel.rows]


def test_the_dialog_follows_the_drawing(page, hand, samples, qtbot):
    hand.draw_one()
    button = page.findChild(QPushButton, "nearest_button")
    qtbot.waitUntil(button.isVisible)
    qtbot.mouseClick(button, LEFT)
    dialog = page.nearest_dialog
    qtbot.waitUntil(lambda: bool(dialog.panel.rows[0].buttons))
    assert dialog.isVisible()
    assert rows_shown(dialog) == [("Predicted", "1"), ("Second choice", "0")]
    assert dialog.panel.rows[0].buttons[0].text() == "0.750"
    assert "Click" not in dialog.panel.rows[0].buttons[0].toolTip()
    assert samples.searched[-1] == ((1, 28, 28), [1, 0], -1)
    hand.canvas.clear()
    hand.draw_zero()
    qtbot.waitUntil(lambda: samples.searched[-1][1][0] == 0)
    dialog.close()


def test_without_a_prediction_nothing_opens(page, qtbot):
    page.open_nearest()
    assert page.nearest_dialog is None
