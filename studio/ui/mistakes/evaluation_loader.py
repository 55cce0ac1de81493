"""Evaluates runs in the background; only the run asked for last is heard."""

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
    """One evaluation at a time. Each `load` ends in loaded, failed or cancelled, or is replaced."""

    progressed = Signal(float, str)
    loaded = Signal(object)
    failed = Signal(object, str)
    cancelled = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._load: _Load | None = None

    def load(self, run: str, split: "Split") -> None:
        """Evaluate "bundled" or a run id on a split; an evaluation in progress is given up."""
        self.shutdown()
        work = partial(_evaluate, self._context, run, split)
        self._load = _Load(self._context.tasks.start(work), self)

    def cancel(self) -> None:
        """Ask the evaluation in progress to stop; `cancelled` follows, or what it had just done."""
        if self._load is not None:
            self._load.task.request_stop()

    def shutdown(self) -> None:
        """Give up what is in progress and say nothing more."""
        if self._load is not None:
            self._load.give_up()
            self._load = None


class _Load(QObject):
    """Passes one task's signals on to the loader until it is given up.

    A task given up still says its last word, which must not be taken for that of the next one.
    """

    def __init__(self, task: Task, loader: EvaluationLoader) -> None:
        super().__init__(loader)
        self.task = task
        self._loader: EvaluationLoader | None = loader
        task.progressed.connect(self._on_progressed)
        task.succeeded.connect(self._on_succeeded)
        task.stopped.connect(self._on_stopped)
        task.failed.connect(self._on_failed)
        task.finished.connect(self.deleteLater)

    def give_up(self) -> None:
        self._loader = None
        self.task.request_stop()

    def _on_progressed(self, fraction: float, text: str) -> None:
        if self._loader is not None:
            self._loader.progressed.emit(fraction, text)

    def _on_succeeded(self, evaluation: object) -> None:
        if self._loader is not None:
            self._loader.loaded.emit(evaluation)

    def _on_stopped(self) -> None:
        if self._loader is not None:
            self._loader.cancelled.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if self._loader is not None:
            self._loader.failed.emit(error, traceback_text)


def _evaluate(
    context: StudioContext,
    run: str,
    split: "Split",
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> "Evaluation":
    from studio.insight import evaluate

    where = BUNDLED if run == BUNDLED else context.store.open(run).path
    with spare_threads(should_stop) as step_back:
        evaluation = evaluate(where, split, context.data_dir, on_progress, step_back)
    for figures in ("predicted", "losses", "confusion", "per_class"):
        getattr(evaluation, figures)  # counted here once, so that the window need not
    return evaluation
