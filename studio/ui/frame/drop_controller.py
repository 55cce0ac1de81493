"""Accepts runs, recipes, folders, archives and lists of labels dropped anywhere on the window."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from studio.ui.frame.drop_action import DropAction, DropOutcome, choose_drop_action
from studio.ui.frame.drop_overlay import DropOverlay
from studio.ui.shared.desktop import local_files

# The detail shown for an accepted drop.
_DETAILS = {
    DropOutcome.USE_DATASET: "Class folders, an archive of them, or a list of labels",
    DropOutcome.OPEN_RECIPE: "It is added to your recipes, and fills the form",
    DropOutcome.OPEN_RUN: "Its curves, live while it trains. No file is changed",
}
_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class DropController(QObject):
    """Filters the drag events of the window, and of the widgets in it that accept drops.

    `dataset_dropped`, `run_dropped` and `recipe_dropped` carry a path, `refused` the reason.
    """

    dataset_dropped = Signal(str)
    run_dropped = Signal(str)
    recipe_dropped = Signal(str)
    refused = Signal(str)

    def __init__(self, window: QWidget, drop_targets: list[QWidget]) -> None:
        super().__init__(window)
        self._overlay = DropOverlay(window)
        self._action = DropAction(DropOutcome.IGNORE)
        window.setAcceptDrops(True)
        for target in (window, *drop_targets):
            target.installEventFilter(self)

    def _choose_action(self, event: QDropEvent) -> None:
        """Choose the action once for each drag, when it enters."""
        self._action = choose_drop_action(local_files(event.mimeData()))
        if self._action.outcome is not DropOutcome.IGNORE:
            self._overlay.show_action(self._action.text, _DETAILS.get(self._action.outcome))

    def _drop(self) -> None:
        action, self._action = self._action, DropAction(DropOutcome.IGNORE)
        self._overlay.hide()
        if action.outcome is DropOutcome.USE_DATASET:
            self.dataset_dropped.emit(action.path)
        elif action.outcome is DropOutcome.OPEN_RUN:
            self.run_dropped.emit(action.path)
        elif action.outcome is DropOutcome.OPEN_RECIPE:
            self.recipe_dropped.emit(action.path)
        else:
            self.refused.emit(action.text)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self._overlay.hide()
        if not isinstance(event, QDropEvent) or event.type() not in _DRAGS:
            return False
        if not event.possibleActions() & Qt.DropAction.CopyAction:
            return False
        if event.type() == QEvent.Type.DragEnter:
            self._choose_action(event)
        if self._action.outcome is DropOutcome.IGNORE:
            return False
        # A drag that will be refused is accepted too, or Qt would not report when it leaves. Never
        # as a move: the program that moves would then delete the files.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self._drop()
        return True
