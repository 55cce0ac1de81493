"""Lists the runs to compare with, and compares one of them, in the background."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.ui.context import StudioContext
from studio.ui.mistakes.comparison.baseline_runs import BaselineRuns, find_baselines
from studio.ui.mistakes.comparison.comparison_groups import SampleGroup, comparison_groups
from studio.ui.mistakes.evaluation_loader import evaluate_model
from studio.ui.tasks import NewestTask

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.insight.comparison import Comparison


class ComparisonLoader(NewestTask):
    """Answers the newest request only.

    `listed` carries BaselineRuns, `compared` a Comparison and its groups.
    """

    listed = Signal(object)
    compared = Signal(object, object)

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(context.tasks, parent)
        self._context = context

    def list_runs(self, run: str, dataset: str) -> None:
        """Find the runs with which `run` can be compared."""
        self.start(partial(_list, self._context, run, dataset), self.listed.emit)

    def compare(self, before: str, after: "Evaluation") -> None:
        """Evaluate the run `before` on the split of `after`, and compare both."""
        self.start(partial(_compare, self._context, before, after), self._emit_compared)

    def _emit_compared(self, result: "tuple[Comparison, list[SampleGroup]]") -> None:
        self.compared.emit(*result)


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
