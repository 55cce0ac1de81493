"""Evaluates another model in the background, to find the samples that it predicts differently."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.errors import DatasetError
from studio.ui.context import StudioContext
from studio.ui.mistakes.evaluation_loader import evaluate_model
from studio.ui.mistakes.samples.sample_columns import align_predictions
from studio.ui.tasks import NewestTask

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from studio.insight import Evaluation


class OtherRunLoader(NewestTask):
    """Runs one evaluation at a time; `loaded` carries the run and its predictions, int64 [M].

    Each `load` ends in `loaded`, `failed` or `cancelled`, unless another one replaces it.
    """

    loaded = Signal(str, object)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(context.tasks, parent)
        self._context = context
        self._run = ""
        self._is_cancelled = False

    def load(self, run: str, evaluation: "Evaluation") -> None:
        """Predict the samples of an evaluation with "bundled" or a run id."""
        self.start(partial(_predict, self._context, run, evaluation), self._emit_loaded)
        self._run, self._is_cancelled = run, False

    def cancel(self) -> None:
        """Ask the evaluation in progress to stop; `cancelled` follows."""
        self._is_cancelled = True
        super().cancel()

    def _emit_loaded(self, predicted: "npt.NDArray[np.int64]") -> None:
        if self._is_cancelled:  # just before it ended
            self.cancelled.emit()
        else:
            self.loaded.emit(self._run, predicted)


def _predict(
    context: StudioContext,
    run: str,
    shown: "Evaluation",
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> "npt.NDArray[np.int64]":
    """Return the classes that a run predicts. Raises DatasetError for other data, and Stopped."""
    other = evaluate_model(context, run, shown.split, on_progress, should_stop)
    predicted = align_predictions(shown, other)
    if (other.dataset, other.source_key) != (shown.dataset, shown.source_key) or not (
        predicted != -1
    ).any():
        raise DatasetError(
            "The two models have no samples of this split in common.",
            "Choose a run that was trained on the same dataset.",
        )
    return predicted
