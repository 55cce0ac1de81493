"""How long the trainings of the queue will take, from what was measured before."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import Stopped
from studio.runs.training_queue import QueueEntry
from studio.training.forecast.estimate import known_forecast
from studio.ui.context import StudioContext
from studio.ui.tasks import NewestTask

Seconds = dict[str, float | None]  # by the id of the entry; None where nothing is known


class QueueForecasts(QObject):
    """Computes forecasts in a thread, once for each entry; `changed` follows."""

    changed = Signal()

    def __init__(self, context: StudioContext, parent: QObject) -> None:
        super().__init__(parent)
        self._data_dir = context.data_dir
        self.seconds: Seconds = {}
        self._work = NewestTask(context.tasks, self)
        self._work.failed.connect(self._on_failed)

    def update(self, entries: Sequence[QueueEntry]) -> None:
        """Find the forecasts of the entries that have not ended."""
        missing = [e for e in entries if not e.has_ended and e.id not in self.seconds]
        if missing:
            self._work.start(partial(_forecast, missing, self._data_dir), self._on_found)

    def forget(self) -> None:
        """Compute all anew with the next update: something was measured."""
        self.seconds = {}

    def close(self) -> None:
        """End the work."""
        self._work.stop()

    def _on_found(self, seconds: Seconds) -> None:
        self.seconds |= seconds
        self.changed.emit()

    def _on_failed(self, _error: object, _traceback_text: str) -> None:
        """Show no forecast: the training itself will say what is wrong."""


def _forecast(
    entries: Sequence[QueueEntry],
    data_dir: Path,
    _on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Seconds:
    found: Seconds = {}
    for entry in entries:
        if should_stop():
            raise Stopped
        cost = known_forecast(entry.config, data_dir)
        found[entry.id] = cost.seconds if cost else None
    return found
