"""The training that runs in this window, for the pages that show its model."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from studio.training.snapshots import Snapshot
    from studio.ui.tasks import FitThread


class LiveTraining(QObject):
    """Gives other pages the weights of the run in training. `changed`: one began or ended."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run = ""  # the id of the run in training, "" while there is none
        self._thread: FitThread | None = None

    @property
    def snapshot(self) -> "Snapshot | None":
        """The newest weights that were asked for; None before the first ones."""
        return self._thread.snapshots.newest if self._thread is not None else None

    def request_snapshot(self) -> None:
        """Ask for newer weights, which are `snapshot` a moment later."""
        if self._thread is not None:
            self._thread.request_snapshot()

    def begin(self, run: str, thread: "FitThread") -> None:
        """Show that `thread` trains a run, given by its id."""
        self.run, self._thread = run, thread
        self.changed.emit()

    def end(self) -> None:
        """Show that the training has ended."""
        if self._thread is not None:
            self.run, self._thread = "", None
            self.changed.emit()
