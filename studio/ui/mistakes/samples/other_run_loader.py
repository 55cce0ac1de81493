"""Evaluates another model in the background, to find the samples that it predicts differently."""

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import DatasetError
from studio.paths import BUNDLED
from studio.ui.context import StudioContext
from studio.ui.mistakes.samples.sample_columns import align_predictions
from studio.ui.tasks import Task, spare_threads

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from studio.insight import Evaluation


class OtherRunLoader(QObject):
    """Runs one evaluation at a time; `loaded` carries the run and its predictions, int64 [M].

    Each `load` ends in `loaded`, `failed` or `cancelled`, unless another one replaces it.
    """

    progressed = Signal(float, str)
    loaded = Signal(str, object)
    failed = Signal(object, str)
    cancelled = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None
        self._run = ""
        self._is_cancelled = False

    def load(self, run: str, evaluation: "Evaluation") -> None:
        """Predict the samples of an evaluation with "bundled" or a run id."""
        self.shutdown()
        self._run, self._is_cancelled = run, False
        self._task = self._context.tasks.start(partial(_predict, self._context, run, evaluation))
        self._task.progressed.connect(self._on_progressed)
        self._task.succeeded.connect(self._on_succeeded)
        self._task.stopped.connect(self._on_stopped)
        self._task.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Ask the evaluation in progress to stop; `cancelled` follows."""
        self._is_cancelled = True
        if self._task is not None:
            self._task.request_stop()

    def shutdown(self) -> None:
        """Stop the evaluation in progress and emit nothing about it any more."""
        self.cancel()
        self._task = None

    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.sender() is self._task:
            self.progressed.emit(fraction, text)

    def _on_succeeded(self, predicted: Any) -> None:
        if self.sender() is self._task:
            self._task = None
            if self._is_cancelled:  # just before it ended
                self.cancelled.emit()
            else:
                self.loaded.emit(self._run, predicted)

    def _on_stopped(self) -> None:
        if self.sender() is self._task:
            self._task = None
            self.cancelled.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if self.sender() is self._task:
            self._task = None
            self.failed.emit(error, traceback_text)


def _predict(
    context: StudioContext,
    run: str,
    shown: "Evaluation",
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> "npt.NDArray[np.int64]":
    """Return the classes that a run predicts. Raises DatasetError for other data, and Stopped."""
    from studio.insight import evaluate

    source = BUNDLED if run == BUNDLED else context.store.open(run).path
    with spare_threads(should_stop) as should_stop_and_adapt:
        other = evaluate(source, shown.split, context.data_dir, on_progress, should_stop_and_adapt)
    predicted = align_predictions(shown, other)
    if (other.dataset, other.source_key) != (shown.dataset, shown.source_key) or not (
        predicted != -1
    ).any():
        raise DatasetError(
            "The two models have no samples of this split in common.",
            "Choose a run that was trained on the same dataset.",
        )
    return predicted
