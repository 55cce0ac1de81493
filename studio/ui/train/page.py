"""The Train page: the form on the left, the live picture on the right, one training at a time."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.errors import ConfigError, StudioError
from studio.training.events import BatchSplit, EpochEnd, Event, StepEnd
from studio.ui.context import StudioContext
from studio.ui.shared.error_dialog import error_words, show_error
from studio.ui.train.dataset_controller import DatasetController
from studio.ui.train.drawer import NARROW, Drawer
from studio.ui.train.form.config_form import published_for
from studio.ui.train.live.resume_offer import ResumeOffer
from studio.ui.train.live.status_text import failure_words, status_words
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState
from studio.ui.train.live_panel import COMPACT, CURVES, PLAN, LivePanel
from studio.ui.train.plan_text import form_dataset_title, plan_figures
from studio.ui.train.remembered_config import RememberedConfig
from studio.ui.train.setup_panel import FormState, SetupPanel
from studio.ui.widgets.redraw_timer import redraw_timer


class TrainPage(QWidget):
    """Wires the form, the training and the picture to each other.

    `stop_wanted` asks for the question whether to stop, which the window asks for Esc too.
    """

    run_started = Signal(str)
    run_ended = Signal(str)
    open_draw = Signal(str)
    open_mistakes = Signal(str)
    stop_wanted = Signal()
    idle = Signal()

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self._context = context
        self._setup = SetupPanel(context)
        self._live = LivePanel()
        self._session = TrainingSession(context.store, context.data_dir, self)
        self._desk = DatasetController(context, self._setup, self._live)
        self._config: TrainConfig | None = None  # what the form says, None while it is wrong
        self._remembered = RememberedConfig(context.settings, self)
        self._before_resume: FormState | None = None  # the form while a resumed run is shown
        self._replaced: FormState | None = None  # what “Undo” in the banner brings back
        self._resume = ResumeOffer(context, self._session)
        self._device = ""
        self._refusal = ""
        self._seen = False
        self._lay_out()
        self._connect()
        self._offer_setup()
        self._fill_form()
        self._on_state()

    @property
    def is_training(self) -> bool:
        """Whether a training is on its way, also one that is stopping."""
        return self._session.is_training

    def choose_recipe(self, recipe_id: str) -> None:
        """Fill the form from a recipe. Raises ValueError for an unknown id."""
        self._setup.choose(recipe_id)

    def start(self) -> None:
        """Train what the form says; a wrong field is marked and nothing starts."""
        config = self._setup.check()
        if self.is_training or config is None:
            return
        obstacle = self._obstacle(config)
        if obstacle is not None:
            self._setup.show_error(obstacle)
            return
        self._begin(config)

    def choose_dataset(self, path: str) -> None:
        """Learn from own pictures: a folder, an archive or a list of labels."""
        if not self.is_training:
            self._setup.show_set(path)

    def refuse_dataset(self, reason: str) -> None:
        """Say why dropped pictures are not taken, until the training has ended."""
        self._refusal = reason
        self._live.banner.show_message(reason)

    def resume_run(self, run_id: str) -> None:
        """Go on with a run that was stopped or killed, under its own settings."""
        if self.is_training:
            return
        try:
            config = self._context.store.open(run_id).config
        except StudioError as error:
            self._on_failure(error, "")
            return
        self._before_resume = self._setup.state()
        if config != self._config:
            self._setup.show_config(config)
        self._begin(config, run_id)

    def resume_last(self) -> None:
        """Go on with the run that is offered."""
        if self._resume.run is not None:
            self.resume_run(self._resume.run.run_id)

    def _begin(self, config: TrainConfig, resume: str | None = None) -> None:
        self._live.banner.hide()
        self._live.curves.clear()
        self._live.curves.set_references(published_for(config, self._setup.recipe))
        self._live.show_view(CURVES)
        self._drawer.close()
        self._session.start(config, resume)

    def toggle_setup(self) -> None:
        """Show or hide the form."""
        self._drawer.toggle()

    def stop(self) -> None:
        """Save and end the training; `idle` follows when its thread is gone."""
        self._session.stop()

    def pause_or_resume(self) -> None:
        """Let the training wait, or go on."""
        self._session.pause_or_resume()

    def shutdown(self) -> None:
        """End the page's own threads; the training has ended before."""
        self._remembered.save()
        self._desk.close()
        self._setup.augment.close_worker()
        redraw_timer().cancel(self)

    def redraw(self) -> None:
        """Bring figures and progress up to date; called by the shared clock."""
        watch = self._session.watch
        if self._session.state is TrainingState.READY:
            setup = self._setup
            figures = plan_figures(setup.values(), self._config, setup.known_shape())
            self._live.set_figures(*figures)
        else:
            self._live.set_figures(watch.main_figure(), watch.figures())
        self._live.set_share_done(watch.share_done)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._setup)
        row.addWidget(self._live, 1)
        self._drawer = Drawer(self._setup, row, self)

    def _connect(self) -> None:
        setup, live, session = self._setup, self._live, self._session
        setup.edited.connect(self._on_edited)
        setup.recipe_chosen.connect(self._on_recipe)
        setup.replaced.connect(self._offer_undo)
        setup.data.download_failed.connect(self._on_failure)
        setup.network.failed.connect(self._on_failure)
        setup.network.moved.connect(self._say_status)
        setup.train_wanted.connect(self.start)
        setup.close_wanted.connect(self._drawer.close)
        live.setup_wanted.connect(self._drawer.open)
        self._drawer.changed.connect(self._offer_setup)
        live.pause_wanted.connect(self.pause_or_resume)
        live.stop_wanted.connect(self.stop_wanted)
        live.resume_wanted.connect(self.resume_last)
        live.mistakes_wanted.connect(self._open_mistakes)
        live.draw_wanted.connect(self._open_draw)
        live.banner.action_clicked.connect(self._on_banner_action)
        session.state_changed.connect(self._on_state)
        session.prepared.connect(self._on_prepared)
        session.event_taken.connect(self._on_event)
        session.run_started.connect(self.run_started)
        session.run_ended.connect(self.run_ended)
        session.idle.connect(self._forget_refusal)
        session.idle.connect(self._bring_form_back)
        session.idle.connect(self.idle)
        self._resume.changed.connect(self._on_resume_offer)
        self._desk.changed.connect(self._say_status)
        self._desk.failed.connect(self._on_failure)
        self._context.torch_loaded.connect(self._find_device)

    # The form

    def _fill_form(self) -> None:
        """Show the settings of the last session, at first the first recipe."""
        config = self._remembered.load(self._setup.recipes())
        if config is None:
            self._setup.choose(self._setup.recipe_ids()[0])
        else:
            self._setup.show_config(config)

    def _on_recipe(self, _recipe_id: str) -> None:
        self._live.banner.hide()
        self._session.reset()
        self._live.show_view(PLAN)

    def _on_edited(self) -> None:
        self._config = self._setup.check()
        self._live.set_title(*self._setup.describe())
        self._live.plan.set_stale(self._setup.network.impossible)
        self._live.plan.show_dataset(form_dataset_title(self._setup.values()))
        if self._config is not None:
            if self._before_resume is None:
                self._remembered.save_later(self._config)
            shape = self._setup.shape(self._config.data)
            self._live.plan.show_network(self._config.model, shape)
        self.redraw()
        self._say_status()

    def _bring_form_back(self) -> None:
        """Show again what was in the form before a resumed run was shown in it."""
        before, self._before_resume = self._before_resume, None
        if before is not None and before != self._setup.state():
            self._setup.recall(before)

    def _offer_undo(self, before: FormState) -> None:
        self._replaced = before
        text = f"Your changes to “{before.recipe.title}” were reset."
        self._live.banner.show_message(text, "info", "Undo")

    def _on_banner_action(self) -> None:
        if self._replaced is None:
            show_error(self, *self._failure)
            return
        before, self._replaced = self._replaced, None
        self._live.banner.hide()
        self._setup.recall(before)

    # The training

    def _on_event(self, event: Event, line: str) -> None:
        """Only appends; the clock redraws."""
        curves = self._live.curves
        if isinstance(event, StepEnd):
            curves.append_loss(self._session.watch.epoch_at(event.step), event.loss)
        elif isinstance(event, EpochEnd):
            curves.append_epoch(event)
        elif isinstance(event, BatchSplit):
            self._live.banner.show_message(line, "warn")
        curves.append_log(line)
        redraw_timer().request(self)

    def _on_resume_offer(self) -> None:
        self._live.offer_resume(self._resume.run.tip if self._resume.run else "")
        self._say_status()

    def _on_prepared(self, share: float, text: str) -> None:
        self._live.set_share_done(share)
        self._live.set_status(text)

    def _on_state(self) -> None:
        state = self._session.state
        self._live.show_state(state)
        focus = self.focusWidget()
        if state.value.busy and focus is not None and self._setup.isAncestorOf(focus):
            self._live.setFocus()  # Qt would pass the focus of a locked form to some other button
        self._setup.set_locked(state.value.busy)
        self._say_status()
        self.redraw()
        if state is TrainingState.FAILED and self._session.error is not None:
            self._on_failure(*self._session.error)
        if state is TrainingState.AT_CHANCE:
            self._replaced = None
            self._live.banner.show_message(self._session.watch.chance_level, "warn")

    def _say_status(self) -> None:
        session = self._session
        obstacle = self._obstacle_words()
        text = status_words(session.state, session.watch, self._device, obstacle, self._resume.text)
        self._live.set_status(text)

    def _obstacle(self, config: TrainConfig) -> ConfigError | None:
        return self._desk.obstacle(config.data) or self._setup.network.obstacle(config.model)

    def _obstacle_words(self) -> str:
        if self._config is None:
            return "Fix the highlighted field, then train."
        obstacle = self._obstacle(self._config)
        return str(obstacle) if obstacle is not None else ""

    def _on_failure(self, error: object, traceback_text: str) -> None:
        self._failure, self._replaced = (error, traceback_text), None
        title, hint = error_words(error)
        report = "" if isinstance(error, StudioError) else "Show report"
        self._live.banner.show_message(failure_words(error, (title, hint)), "bad", report)

    def _open_mistakes(self) -> None:
        self.open_mistakes.emit(self._session.run_id)

    def _open_draw(self) -> None:
        self.open_draw.emit(self._session.run_id)

    def _forget_refusal(self) -> None:
        if self._live.banner.text() == self._refusal:
            self._live.banner.hide()

    def _offer_setup(self) -> None:
        """Offer a button that opens the form where it is out of view, and one that closes it."""
        self._setup.set_folded(self._drawer.folded)
        self._live.set_folded(not self._drawer.in_reach)

    def _find_device(self) -> None:
        task = self._context.tasks.start(_describe_device)
        task.succeeded.connect(self._on_device)

    def _on_device(self, words: object) -> None:
        self._device = str(words)
        self._say_status()
        self._live.curves.prepare()

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self._desk.forget_missing()
            self._resume.look()
        self._desk.want()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._drawer.set_folded(self.window().width() < NARROW)
        self._drawer.arrange()
        self._live.set_compact(event.size().height() < COMPACT)


def _describe_device(_on_progress: OnProgress, _should_stop: ShouldStop) -> str:
    """Where training will run; on the way loads pyqtgraph, so that no first curve waits for it."""
    import studio.ui.widgets.curve_graphics_view  # noqa: F401
    from studio.training.backend.devices import describe_device

    choice = describe_device("auto")
    return f"{choice.device.upper()}: {choice.reason}."
