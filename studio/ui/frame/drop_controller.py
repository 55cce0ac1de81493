"""Takes runs, folders, archives and lists of labels that are dropped anywhere on the window."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from studio.ui.frame.drop_action import DropAction, Outcome, choose_drop
from studio.ui.frame.drop_overlay import DropOverlay

# What is said below the words; an outcome without it is no welcome.
_MORE = {
    Outcome.TAKE: "Class folders, an archive of them, or a list of labels",
    Outcome.OPEN: "Its curves, live while it trains. No file is changed",
}
_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class DropController(QObject):
    """Looks at drags before `places` do, which are the window and all in it that takes drops."""

    taken = Signal(str)
    run_opened = Signal(str)
    refused = Signal(str)

    def __init__(
        self, window: QWidget, places: list[QWidget], is_training: Callable[[], bool]
    ) -> None:
        super().__init__(window)
        self._is_training = is_training
        self._cover = DropOverlay(window)
        self._choice = DropAction(Outcome.PASS)
        window.setAcceptDrops(True)
        for place in (window, *places):
            place.installEventFilter(self)

    def _look(self, event: QDropEvent) -> None:
        """Decide once for each drag, as it enters."""
        self._choice = choose_drop(_local_files(event.mimeData()), self._is_training())
        if self._choice.outcome is not Outcome.PASS:
            self._cover.say(self._choice.words, _MORE.get(self._choice.outcome))

    def _drop(self) -> None:
        choice, self._choice = self._choice, DropAction(Outcome.PASS)
        self._cover.hide()
        if choice.outcome is Outcome.TAKE:
            self.taken.emit(choice.path)
        elif choice.outcome is Outcome.OPEN:
            self.run_opened.emit(choice.path)
        else:
            self.refused.emit(choice.words)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self._cover.hide()
        if not isinstance(event, QDropEvent) or event.type() not in _DRAGS:
            return False
        if not event.possibleActions() & Qt.DropAction.CopyAction:
            return False
        if event.type() == QEvent.Type.DragEnter:
            self._look(event)
        if self._choice.outcome is Outcome.PASS:
            return False
        # Also what will be refused is accepted here, or Qt would not tell of its leaving. Never as
        # a move: the program that moves would then delete the files.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self._drop()
        return True


def _local_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
