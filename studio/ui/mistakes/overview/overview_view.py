"""The view of the figures of an evaluation, and of what they can tell."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.callbacks import OnProgress, ShouldStop
from studio.ui.icons import icon
from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.overview.calibration_card import CalibrationCard
from studio.ui.mistakes.overview.class_card import ClassCard
from studio.ui.mistakes.overview.headline_card import HeadlineCard
from studio.ui.mistakes.overview.pair_card import PairCard
from studio.ui.mistakes.overview.threshold_card import ThresholdCard
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.tasks import NewestTask
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from studio.insight import Evaluation
    from studio.insight.overview import Overview

TWO_COLUMNS_PX = 860  # a narrower view shows one card below the other
_WIDE_PX, _TALL_PX = 1400, 760  # from here on there is space for more sentences
_GAP = 16
_SPLIT_TITLES = {"test": "test", "val": "validation", "train": "training"}


class OverviewView(AnalysisView):
    """Accuracy, classes, confused pairs, calibration and abstaining, as cards."""

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.overview: Overview | None = None  # the one shown
        self._summary = NewestTask(session.context.tasks, self)
        self._summary.failed.connect(self.failed)
        self.headline = HeadlineCard()
        self.classes = ClassCard()
        self.pairs = PairCard()
        self.calibration = CalibrationCard()
        self.threshold = ThresholdCard()
        self.empty = EmptyState(
            "This split is empty", "Choose another split above.", "", icon("chart")
        )
        self._columns = 0
        self._lay_out()
        self.classes.class_chosen.connect(self._show_class)
        self.pairs.pair_chosen.connect(self._show_pair)
        self.threshold.samples_wanted.connect(self._show_below)

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Compute the figures of another evaluation, and show them."""
        self.clear()
        self._summary.start(partial(_summarize, evaluation), self._on_summarized)

    def clear(self) -> None:
        """Show placeholders until there is another evaluation."""
        self.shutdown()
        self.overview = None
        self._stack.setCurrentWidget(self._loading)

    def shutdown(self) -> None:
        """Drop the computation in progress; it takes milliseconds."""
        self._summary.stop()

    def focus_content(self) -> None:
        """Give the focus to the table of classes."""
        self.classes.table.setFocus()

    def _on_summarized(self, overview: "Overview") -> None:
        self.overview = overview
        self.headline.show_overview(overview, _SPLIT_TITLES[self.session.split])
        for shown in (self.classes, self.pairs, self.calibration, self.threshold):
            shown.show_overview(overview)
        has_samples = overview.accuracy.total + overview.ambiguous.total > 0
        self._stack.setCurrentWidget(self._scroll if has_samples else self.empty)

    def _show_class(self, index: int) -> None:
        """Show the mistakes of a class, or all its samples if there are none."""
        evaluation = self.evaluation
        if evaluation is None:
            return
        of_class = (evaluation.labels == index) & evaluation.counted
        wrong = of_class & (evaluation.predicted != index)
        name = evaluation.class_names[index]
        if wrong.any():
            self._request(wrong, f"Mistakes of class {name}")
        else:
            self._request(of_class, f"Class {name}")

    def _show_pair(self, first: int, second: int) -> None:
        evaluation = self.evaluation
        if evaluation is None:
            return
        true, predicted = evaluation.labels, evaluation.predicted
        confused = (true == first) & (predicted == second)
        confused |= (true == second) & (predicted == first)
        names = evaluation.class_names
        self._request(confused & evaluation.counted, f"{names[first]} and {names[second]} confused")

    def _request(self, shown: "np.ndarray", title: str) -> None:
        self.session.request_samples(np.flatnonzero(shown).astype(np.int64), title)

    def _show_below(self, threshold: float) -> None:
        if self.overview is not None:
            title = f"Not answered above {100 * threshold:.1f} %"
            self.session.request_samples(self.overview.abstained(threshold), title)

    def _lay_out(self) -> None:
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("overview_scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the focus of its cards
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(content)
        self._loading = Skeleton(((0.3,), (0.6,), (0.6, 0.4), (0.6, 0.4), (0.6, 0.4)), 48)
        self._stack = QStackedWidget()
        for state in (self._loading, self._scroll, self.empty):
            self._stack.addWidget(state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._arrange(2)

    def _arrange(self, columns: int) -> None:
        """Place the cards in one column or two."""
        if columns == self._columns:
            return
        self._columns = columns
        cards = (self.classes, self.pairs, self.calibration, self.threshold)
        for placed in (self.headline, *cards):
            self._grid.removeWidget(placed)
        self._grid.addWidget(self.headline, 0, 0, 1, columns)
        for index, card in enumerate(cards):
            self._grid.addWidget(card, 1 + index // columns, index % columns)
        for row in range(1, 5):
            self._grid.setRowStretch(row, 1 if row <= len(cards) // columns else 0)
        self._grid.setColumnStretch(0, 11)
        self._grid.setColumnStretch(1, 10 if columns == 2 else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(2 if self.width() >= TWO_COLUMNS_PX else 1)
        self.pairs.set_wide(self.width() >= _WIDE_PX and self.height() >= _TALL_PX)


def _summarize(
    evaluation: "Evaluation", on_progress: OnProgress, _should_stop: ShouldStop
) -> "Overview":
    from studio.insight.overview import summarize_evaluation

    on_progress(0.0, "Computing the figures")
    return summarize_evaluation(evaluation)
