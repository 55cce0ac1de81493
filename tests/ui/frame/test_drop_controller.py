"""Folders dragged over a window with real Qt events, and what lies under them."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui.frame.drop_controller import DropController
from studio.ui.frame.drop_overlay import DropOverlay

_HOW = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


class Greedy(QWidget):
    """Takes whatever is dropped on it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.drops = 0

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.drops += 1


class Window(QWidget):
    """A window with a greedy widget in it."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(640, 400)
        self.place = Greedy(self)
        self.drops = DropController(self, [self.place])
        self.overlay = self.findChild(DropOverlay)


@pytest.fixture
def window(qtbot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def mime(*paths) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag(widget: QWidget, data: QMimeData, action=Qt.DropAction.CopyAction) -> QDragEnterEvent:
    event = QDragEnterEvent(QPoint(50, 50), action, data, *_HOW)
    QApplication.sendEvent(widget, event)
    return event


def drop(widget: QWidget, data: QMimeData, action=Qt.DropAction.CopyAction) -> QDropEvent:
    event = QDropEvent(QPointF(50, 50), action, data, *_HOW)
    QApplication.sendEvent(widget, event)
    return event


@pytest.mark.parametrize("over", ["window", "place"])
def test_a_folder_is_taken_wherever_it_is_dropped(window, qtbot, tmp_path, over) -> None:
    target = window if over == "window" else window.place
    data = mime(tmp_path)
    assert drag(target, data).isAccepted()
    assert window.overlay.isVisible()
    assert window.overlay.text() == f"Drop to use the images in {tmp_path.name}/"
    assert window.overlay.geometry() == window.rect()
    with qtbot.waitSignal(window.drops.dataset_dropped) as caught:
        drop(target, data)
    assert caught.args == [str(tmp_path)]
    assert not window.overlay.isVisible()
    assert window.place.drops == 0


def test_a_picture_goes_where_it_is_dropped(window, tmp_path) -> None:
    data = mime(tmp_path / "one.png")
    drag(window.place, data)
    drop(window.place, data)
    assert window.place.drops == 1
    assert not window.overlay.isVisible()
    assert not drag(window, data).isAccepted()


def test_the_cover_goes_when_the_pointer_leaves(window, tmp_path) -> None:
    drag(window, mime(tmp_path))
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.overlay.isVisible()


def test_several_folders_are_refused_with_the_reason(window, qtbot, tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    data = mime(tmp_path / "a", tmp_path / "b")
    drag(window, data)
    assert "at a time" in window.overlay.text()
    with qtbot.waitSignal(window.drops.refused) as caught:
        drop(window, data)
    assert caught.args == ["Drop one folder, archive or list at a time."]


def test_nothing_is_ever_moved(window, qtbot, tmp_path) -> None:
    """A file manager that moves deletes the pictures."""
    data = mime(tmp_path)
    both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    drag(window, data, both)
    assert drop(window, data, both).dropAction() is Qt.DropAction.CopyAction
    with qtbot.assertNotEmitted(window.drops.dataset_dropped):
        assert not drag(window, data, Qt.DropAction.MoveAction).isAccepted()
        drop(window, data, Qt.DropAction.MoveAction)
    assert not window.overlay.isVisible()


def test_the_cover_is_painted_in_any_size(window, tmp_path) -> None:
    for size in ((640, 400), (200, 120)):
        window.resize(*size)
        drag(window, mime(tmp_path / ("long" * 30 + ".zip")))
        assert not window.grab().isNull()


def test_a_run_is_opened(qtbot, window, tmp_path):
    (tmp_path / "status.json").touch()
    drag(window, mime(tmp_path))
    assert window.overlay.text() == f"Drop to open the run {tmp_path.name}"
    with (
        qtbot.assertNotEmitted(window.drops.dataset_dropped),
        qtbot.waitSignal(window.drops.run_dropped) as opened,
    ):
        drop(window, mime(tmp_path))
    assert opened.args == [str(tmp_path)]
