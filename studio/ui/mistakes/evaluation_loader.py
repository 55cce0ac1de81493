"""Evaluates models in the background; only the newest request is answered."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.ui.context import StudioContext
from studio.ui.tasks import NewestTask, spare_threads

if TYPE_CHECKING:
    from studio.data import Split
    from studio.insight import Evaluation


class EvaluationLoader(NewestTask):
    """Each `load` ends in `loaded`, `failed` or `cancelled`, unless another `load` replaces it."""

    loaded = Signal(object)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(context.tasks, parent)
        self._context = context

    def load(self, run: str, split: "Split") -> None:
        """Evaluate "bundled" or a run id on a split, in place of an evaluation in progress."""
        self.start(partial(evaluate_model, self._context, run, split), self.loaded.emit)


def evaluate_model(
    context: StudioContext,
    run: str,
    split: "Split",
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> "Evaluation":
    """Evaluate "bundled" or a run id on a split, and compute what every view needs."""
    from studio.insight import evaluate
    from studio.runs.test_openings import record_test_opening

    source = context.store.model_source(run)
    with spare_threads(should_stop) as should_stop_and_adapt:
        evaluation = evaluate(source, split, context.data_dir, on_progress, should_stop_and_adapt)
    if split == "test":
        record_test_opening(source, "Mistakes page")
    for cached in ("predicted", "losses", "confusion", "class_order", "per_class"):
        getattr(evaluation, cached)  # computed here, so that the GUI thread need not
    return evaluation
