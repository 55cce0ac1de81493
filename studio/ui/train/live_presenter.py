"""Show the training session in the live panel: state, status, figures, curves and log."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.training.events import (
    BatchSplit,
    EpochEnd,
    Event,
    RolledBack,
    SettingsChanged,
    StepEnd,
    TrainingContinued,
    TrainingPaused,
)
from studio.ui.context import StudioContext
from studio.ui.train.live.adjust_controller import AdjustController
from studio.ui.train.live.resume_offer import ResumeOffer
from studio.ui.train.live.status_text import status_text
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState
from studio.ui.train.live_panel import DATA, PLAN, RECIPES, LivePanel
from studio.ui.train.plan_text import PlanFigures
from studio.ui.widgets.redraw_timer import redraw_timer


class LivePresenter(QObject):
    """Follows the session; `warned` carries a message and `failed` an error for the banner.

    `diverged` carries the error of a training whose run, of this id, can be resumed.
    """

    warned = Signal(str, str)
    failed = Signal(object, str)
    diverged = Signal(object, str)

    def __init__(
        self,
        context: StudioContext,
        session: TrainingSession,
        resume_offer: ResumeOffer,
        panel: LivePanel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context, self._session = context, session
        self._resume_offer, self._panel = resume_offer, panel
        self._device = ""
        self._obstacle = ""
        self._plan: PlanFigures | None = None
        self._config: TrainConfig | None = None  # of the form
        self._plan_title = self._run_title = ("", "")
        self._adjust = AdjustController(session, panel.adjust, panel.adjust_button, self)
        session.state_changed.connect(self._on_state_changed)
        session.progressed.connect(self._on_progress)
        session.event_received.connect(self._on_event)
        resume_offer.changed.connect(self._on_resume_offer)
        panel.view_changed.connect(self.redraw)
        context.torch_loaded.connect(self._find_device)
        self._on_state_changed()

    def show_plan(
        self, figures: PlanFigures, title: tuple[str, str], config: TrainConfig | None
    ) -> None:
        """Show what the form describes where no run is shown; `config` is None if it is invalid.

        `title` is a title and a summary.
        """
        self._plan, self._plan_title, self._config = figures, title, config
        self.redraw()

    def show_obstacle(self, text: str) -> None:
        """Show why no training can be started, or nothing."""
        self._obstacle = text
        self._show_status()

    def begin(self, title: tuple[str, str] | None, references: Mapping[str, float]) -> None:
        """Empty the curves for a new run; `references` are published accuracies.

        `title` is that of the run and its summary; None for what the form describes.
        """
        self._run_title = title or self._plan_title
        self._panel.curves.clear()
        self._panel.curves.set_references(references)

    def close(self) -> None:
        """Stop following the clock."""
        redraw_timer().cancel(self)

    def shows_run(self) -> bool:
        """Whether the figures are those of the run; else they are those of the form.

        The form may describe another training, which is then shown with the views of the form.
        """
        state = self._session.state
        if not state.value.busy:
            return state is not TrainingState.READY and self._panel.is_run_view
        is_form_view = self._panel.current_view() in (RECIPES, DATA, PLAN)
        return not is_form_view or self._config == self._session.progress.config

    def redraw(self) -> None:
        """Show the latest figures and progress; called by the shared clock."""
        progress = self._session.progress
        if self.shows_run():
            self._panel.set_title(*self._run_title)
            self._panel.set_figures(progress.main_figure(), progress.figures())
        elif self._plan is not None:
            title, summary = self._plan_title
            is_next = self._session.state.value.busy
            self._panel.set_title(f"Next: {title}" if is_next else title, summary)
            self._panel.set_figures(*self._plan)
        self._panel.set_fraction_done(progress.fraction_done)
        self._adjust.refresh()

    def _on_event(self, event: Event, line: str) -> None:
        """Only append; the clock redraws."""
        curves = self._panel.curves
        if isinstance(event, StepEnd):
            curves.append_loss(self._session.progress.epoch_at(event.step), event.loss)
        elif isinstance(event, EpochEnd):
            curves.append_epoch(event)
        elif isinstance(event, SettingsChanged):
            curves.mark(self._session.progress.epoch_at(event.step), line)
        elif isinstance(event, RolledBack):
            self._go_back(event, line)
        elif isinstance(event, BatchSplit | TrainingContinued | TrainingPaused):
            self.warned.emit(line, "info" if isinstance(event, TrainingContinued) else "warn")
            is_waiting = self._session.state is TrainingState.WAITING
            if isinstance(event, TrainingPaused) and is_waiting:
                return  # new numbers of the same pause
        curves.append_log(line)
        redraw_timer().request(self)

    def _go_back(self, event: RolledBack, line: str) -> None:
        progress = self._session.progress
        position = progress.epoch_at(event.to_step)
        self._panel.curves.go_back(position, progress.epochs)
        self._panel.curves.mark(position, line)
        self.warned.emit(line, "warn")

    def _on_progress(self, fraction: float, text: str) -> None:
        self._panel.set_fraction_done(fraction)
        self._panel.set_status(text)

    def _on_state_changed(self) -> None:
        session = self._session
        self._panel.show_state(session.state)
        self._show_status()
        self.redraw()
        if session.state is TrainingState.FAILED and session.error is not None:
            self.failed.emit(*session.error)
        if session.state is TrainingState.DIVERGED and session.error is not None:
            self.diverged.emit(session.error[0], session.run_id)
        ended = session.progress.ended
        if session.state is TrainingState.STOPPED and ended is not None and ended.unsaved:
            self.warned.emit(f"{ended.unsaved} Free some space, then resume the run.", "warn")
        if session.state is TrainingState.AT_CHANCE:
            self.warned.emit(session.progress.chance_level, "warn")

    def _on_resume_offer(self) -> None:
        self._panel.offer_resume(self._resume_offer.tip)
        self._show_status()

    def _show_status(self) -> None:
        session, resume = self._session, self._resume_offer.text
        text = status_text(session.state, session.progress, self._device, self._obstacle, resume)
        self._panel.set_status(text)

    def _find_device(self) -> None:
        task = self._context.tasks.start(_describe_device)
        task.succeeded.connect(self._on_device)

    def _on_device(self, description: str) -> None:
        self._device = description
        self._show_status()
        self._panel.curves.prepare()


def _describe_device(_on_progress: OnProgress, _should_stop: ShouldStop) -> str:
    """Return where training will run; loads pyqtgraph too, so that no first curve waits for it."""
    import studio.ui.widgets.curve_graphics_view  # noqa: F401
    from studio.training.backend.devices import describe_device

    choice = describe_device("auto")
    return f"{choice.device.upper()}: {choice.reason}."
