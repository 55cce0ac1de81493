import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from studio.ui.widgets.elided_label import ElidedLabel, ElidedParagraph

TEXT = "86.1 % correct · 1,389 errors in 10,000"


@pytest.fixture
def label(qtbot):
    label = ElidedLabel(TEXT)
    qtbot.addWidget(label)
    label.show()
    return label


def hover(label):
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(2, 2), label.mapToGlobal(QPoint(2, 2)))
    QApplication.sendEvent(label, event)


def test_a_text_that_fits_is_not_elided(label):
    label.resize(label.sizeHint())
    assert label.shown_text() == TEXT
    hover(label)
    assert label.toolTip() == ""


def test_an_elided_text_has_the_whole_text_as_tooltip(label):
    label.resize(100, 24)
    assert label.shown_text().endswith("…")
    assert label.text() == TEXT
    hover(label)
    assert label.toolTip() == TEXT
    QToolTip.hideText()
    assert not label.grab().isNull()


def test_the_minimum_width_is_small(label):
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


def test_a_paragraph_of_two_lines_is_not_elided(paragraph):
    paragraph.resize(900, 40)
    assert " ".join(paragraph.shown_lines()) == SENTENCES
    hover(paragraph)
    assert paragraph.toolTip() == ""


def test_a_longer_paragraph_is_elided_to_two_lines(paragraph):
    paragraph.resize(400, 40)
    first, second = paragraph.shown_lines()
    assert SENTENCES.startswith(first)
    assert second.endswith("…")
    assert paragraph.heightForWidth(200) <= 2 * paragraph.fontMetrics().lineSpacing()
    hover(paragraph)
    assert paragraph.toolTip().replace("\n", " ") == SENTENCES
    QToolTip.hideText()
    assert not paragraph.grab().isNull()


def test_a_paragraph_may_have_one_line(paragraph):
    paragraph.setText("Ready.")
    paragraph.resize(400, 40)
    assert paragraph.shown_lines() == ["Ready."]
    assert paragraph.heightForWidth(400) < 2 * paragraph.fontMetrics().lineSpacing()
    paragraph.setText("")
    assert "".join(paragraph.shown_lines()) == ""
