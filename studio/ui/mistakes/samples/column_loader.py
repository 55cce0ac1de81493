"""Computes the columns of an evaluation in the background, and reads its training history."""

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.paths import BUNDLED
from studio.ui.context import StudioContext
from studio.ui.mistakes.samples.sample_columns import NO_FORGETTING, SampleColumns, Values
from studio.ui.mistakes.samples.sample_filter import SortKey
from studio.ui.tasks import NewestTask

NOT_TRAINED = "Only training samples are forgotten. Choose the split “Training” above."
READING = "The training history is being read."


class ColumnLoader(NewestTask):
    """Prepares the columns of one evaluation at a time; `loaded` follows, or `failed`."""

    loaded = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(context.tasks, parent)
        self._context = context
        self._columns: SampleColumns | None = None

    def load(self, columns: SampleColumns, run: str) -> None:
        """Prepare the columns, unless there is no need. `run` is a run id, or "bundled"."""
        self.stop()
        self._columns = columns
        has_history = columns.evaluation.split == "train" and run not in ("", BUNDLED)
        reason = READING if has_history else NOT_TRAINED
        if run == BUNDLED:
            reason = NO_FORGETTING
        columns.set_values(SortKey.FORGETTING, None, reason)
        if columns.is_small and not has_history:
            return
        work = partial(_prepare, self._context, run if has_history else "", columns)
        self.start(work, self._on_prepared)

    def _on_prepared(self, forgetting: Any) -> None:
        if self._columns is None:
            return
        self._columns.is_prepared = True
        if self._columns.unavailable.get(SortKey.FORGETTING) == READING:
            self._columns.set_values(SortKey.FORGETTING, forgetting, NO_FORGETTING)
        self.loaded.emit()


def _prepare(
    context: StudioContext,
    run: str,
    columns: SampleColumns,
    _on_progress: OnProgress,
    should_stop: ShouldStop,
) -> Values | None:
    """Compute the columns; return how often each sample was forgotten, if that is known."""
    columns.prepare(should_stop)
    return _forgetting(context, run, columns) if run else None


def _forgetting(context: StudioContext, run: str, columns: SampleColumns) -> Values | None:
    """Return the number of forgetting events, float32 [M]; NaN if unknown.

    Samples that were never learned count as forgotten infinitely often, as in M. Toneva et al., An
    Empirical Study of Example Forgetting during Deep Neural Network Learning (2019).
    """
    from studio.insight.learning import NEVER_LEARNED, history_values

    statistics = history_values(columns.evaluation, context.store.open(run))
    if statistics is None:
        return None
    forgotten = statistics.forgotten.astype(np.float32)
    forgotten[statistics.forgotten < 0] = np.nan
    forgotten[statistics.learned_epoch == NEVER_LEARNED] = np.inf
    return forgotten
