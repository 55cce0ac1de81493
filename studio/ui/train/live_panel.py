"""The right side: headline, progress, and the views from the recipes to the sweeps."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QSpacerItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.ui.icons import icon
from studio.ui.shared.builders import (
    column_layout,
    elided_label,
    label,
    row_layout,
    set_style,
    text_button,
)
from studio.ui.train.data_view.dataset_view import DatasetView
from studio.ui.train.gallery.recipe_gallery import RecipeGallery
from studio.ui.train.live.adjust_panel import AdjustPanel
from studio.ui.train.live.training_curves import TrainingCurves
from studio.ui.train.live.training_state import TrainingState
from studio.ui.train.plan_view import PlanView
from studio.ui.train.queue.queue_view import QueueView
from studio.ui.train.sweep.sweep_view import SweepView
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.elided_label import ElidedParagraph
from studio.ui.widgets.metric_strip import MetricStrip
from studio.ui.widgets.segmented_control import SegmentedControl

RECIPES, DATA, PLAN, CURVES, LOG, QUEUE, SWEEPS = range(7)
COMPACT = 600  # page height in pixels below which margins and headline shrink
_MARGIN = 24
_RESOLUTION = 400
_RESUME = "Resume the run that was stopped, with its own settings (Ctrl+R)."


class LivePanel(QWidget):
    """Shows a training and the buttons that act on it, which the page connects.

    `view_changed` carries the view that is shown from now on.
    """

    view_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.recipes = RecipeGallery()
        self.data, self.plan, self.curves = DatasetView(), PlanView(), TrainingCurves()
        self.queue, self.sweeps = QueueView(), SweepView()
        self.figures = MetricStrip()
        self.figures.setObjectName("headline")
        self.banner, self.advice = Banner(), Banner(name="advice_line")
        self._title = elided_label("title", "plan_title")
        self._title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._subtitle = QWidget()
        self._summary = elided_label("muted", "plan_summary")
        self._summary.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.load = label("muted", name="load_label")
        self.load.setToolTip(
            "Cores that are busy, memory of this program and what is free, temperature, and GPUs."
        )
        self.setup_button = text_button(
            "setup_button", "Setup", "settings", tooltip="Show the form (Ctrl+B)."
        )
        self._switch = SegmentedControl(
            {
                "recipes_tab": "Recipes",
                "data_tab": "Data",
                "plan_tab": "Network",
                "curves_tab": "Curves",
                "log_tab": "Log",
                "queue_tab": "Queue",
                "sweeps_tab": "Sweeps",
            }
        )
        self._views = QStackedWidget()
        curves = self.curves
        for view in (
            self.recipes,
            self.data,
            self.plan,
            curves,
            curves.log,
            self.queue,
            self.sweeps,
        ):
            self._views.addWidget(view)
        self._progress = self._progress_bar()
        self._status = ElidedParagraph()
        self._status.setObjectName("status_label")
        self._status.setProperty("role", "muted")
        self._make_buttons()
        self._lay_out()
        self.adjust = AdjustPanel(self)
        self.adjust.installEventFilter(self)
        self._switch.selected.connect(self._views.setCurrentIndex)
        # Not by the signal of the stack, which follows each of its views into destruction.
        self._switch.selected.connect(self.view_changed)
        self.show_view(PLAN)

    def set_title(self, title: str, summary: str) -> None:
        """Show the title and the summary of the training."""
        if (title, summary) != (self._title.text(), self._summary.text()):
            self._title.setText(title)
            self._summary.setText(summary)

    def show_waiting(self, number: int) -> None:
        """Show on the tab of the queue how many trainings wait."""
        self._switch.set_label(QUEUE, f"Queue {number}" if number else "Queue")

    def set_figures(self, main: tuple[str, str], items: Sequence[tuple[str, str]]) -> None:
        """Show the headline figures, each a (value, caption)."""
        self.figures.set_primary(*main)
        self.figures.set_secondary(items)

    def set_fraction_done(self, fraction: float) -> None:
        """Set the progress bar, 0..1."""
        # QProgressBar would repaint the whole window at once instead of in the next paint event.
        self._progress.setUpdatesEnabled(False)
        self._progress.setValue(round(_RESOLUTION * fraction))
        self._progress.setUpdatesEnabled(True)

    def set_status(self, text: str) -> None:
        """Show the status line."""
        self._status.setText(text)
        self._status.setAccessibleName(f"Status: {text}")

    def show_view(self, index: int) -> None:
        """Show one of RECIPES to SWEEPS."""
        self._switch.select(index)

    def current_view(self) -> int:
        """Return the view shown, one of RECIPES to SWEEPS."""
        return self._views.currentIndex()

    @property
    def is_run_view(self) -> bool:
        """Whether the view is about a run, not about what the form describes."""
        return self.current_view() in (CURVES, LOG)

    def show_state(self, state: TrainingState) -> None:
        """Show the actions that a state allows."""
        traits = state.value
        self._is_busy = traits.busy
        self.resume_button.setVisible(self._can_resume and not traits.busy)
        self.pause_button.setVisible(traits.busy)
        self.pause_button.setEnabled(traits.pause)
        self.stop_button.setVisible(traits.busy)
        self.stop_button.setEnabled(traits.stop)
        self.mistakes_button.setVisible(traits.result)
        self.draw_button.setVisible(traits.result)
        paused = state is TrainingState.PAUSED
        self.pause_button.setText("Resume" if paused else "Pause")
        self.pause_button.setIcon(icon("play" if paused else "pause"))
        set_style(self._progress, tone=traits.tone)

    def offer_resume(self, tip: str) -> None:
        """Show the resume button with this tooltip; an empty one hides it."""
        self._can_resume = bool(tip)
        self.resume_button.setToolTip(tip or _RESUME)
        self.resume_button.setAccessibleDescription(tip)
        self.resume_button.setVisible(self._can_resume and not self._is_busy)

    def set_folded(self, folded: bool) -> None:
        """Show the button that opens the form, where that is hidden."""
        self.setup_button.setVisible(folded)

    def set_compact(self, compact: bool) -> None:
        """Hide the summary and the load, shrink the margins, and show the figures in one line."""
        self._subtitle.setVisible(not compact)
        self.figures.set_compact(compact)
        edge = 12 if compact else 20
        self._column.setContentsMargins(_MARGIN, edge, _MARGIN, edge)
        for gap, usual in self._gaps:
            gap.changeSize(0, usual // 2 if compact else usual)
        self._column.invalidate()

    def _progress_bar(self) -> QProgressBar:
        bar = QProgressBar()
        bar.setObjectName("train_progress")
        bar.setAccessibleName("Training progress")
        bar.setToolTip("Steps done of all steps of the training.")
        bar.setRange(0, _RESOLUTION)
        bar.setTextVisible(False)
        return bar

    def _make_buttons(self) -> None:
        tip = "Change the learning rate, weight decay, dropout or augmentation while it trains."
        self.adjust_button = text_button("adjust_button", "Adjust", "settings", tooltip=tip)
        self.adjust_button.setCheckable(True)
        tip = "Pause after this step (Space)."
        self.pause_button = text_button("pause_button", "Pause", "pause", tooltip=tip)
        tip = "Save the weights and end the training (Esc)."
        self.stop_button = text_button("stop_button", "Stop", "stop", tooltip=tip)
        self.resume_button = text_button("resume_button", "Resume", "play", tooltip=_RESUME)
        self._can_resume = self._is_busy = False
        self.resume_button.hide()
        tip = "See which test samples the model classifies wrongly, and why."
        self.mistakes_button = text_button(
            "explore_mistakes", "Explore mistakes", "mistakes", "on_accent", tip
        )
        self.mistakes_button.setProperty("kind", "primary")
        tip = "Draw and watch the predictions of this model."
        self.draw_button = text_button("draw_with_it", "Draw with it", "draw", tooltip=tip)

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setSpacing(0)
        self._gaps = [(QSpacerItem(0, size), size) for size in (4, 8, 12, 16, 12)]
        gaps = [gap for gap, _ in self._gaps]
        column.addLayout(self._header())
        column.addItem(gaps[0])
        summary = row_layout(self._subtitle, spacing=16)
        summary.addWidget(self._summary, 1)
        summary.addWidget(self.load)
        column.addWidget(self._subtitle)
        column.addItem(gaps[1])
        column.addWidget(self.figures)
        column.addItem(gaps[2])
        column.addWidget(self._progress)
        column.addItem(gaps[3])
        body = column_layout(spacing=16)
        body.addWidget(self.banner)
        body.addWidget(self.advice)
        body.addWidget(self._views, 1)
        column.addLayout(body, 1)
        column.addItem(gaps[4])
        column.addLayout(self._footer())
        self.set_compact(False)

    def _header(self) -> QHBoxLayout:
        row = row_layout(spacing=16)
        row.addWidget(self.setup_button)
        row.addWidget(self._title, 1)
        row.addWidget(self._switch)
        return row

    def _footer(self) -> QHBoxLayout:
        row = row_layout(spacing=8)
        row.addWidget(self._status, 1)
        for button in (
            self.adjust_button,
            self.pause_button,
            self.stop_button,
            self.resume_button,
            self.draw_button,
            self.mistakes_button,
        ):
            row.addWidget(button)
        return row

    def _place_adjust(self) -> None:
        """Put the panel above its button, inside this widget."""
        self.adjust.adjustSize()
        bottom = self.adjust_button.mapTo(self, QPoint(0, 0)).y() - 8
        left = self.width() - _MARGIN - self.adjust.width()
        self.adjust.move(max(left, 8), max(bottom - self.adjust.height(), 8))

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._place_adjust()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.adjust.isVisible():
            self._place_adjust()
