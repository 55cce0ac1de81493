"""The view "Learning": mean confidence against variability of every training sample."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.formatting import percent
from studio.insight.learning import CONFIDENT, NEVER, REGIONS
from studio.paths import BUNDLED
from studio.ui.context import StudioContext
from studio.ui.icons import icon
from studio.ui.mistakes.analysis_view import AnalysisView
from studio.ui.mistakes.learning.learning_data import (
    LearningData,
    caution_text,
    load_learning,
    region_text,
    summary_text,
)
from studio.ui.mistakes.learning.region_button import RegionButton
from studio.ui.mistakes.learning.sample_card import SampleCard
from studio.ui.mistakes.session import EvaluationSession
from studio.ui.shared.builders import column_layout, elided_label, row_layout
from studio.ui.tasks import LatestWorker, NewestTask
from studio.ui.widgets import theme_colors
from studio.ui.widgets.empty_state import EmptyState
from studio.ui.widgets.region_frame import Axis, RegionLabel
from studio.ui.widgets.region_scatter import RegionScatter
from studio.ui.widgets.scatter_image import ScatterRequest, render_scatter
from studio.ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from studio.insight import Evaluation

LOW_PX, NARROW_PX, WIDE_PX = 460, 760, 1000
_MOST_VARIABLE = 0.5  # largest standard deviation of values in 0..1


class LearningView(AnalysisView):
    """Shows the history of the training samples; regions and rectangles open in the grid."""

    def __init__(self, session: EvaluationSession, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._data: LearningData | None = None
        self._history = NewestTask(session.context.tasks, self)
        self.empty = EmptyState("", "", "", icon("train"))
        self.loading = Skeleton(((0.24, 0.24, 0.24, 0.24), (0.7, 0.28)) + ((0.7, 0.28),) * 8, 32)
        self.summary = elided_label("body", "learning_summary")
        self.caution = elided_label("muted", "learning_caution")
        self.plot = _create_plot()
        self.card = SampleCard()
        self.buttons = [
            RegionButton(region, partial(_region_color, index), index == NEVER)
            for index, region in enumerate(REGIONS)
        ]
        self.worker = LatestWorker(render_scatter, self)
        self._lay_out()
        self._connect()

    def show_evaluation(self, evaluation: "Evaluation") -> None:
        """Load the history of the evaluation's samples."""
        self._forget()
        if evaluation.split != "train":
            self._show_empty(
                "Learning is shown for training samples",
                "The samples of this split were never trained on. Show the training samples to "
                "see which were easy, hard, or learned and forgotten again.",
                "Show training samples",
            )
            return
        self.stack.setCurrentWidget(self.loading)
        work = partial(_load, self.session.context, self.session.run, evaluation)
        self._history.start(work, self._on_loaded)

    def clear(self) -> None:
        """Forget the history shown."""
        self._forget()
        self.stack.setCurrentWidget(self.loading)

    def focus_content(self) -> None:
        """Give the focus to the plot, whose arrow keys move from sample to sample."""
        (self.plot if self._data else self.empty).setFocus()

    def shutdown(self) -> None:
        """End the work in the background."""
        self._history.stop()
        self.worker.close()

    def data(self) -> LearningData | None:
        """Return what is shown, None while nothing is."""
        return self._data

    def _forget(self) -> None:
        self._history.stop()
        self._data = None
        self.plot.clear()
        self.card.clear()

    def _on_loaded(self, data: LearningData | None) -> None:
        if data is None:
            self._show_no_history()
            return
        self._data = data
        self.summary.setText(summary_text(data))
        self.caution.setText(caution_text(data))
        self.summary.tooltip_text = caution_text(data)
        for region, button in enumerate(self.buttons):
            button.show_count(region_text(data, region), data.statistics.counts()[region])
        statistics, positions = data.statistics, data.positions
        _show_limits(self.plot, statistics.variable_from)
        self.plot.set_points(
            statistics.variability[positions],
            statistics.confidence[positions],
            statistics.region[positions],
            (NEVER,),
        )
        self.plot.setAccessibleDescription(
            f"{summary_text(data)}. "
            + ", ".join(button.accessibleName() for button in self.buttons)
        )
        self.stack.setCurrentWidget(self.content)
        # The least confident sample shows what there is to see of each.
        self.plot.set_current(int(statistics.confidence[positions].argmin()))
        self._on_hovered(-1)

    def _on_failed(self, error: object, traceback_text: str) -> None:
        self._show_empty("The history could not be read", "Open this view again to retry.", "")
        self.failed.emit(error, traceback_text)

    def _show_no_history(self) -> None:
        if self.session.run == BUNDLED:
            text = "The bundled model comes without one. Choose a run that was trained here."
        else:
            text = (
                "It was trained by an earlier version, or with “Training history” turned off. "
                "Train again with the setting on: it costs less than 1 % of the time."
            )
        self._show_empty("This model has no training history", text, "")

    def _show_empty(self, title: str, text: str, action: str) -> None:
        self.empty.set_text(title, text, action)
        self.stack.setCurrentWidget(self.empty)

    def _show_training_split(self) -> None:
        self.session.split_requested.emit("train")

    def _on_hovered(self, point: int) -> None:
        shown = point if point >= 0 else self.plot.current()
        if self.evaluation is None or self._data is None or shown < 0:
            self.card.clear()
        else:
            self.card.show_sample(self.evaluation, self._data, int(self._data.positions[shown]))

    def _on_opened(self, point: int) -> None:
        if self._data is not None:
            self.session.request_sample(int(self._data.positions[point]))

    def _on_points_selected(self, points: NDArray[np.int64]) -> None:
        if self._data is not None:
            positions = self._data.positions[points]
            self.session.request_samples(positions, "Selected by how they were learned")

    def _on_region_clicked(self) -> None:
        if self._data is None:
            return
        for region, button in enumerate(self.buttons):
            if button is self.sender():
                title = f"Learning: {REGIONS[region].title.lower()}"
                self.session.request_samples(self._data.region_positions(region), title)

    def _connect(self) -> None:
        self.empty.action_clicked.connect(self._show_training_split)
        self.plot.render_wanted.connect(self.worker.submit)
        self.worker.completed.connect(self._on_rendered)
        self.worker.failed.connect(self.failed)
        self._history.failed.connect(self._on_failed)
        self.plot.hovered.connect(self._on_hovered)
        self.plot.point_chosen.connect(self._on_hovered)
        self.plot.points_selected.connect(self._on_points_selected)
        self.plot.opened.connect(self._on_opened)
        self.card.open_wanted.connect(self.session.request_sample)
        for button in self.buttons:
            button.clicked.connect(self._on_region_clicked)

    def _on_rendered(self, request: ScatterRequest, pixels: NDArray[np.uint32]) -> None:
        self.plot.set_image(request, pixels)

    def _lay_out(self) -> None:
        regions = row_layout(spacing=8)
        for button in self.buttons:
            regions.addWidget(button, 1)
        texts = row_layout(spacing=16)
        texts.addWidget(self.summary)
        texts.addStretch(1)
        texts.addWidget(self.caution)
        body = row_layout(spacing=16)
        body.addWidget(self.plot, 1)
        body.addWidget(self.card)
        self.content = QWidget()
        column: QVBoxLayout = column_layout(self.content, spacing=8)
        column.addLayout(regions)
        column.addLayout(texts)
        column.addLayout(body, 1)
        self.stack = QStackedWidget()
        for state in (self.loading, self.empty, self.content):
            self.stack.addWidget(state)
        column_layout(self, spacing=0).addWidget(self.stack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for button in self.buttons:
            button.set_low(self.height() < LOW_PX or self.width() < NARROW_PX)
        self.card.set_low(self.height() < LOW_PX)
        self.caution.setVisible(self.width() >= WIDE_PX)  # else the tooltip of the summary


def _load(
    context: StudioContext,
    run: str,
    evaluation: "Evaluation",
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> LearningData | None:
    if run == BUNDLED:
        return None
    return load_learning(evaluation, context.store.open(run).path)


def _region_colors() -> tuple[str, ...]:
    """Return the color of each region in the current theme."""
    colors = theme_colors.current()
    orange = colors.series[1]
    return colors.accent, orange, colors.series[3], colors.bad


def _region_color(region: int) -> str:
    return _region_colors()[region]


def _create_plot() -> RegionScatter:
    plot = RegionScatter(
        Axis("Variability", 0.0, _MOST_VARIABLE, "{:.1f}".format),
        Axis("Mean confidence", 0.0, 1.0, partial(percent, digits=0)),
        _region_colors,
        "learning_plot",
    )
    plot.setAccessibleName("Mean confidence against variability of the training samples")
    return plot


def _show_limits(plot: RegionScatter, variable_from: float) -> None:
    """Draw the lines between the regions, with their names."""
    plot.set_regions(
        [
            (QPointF(variable_from, 0), QPointF(variable_from, 1)),
            (QPointF(0, CONFIDENT), QPointF(variable_from, CONFIDENT)),
        ],
        [
            RegionLabel("Easy", variable_from, 0.97),
            RegionLabel("Hard", variable_from, 0.03),
            RegionLabel("Ambiguous", _MOST_VARIABLE, 0.97),
        ],
    )
