import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from studio.ui.widgets.elided_label import ElidedLabel

TEXT = "86.1 % right · 1,389 mistakes of 10,000"


@pytest.fixture
def label(qtbot):
    label = ElidedLabel(TEXT)
    qtbot.addWidget(label)
    label.show()
    return label


def hover(label):
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), label.mapToGlobal(QPoint(2, 2)))
    QApplication.sendEvent(label, event)


def test_the_whole_text_is_shown_where_there_is_room(label):
    label.resize(label.sizeHint())
    assert label.shown_text() == TEXT
    hover(label)
    assert label.toolTip() == ""


def test_without_room_it_ends_in_dots_and_the_tooltip_has_all(label):
    label.resize(100, 24)
    assert label.shown_text().endswith("…")
    assert label.text() == TEXT
    hover(label)
    assert label.toolTip() == TEXT
    QToolTip.hideText()
    assert not label.grab().isNull()


def test_it_asks_for_little_at_least(label):
    assert label.minimumSizeHint().width() < 60 < label.sizeHint().width()
