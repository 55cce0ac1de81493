import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from studio.ui.widgets.elided_label import ElidedLabel, ElidedParagraph

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


SENTENCES = (
    "Finished in 0:12. Kept: epoch 40 (last epoch, validation accuracy 99.0 %). Validation is "
    "better than training because dropout and augmentation apply only to training."
)


@pytest.fixture
def paragraph(qtbot):
    paragraph = ElidedParagraph()
    paragraph.setText(SENTENCES)
    qtbot.addWidget(paragraph)
    paragraph.show()
    return paragraph


def test_a_paragraph_is_whole_where_two_lines_are_enough(paragraph):
    paragraph.resize(900, 40)
    assert " ".join(paragraph.shown_lines()) == SENTENCES
    hover(paragraph)
    assert paragraph.toolTip() == ""


def test_a_paragraph_never_takes_more_than_two_lines(paragraph):
    paragraph.resize(400, 40)
    first, second = paragraph.shown_lines()
    assert SENTENCES.startswith(first)
    assert second.endswith("…")
    assert paragraph.heightForWidth(200) <= 2 * paragraph.fontMetrics().lineSpacing()
    hover(paragraph)
    assert paragraph.toolTip().replace("\n", " ") == SENTENCES
    QToolTip.hideText()
    assert not paragraph.grab().isNull()


def test_a_paragraph_of_one_line_takes_one(paragraph):
    paragraph.setText("Ready.")
    paragraph.resize(400, 40)
    assert paragraph.shown_lines() == ["Ready."]
    assert paragraph.heightForWidth(400) < 2 * paragraph.fontMetrics().lineSpacing()
    paragraph.setText("")
    assert "".join(paragraph.shown_lines()) == ""
