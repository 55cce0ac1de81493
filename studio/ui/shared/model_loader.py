"""Loads the model of a key, and loads it again while it learns."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.runs import RunStore
from studio.ui.context import StudioContext
from studio.ui.shared.live_predictor import LivePredictor
from studio.ui.shared.newest_weights import NewestWeights
from studio.ui.tasks import NewestTask, Work

if TYPE_CHECKING:
    from studio.training.snapshots import Snapshot


class ModelLoader(QObject):
    """`loaded` carries the key and its predictor, or `failed` an error and its traceback.

    A model in training, `RUN@now`, is loaded again and again while `viewer` is visible. `work_for`
    makes the task that loads a key from its files.
    """

    loaded = Signal(str, object)
    failed = Signal(object, str)

    def __init__(
        self,
        context: StudioContext,
        viewer: QWidget | None,
        parent: QObject,
        work_for: Callable[[str], Work] | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._work_for = work_for or self._load_files
        self._key = ""
        self._task = NewestTask(context.tasks, self)
        self._task.failed.connect(self.failed)
        self._newest = NewestWeights(context, viewer, self)
        self._newest.changed.connect(self._on_newer_weights)

    def load(self, key: str) -> None:
        """Load a model in place of the present one."""
        self._task.stop()
        self._key = key
        self._newest.follow(key)
        if not self._newest.is_waiting:
            self._start()

    def stop(self) -> None:
        """Load nothing more."""
        self._task.stop()
        self._newest.stop()

    def _start(self) -> None:
        snapshot = self._newest.snapshot
        if snapshot is None:
            self._task.start(self._work_for(self._key), self._on_loaded)
        else:
            self._task.start(partial(load_snapshot, self._key, snapshot), self._on_loaded)

    def _on_newer_weights(self) -> None:
        if not self._task.is_running:  # else the next ones are shown
            self._start()

    def _on_loaded(self, result: tuple[str, LivePredictor]) -> None:
        self.loaded.emit(*result)

    def _load_files(self, key: str) -> Work:
        return partial(load_predictor, key, self._context.store)


def load_predictor(
    key: str, store: RunStore, on_progress: OnProgress, _should_stop: ShouldStop
) -> tuple[str, LivePredictor]:
    """Load the model of a key, as the work of a task. Raises StudioError."""
    on_progress(0.0, "Loading the model")
    return key, LivePredictor.load(key, store)


def load_snapshot(
    key: str, snapshot: "Snapshot", _on_progress: OnProgress, _should_stop: ShouldStop
) -> tuple[str, LivePredictor]:
    """Build the predictor of a model in training. Raises CheckpointError."""
    return key, LivePredictor.load_snapshot(snapshot)
