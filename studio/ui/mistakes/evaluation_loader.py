"""Evaluates models in the background; only the newest request is answered."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.paths import BUNDLED
from studio.ui.context import StudioContext
from studio.ui.tasks import Task, spare_threads

if TYPE_CHECKING:
    from studio.data import Split
    from studio.insight import Evaluation


class EvaluationLoader(QObject):
    """Runs one evaluation at a time.

    Each `load` ends in `loaded`, `failed` or `cancelled`, unless another `load` replaces it.
    """

    progressed = Signal(float, str)
    loaded = Signal(object)
    failed = Signal(object, str)
    cancelled = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None

    def load(self, run: str, split: "Split") -> None:
        """Evaluate "bundled" or a run id on a split, in place of an evaluation in progress."""
        self.shutdown()
        self._task = self._context.tasks.start(partial(evaluate_model, self._context, run, split))
        self._task.progressed.connect(self._on_progressed)
        self._task.succeeded.connect(self._on_succeeded)
        self._task.stopped.connect(self._on_stopped)
        self._task.failed.connect(self._on_failed)

    def cancel(self) -> None:
        """Ask the evaluation in progress to stop; `cancelled` follows, unless it just ended."""
        if self._task is not None:
            self._task.request_stop()

    def shutdown(self) -> None:
        """Stop the evaluation in progress and emit nothing about it any more."""
        self.cancel()
        self._task = None

    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.sender() is self._task:
            self.progressed.emit(fraction, text)

    def _on_succeeded(self, evaluation: object) -> None:
        if self.sender() is self._task:
            self.loaded.emit(evaluation)

    def _on_stopped(self) -> None:
        if self.sender() is self._task:
            self.cancelled.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if self.sender() is self._task:
            self.failed.emit(error, traceback_text)


def evaluate_model(
    context: StudioContext,
    run: str,
    split: "Split",
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> "Evaluation":
    """Evaluate "bundled" or a run id on a split, and compute what every view needs."""
    from studio.insight import evaluate

    source = BUNDLED if run == BUNDLED else context.store.open(run).path
    with spare_threads(should_stop) as should_stop_and_adapt:
        evaluation = evaluate(source, split, context.data_dir, on_progress, should_stop_and_adapt)
    for cached in ("predicted", "losses", "confusion", "class_order", "per_class"):
        getattr(evaluation, cached)  # computed here, so that the GUI thread need not
    return evaluation
