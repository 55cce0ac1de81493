"""The right side: what will be trained, how it goes, and what came out."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpacerItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.ui.icons import icon
from studio.ui.shared.builders import text_button
from studio.ui.train.data.dataset_view import DatasetView
from studio.ui.train.live.training_curves import TrainingCurves
from studio.ui.train.live.training_state import TrainingState
from studio.ui.train.plan_view import PlanView
from studio.ui.widgets.banner import Banner
from studio.ui.widgets.elided_label import ElidedLabel, ElidedParagraph
from studio.ui.widgets.metric_strip import MetricStrip
from studio.ui.widgets.segmented_control import SegmentedControl

DATA, PLAN, CURVES = 0, 1, 2
COMPACT = 600  # page heights in pixels below this leave the room to the curves
_MARGIN = 24
_PARTS = 400
_RESUME = "Resume the run that was stopped, with its own settings"


class LivePanel(QWidget):
    """Headline, progress, the data, the plan or the curves, and what can be done now."""

    setup_wanted = Signal()
    pause_wanted = Signal()
    stop_wanted = Signal()
    resume_wanted = Signal()
    mistakes_wanted = Signal()
    draw_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.data, self.plan, self.curves = DatasetView(), PlanView(), TrainingCurves()
        self.figures = MetricStrip()
        self.figures.setObjectName("headline")
        self.banner = Banner()
        self._title, self._summary = ElidedLabel(), ElidedLabel()
        self._title.setProperty("role", "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._summary.setProperty("role", "muted")
        self._setup = _button("setup_button", "Setup", "settings", "Show the form (Ctrl+B)")
        self._switch = SegmentedControl(
            {"data_tab": "Data", "plan_tab": "Network", "curves_tab": "Curves", "log_tab": "Log"}
        )
        self._views = QStackedWidget()
        self._views.addWidget(self.data)
        self._views.addWidget(self.plan)
        self._views.addWidget(self.curves)
        self._views.addWidget(self.curves.log)
        self._progress = self._progress_bar()
        self._status = ElidedParagraph()
        self._status.setProperty("role", "muted")
        self._status.setObjectName("status_label")
        self._make_buttons()
        self._lay_out()
        self._connect()
        self.show_view(PLAN)

    def set_title(self, title: str, summary: str) -> None:
        """Say which recipe this is."""
        self._title.setText(title)
        self._summary.setText(summary)

    def set_figures(self, main: tuple[str, str], items: Sequence[tuple[str, str]]) -> None:
        """Show the headline figures as (value, caption)."""
        self.figures.set_primary(*main)
        self.figures.set_secondary(items)

    def set_share_done(self, share: float) -> None:
        """Move the progress bar to `share` 0..1."""
        # QProgressBar paints at once, and the whole window with it; later is soon enough.
        self._progress.setUpdatesEnabled(False)
        self._progress.setValue(round(_PARTS * share))
        self._progress.setUpdatesEnabled(True)

    def set_status(self, text: str) -> None:
        """Say in one line what happens and why."""
        self._status.setText(text)
        self._status.setAccessibleName(f"Status: {text}")

    def show_view(self, place: int) -> None:
        """Show DATA, PLAN or CURVES."""
        self._switch.select(place)

    def show_state(self, state: TrainingState) -> None:
        """Offer what can be done in this state."""
        allows = state.value
        self.data.set_locked(allows.busy)
        self._is_busy = allows.busy
        self._resume.setVisible(self._can_resume and not allows.busy)
        self._pause.setVisible(allows.busy)
        self._pause.setEnabled(allows.pause)
        self._stop.setVisible(allows.busy)
        self._stop.setEnabled(allows.stop)
        self._mistakes.setVisible(allows.result)
        self._draw.setVisible(allows.result)
        paused = state is TrainingState.PAUSED
        self._pause.setText("Resume" if paused else "Pause")
        self._pause.setIcon(icon("play" if paused else "pause"))
        self._progress.setProperty("tone", allows.tone)
        self._progress.style().unpolish(self._progress)
        self._progress.style().polish(self._progress)

    def offer_resume(self, tip: str) -> None:
        """Offer to resume a run that ended early, as `tip` says; an empty text takes that back."""
        self._can_resume = bool(tip)
        self._resume.setToolTip(tip or _RESUME)
        self._resume.setAccessibleDescription(tip)
        self._resume.setVisible(self._can_resume and not self._is_busy)

    def set_folded(self, folded: bool) -> None:
        """Offer the button that opens the form when it is not in view."""
        self._setup.setVisible(folded)

    def set_compact(self, compact: bool) -> None:
        """Give up margins and the summary, and put the figures in one line."""
        self._summary.setVisible(not compact)
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
        bar.setToolTip("Steps done of all steps")
        bar.setRange(0, _PARTS)
        bar.setTextVisible(False)
        return bar

    def _make_buttons(self) -> None:
        self._pause = _button("pause_button", "Pause", "pause", "Wait after this step (Space)")
        self._stop = _button(
            "stop_button", "Stop", "stop", "Save the weights and end, after a question (Esc)"
        )
        self._resume = _button("resume_button", "Resume", "play", _RESUME)
        self._can_resume = self._is_busy = False
        self._resume.hide()
        tip = "See which test images the network reads wrong, and why"
        self._mistakes = _button("explore_mistakes", "Explore mistakes", "mistakes", tip)
        self._mistakes.setIcon(icon("mistakes", "on_accent"))
        self._mistakes.setProperty("kind", "primary")
        self._draw = _button("draw_with_it", "Draw with it", "draw", "Draw and watch it answer")

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setSpacing(0)
        self._gaps = [(QSpacerItem(0, size), size) for size in (4, 8, 12, 16, 12)]
        gaps = [gap for gap, _ in self._gaps]
        column.addLayout(self._header())
        column.addItem(gaps[0])
        column.addWidget(self._summary)
        column.addItem(gaps[1])
        column.addWidget(self.figures)
        column.addItem(gaps[2])
        column.addWidget(self._progress)
        column.addItem(gaps[3])
        body = QVBoxLayout()
        body.setSpacing(16)
        body.addWidget(self.banner)
        body.addWidget(self._views, 1)
        column.addLayout(body, 1)
        column.addItem(gaps[4])
        column.addLayout(self._footer())
        self.set_compact(False)

    def _header(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._setup)
        row.addWidget(self._title, 1)
        row.addWidget(self._switch)
        return row

    def _footer(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._status, 1)
        for button in (self._pause, self._stop, self._resume, self._draw, self._mistakes):
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self._switch.selected.connect(self._views.setCurrentIndex)
        self._setup.clicked.connect(self.setup_wanted)
        self._pause.clicked.connect(self.pause_wanted)
        self._stop.clicked.connect(self.stop_wanted)
        self._resume.clicked.connect(self.resume_wanted)
        self._mistakes.clicked.connect(self.mistakes_wanted)
        self._draw.clicked.connect(self.draw_wanted)


def _button(name: str, text: str, icon_name: str, tip: str) -> QPushButton:
    button = text_button(name, text, icon_name)
    button.setToolTip(tip)
    return button
