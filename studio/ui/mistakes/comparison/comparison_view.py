"""The view "Comparison": what a run fixed and what it broke, compared with another run."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.data.overlay import fixes_hash
from studio.errors import StudioError
from studio.ui.icons import icon
from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.comparison.baseline_picker import BaselinePicker
from studio.ui.mistakes.comparison.baseline_runs import BaselineRuns
from studio.ui.mistakes.comparison.comparison_board import ComparisonBoard
from studio.ui.mistakes.comparison.comparison_groups import SampleGroup
from studio.ui.mistakes.comparison.comparison_loader import ComparisonLoader
from studio.ui.mistakes.comparison.comparison_summary import ComparisonSummary
from studio.ui.mistakes.loading_view import LoadingView
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import column_layout, label, row_layout, text_button
from studio.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.insight.comparison import Comparison

_LOW_PX = 480  # below this height of the view, the figures are in one line


class ComparisonView(AnalysisView):
    """Compares the run shown with its parent, or with another run that the user chooses."""

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.comparison: Comparison | None = None
        self.loader = ComparisonLoader(session.context, self)
        self.picker = BaselinePicker()
        self.keep_button = text_button("keep_fixes_button", "Keep", "check")
        self.keep_button.setToolTip("Keep the fixes; they stay beside the data")
        self.undo_button = text_button("undo_fixes_button", "Undo these fixes", "undo")
        self.undo_button.setToolTip(
            "Go back to the fixes of the earlier run, and show that run. You can redo them."
        )
        self.summary, self.board = ComparisonSummary(), ComparisonBoard()
        self.empty, self.loading = EmptyState("", "", "", icon("runs")), LoadingView()
        self.stack = QStackedWidget()
        self._kept: set[str] = set()  # runs whose fixes the user decided to keep
        self._runs = BaselineRuns((), "", "")
        self._lay_out()
        self._connect()

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Compare another run, with its parent or the run before it."""
        self._forget()
        self._begin()
        self.loader.list_runs(self.session.run, evaluation.dataset)

    def clear(self) -> None:
        """Forget the comparison and stop working on another."""
        self._forget()

    def focus_content(self) -> None:
        """Give the focus to the first group of samples, else to the picker."""
        self.picker.setFocus()
        if self.stack.currentWidget() is self._result:
            self.board.focus_first()

    def shutdown(self) -> None:
        """Stop the work in progress."""
        self.loader.stop()

    def _connect(self) -> None:
        self.session.context.runs_changed.connect(self._refresh_runs)
        self.session.fixes.state_changed.connect(self._show_decision)
        self.picker.chosen.connect(self._compare)
        self.loader.listed.connect(self._on_listed)
        self.loader.progressed.connect(self.loading.show_progress)
        self.loader.compared.connect(self._on_compared)
        self.loader.cancelled.connect(self._on_cancelled)
        self.loader.failed.connect(self._on_failed)
        self.loading.cancel_clicked.connect(self._cancel)
        self.empty.action_clicked.connect(self._retry)
        self.board.sample_chosen.connect(self.session.request_sample)
        self.keep_button.clicked.connect(self._keep)
        self.undo_button.clicked.connect(self._undo_fixes)

    # Work

    def _forget(self) -> None:
        self.loader.stop()
        self.comparison = None
        self._show_decision()

    def _begin(self) -> None:
        self.loading.begin()
        self.stack.setCurrentWidget(self.loading)

    def _refresh_runs(self) -> None:
        """List the runs again, unless a comparison is being computed."""
        if self.evaluation is not None and self.stack.currentWidget() is not self.loading:
            self.loader.list_runs(self.session.run, self.evaluation.dataset)

    def _on_listed(self, runs: BaselineRuns) -> None:
        shown = self.picker.key if self.comparison is not None else ""
        self._runs = runs
        self.picker.set_runs(runs, shown)
        self._head.setVisible(bool(runs.choices))
        if not runs.choices:
            self.comparison = None
            self._show_decision()
            self._show_no_other_run()
        elif self.comparison is None or self.picker.key != shown:
            self._compare(self.picker.key)

    def _compare(self, run: str) -> None:
        if self.evaluation is not None and run:
            self._begin()
            self.loader.compare(run, self.evaluation)

    def _cancel(self) -> None:
        self.loading.show_cancelling()
        self.loader.cancel()

    def _retry(self) -> None:
        if self.evaluation is not None:
            self._begin()
            self.loader.list_runs(self.session.run, self.evaluation.dataset)

    # Results

    def _on_compared(self, comparison: "Comparison", groups: list[SampleGroup]) -> None:
        self.comparison = comparison
        self.summary.show_comparison(comparison)
        self.board.show_groups(groups)
        self.stack.setCurrentWidget(self._result)
        self._show_decision()

    def _on_cancelled(self) -> None:
        text = "Choose a run above, or compare them again."
        self._show_state("Comparison cancelled", text, "Compare")

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self.comparison = None
        self._show_decision()
        if isinstance(error, StudioError):
            text = f"{error.message} {error.hint}".strip()
            self._show_state("These runs cannot be compared", text, "Try again")
        else:
            self._show_state("The comparison failed", "Choose another run above.", "Try again")
            self.failed.emit(error, traceback_text)

    def _show_no_other_run(self) -> None:
        text = (
            "Train with your label fixes, or train another model on this dataset: here you see "
            "which samples it fixed and which it broke."
        )
        self._show_state("There is no other run on this dataset", text)

    def _show_state(self, title: str, text: str, action: str = "") -> None:
        self.empty.set_text(title, text, action)
        self.stack.setCurrentWidget(self.empty)

    # Keep or undo

    def _show_decision(self) -> None:
        """Offer to keep or undo the fixes where a run was trained with others than its parent.

        They are undone already where the present fixes are those of the parent.
        """
        comparison, fixes = self.comparison, self.session.fixes
        offered = (
            comparison is not None
            and bool(self._runs.parent)
            and self.picker.key == self._runs.parent
            and self.session.run not in self._kept
            and fixes.is_ready
            and dict(comparison.before.fixes) != dict(comparison.after.fixes)
            and dict(comparison.before.fixes) != dict(fixes.fixes)
        )
        self.keep_button.setVisible(offered)
        self.undo_button.setVisible(offered)

    def _keep(self) -> None:
        self._kept.add(self.session.run)
        self._show_decision()
        self.focus_content()

    def _undo_fixes(self) -> None:
        """Restore the fixes that the parent was trained with, and show the parent."""
        if self.comparison is None:
            return
        try:
            self.session.fixes.revert_to(fixes_hash(self.comparison.before.fixes))
        except StudioError as error:
            self.failed.emit(error, "")
            return
        self.session.run_requested.emit(self._runs.parent)

    def _lay_out(self) -> None:
        self._head = QWidget()
        row = row_layout(self._head, spacing=8)
        row.addWidget(label("field", "Compare with"))
        row.addWidget(self.picker)
        row.addStretch(1)
        row.addWidget(self.keep_button)
        row.addWidget(self.undo_button)
        self._result = QWidget()
        result = column_layout(self._result, spacing=12)
        result.addWidget(self.summary)
        result.addWidget(self.board, 1)
        for state in (self.loading, self._result, self.empty):
            self.stack.addWidget(state)
        column = column_layout(self, spacing=12)
        column.addWidget(self._head)
        column.addWidget(self.stack, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.summary.set_compact(self.height() < _LOW_PX)
