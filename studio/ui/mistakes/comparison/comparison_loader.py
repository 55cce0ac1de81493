"""Lists the runs to compare with, and compares one of them, in the background."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.ui.context import StudioContext
from studio.ui.mistakes.comparison.baseline_runs import BaselineRuns, find_baselines
from studio.ui.mistakes.comparison.comparison_groups import SampleGroup, comparison_groups
from studio.ui.mistakes.evaluation_loader import evaluate_model
from studio.ui.tasks import Task, Work

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.insight.comparison import Comparison


class ComparisonLoader(QObject):
    """Answers the newest request only.

    `listed` carries BaselineRuns, `compared` a Comparison and its groups.
    """

    listed = Signal(object)
    progressed = Signal(float, str)
    compared = Signal(object, object)
    cancelled = Signal()
    failed = Signal(object, str)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._task: Task | None = None

    def list_runs(self, run: str, dataset: str) -> None:
        """Find the runs with which `run` can be compared."""
        self._start(partial(_list, self._context, run, dataset)).succeeded.connect(self._on_listed)

    def compare(self, before: str, after: "Evaluation") -> None:
        """Evaluate the run `before` on the split of `after`, and compare both."""
        task = self._start(partial(_compare, self._context, before, after))
        task.succeeded.connect(self._on_compared)

    def cancel(self) -> None:
        """Ask the work in progress to stop; `cancelled` follows, unless it just ended."""
        if self._task is not None:
            self._task.request_stop()

    def stop(self) -> None:
        """Stop the work in progress and emit nothing about it any more."""
        self.cancel()
        self._task = None

    def _start(self, work: Work) -> Task:
        self.stop()
        self._task = task = self._context.tasks.start(work)
        task.progressed.connect(self._on_progressed)
        task.stopped.connect(self._on_stopped)
        task.failed.connect(self._on_failed)
        return task

    def _on_listed(self, runs: BaselineRuns) -> None:
        if self.sender() is self._task:
            self.listed.emit(runs)

    def _on_compared(self, result: "tuple[Comparison, list[SampleGroup]]") -> None:
        if self.sender() is self._task:
            self.compared.emit(*result)

    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.sender() is self._task:
            self.progressed.emit(fraction, text)

    def _on_stopped(self) -> None:
        if self.sender() is self._task:
            self.cancelled.emit()

    def _on_failed(self, error: object, traceback_text: str) -> None:
        if self.sender() is self._task:
            self.failed.emit(error, traceback_text)


def _list(
    context: StudioContext,
    run: str,
    dataset: str,
    _on_progress: OnProgress,
    _should_stop: ShouldStop,
) -> BaselineRuns:
    return find_baselines(context.store, run, dataset)


def _compare(
    context: StudioContext,
    before: str,
    after: "Evaluation",
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> "tuple[Comparison, list[SampleGroup]]":
    from studio.insight.comparison import compare_evaluations

    evaluation = evaluate_model(context, before, after.split, on_progress, should_stop)
    comparison = compare_evaluations(evaluation, after)
    groups = comparison_groups(comparison)
    _ = comparison.p_value  # computed here, because scipy takes long to import
    return comparison, groups
