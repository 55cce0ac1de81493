"""The content of a page without data."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QLabel, QPushButton

from studio.ui.widgets.empty_state import EmptyState


def test_texts_and_button(qtbot):
    empty = EmptyState("No runs yet", "Train a network.", "Go to Train")
    qtbot.addWidget(empty)
    empty.show()
    assert [label.text() for label in empty.findChildren(QLabel) if label.text()] == [
        "No runs yet",
        "Train a network.",
    ]
    with qtbot.waitSignal(empty.action_clicked):
        qtbot.mouseClick(empty.findChild(QPushButton), Qt.MouseButton.LeftButton)


def test_without_an_action_there_is_no_button(qtbot):
    empty = EmptyState("Nothing", "Draw something.")
    qtbot.addWidget(empty)
    empty.show()
    assert not empty.findChild(QPushButton).isVisible()


def test_set_text_replaces_texts_and_button(qtbot):
    empty = EmptyState("Nothing", "Draw something.")
    qtbot.addWidget(empty)
    empty.set_text("Loading failed", "Check the file.", "Try again")
    empty.show()
    assert empty.title() == "Loading failed"
    assert empty.findChild(QPushButton).isVisible()
    assert empty.accessibleName() == "Loading failed. Check the file."


def test_a_long_text_wraps_without_being_cut_off(qtbot):
    empty = EmptyState("Nothing", "A long text about what to do now. " * 6)
    qtbot.addWidget(empty)
    empty.resize(500, 400)
    with qtbot.waitExposed(empty):
        empty.show()
    text = next(label for label in empty.findChildren(QLabel) if label.text().startswith("A long"))
    assert text.height() >= text.heightForWidth(text.width())


def test_the_icon_is_muted(qtbot):
    red = QPixmap(48, 48)
    red.fill(QColor("red"))
    empty = EmptyState("Nothing", "", icon=QIcon(red))
    qtbot.addWidget(empty)
    shown = next(label for label in empty.findChildren(QLabel) if not label.pixmap().isNull())
    assert shown.pixmap().toImage().pixelColor(24, 24) != QColor("red")
