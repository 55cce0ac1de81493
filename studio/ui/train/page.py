"""The Train page: the form on the left, the live picture on the right, one training at a time."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.config import TrainConfig
from studio.errors import ConfigError, StudioError
from studio.models import summarize
from studio.training.events import BatchSplit, EpochEnd, Event, StepEnd
from studio.ui.context import StudioContext
from studio.ui.errors import error_words, show_error
from studio.ui.tasks import Progress, ShouldStop
from studio.ui.train.data.data_desk import DataDesk
from studio.ui.train.drawer import NARROW, Drawer
from studio.ui.train.form import published_for
from studio.ui.train.live.live_panel import CURVES, PLAN, LivePanel
from studio.ui.train.live.session import Session
from studio.ui.train.live.state import State
from studio.ui.train.live.status_words import failure_words, status_words
from studio.ui.train.setup_panel import SetupPanel
from studio.ui.train.words import count
from studio.ui.widgets.redraw_clock import redraw_clock


class TrainPage(QWidget):
    """Wires the form, the training and the picture to each other."""

    run_started = Signal(str)
    run_ended = Signal(str)
    open_draw = Signal(str)
    open_mistakes = Signal(str)
    idle = Signal()

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self._context = context
        self._setup = SetupPanel(context)
        self._live = LivePanel()
        self._session = Session(context.store, context.data_dir, self)
        self._desk = DataDesk(context, self._setup, self._live)
        self._config: TrainConfig | None = None  # what the form says, None while it is wrong
        self._planned = self._setup.recipe.config  # the last thing it said that was right
        self._device = ""
        self._refusal = ""
        self._seen = False
        self._lay_out()
        self._connect()
        self._setup.choose(self._setup.recipe_ids()[0])
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

    def take_pictures(self, path: str) -> None:
        """Learn from own pictures: a folder, an archive or a list of labels."""
        if not self.is_training:
            self._setup.show_set(path)

    def refuse_pictures(self, reason: str) -> None:
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
        self._setup.show_config(config)
        self._begin(config, run_id)

    def _begin(self, config: TrainConfig, resume: str | None = None) -> None:
        self._live.banner.hide()
        self._live.curves.clear()
        self._live.curves.set_references(published_for(config, self._setup.recipe))
        self._live.show_view(CURVES)
        self._drawer.close()
        self._session.start(config, resume)

    def stop(self) -> None:
        """Save and end the training; `idle` follows when its thread is gone."""
        self._session.stop()

    def pause_or_resume(self) -> None:
        """Let the training wait, or go on."""
        self._session.pause_or_resume()

    def shutdown(self) -> None:
        """End the page's own threads; the training has ended before."""
        self._desk.close()
        self._setup.augment.close_worker()
        redraw_clock().withdraw(self)

    def redraw(self) -> None:
        """Bring figures and progress up to date; called by the shared clock."""
        watch = self._session.watch
        if self._session.state is State.READY:
            self._live.set_figures(*self._plan_figures())
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
        setup.data.download_failed.connect(self._on_failure)
        setup.network.failed.connect(self._on_failure)
        setup.network.moved.connect(self._say_status)
        setup.train_wanted.connect(self.start)
        setup.close_wanted.connect(self._drawer.close)
        live.setup_wanted.connect(self._drawer.open)
        live.pause_wanted.connect(self.pause_or_resume)
        live.stop_wanted.connect(self.stop)
        live.mistakes_wanted.connect(self._open_mistakes)
        live.draw_wanted.connect(self._open_draw)
        live.banner.action_clicked.connect(self._show_report)
        session.state_changed.connect(self._on_state)
        session.prepared.connect(self._on_prepared)
        session.event_taken.connect(self._on_event)
        session.run_started.connect(self.run_started)
        session.run_ended.connect(self.run_ended)
        session.idle.connect(self._forget_refusal)
        session.idle.connect(self.idle)
        self._desk.changed.connect(self._say_status)
        self._desk.failed.connect(self._on_failure)
        self._context.torch_loaded.connect(self._find_device)

    # The form

    def _on_recipe(self, _recipe_id: str) -> None:
        self._live.set_title(self._setup.recipe.title, self._setup.recipe.summary)
        self._live.banner.hide()
        self._session.reset()
        self._live.show_view(PLAN)

    def _on_edited(self) -> None:
        self._config = self._setup.check()
        self._live.plan.set_stale(self._setup.network.impossible)
        if self._config is not None:
            self._planned = self._config
            shape = self._setup.shape(self._config.data)
            self._live.plan.show_network(self._config.model, shape)
        self.redraw()
        self._say_status()

    def _plan_figures(self) -> tuple[tuple[str, str], list[tuple[str, str]]]:
        config = self._planned
        summary, (number, unit) = summarize(config.model), config.length
        shape = self._setup.shape(config.data)
        return (count(summary.parameters), "parameters"), [
            (count(summary.multiply_adds), "multiply-adds a picture"),
            _images(shape.count if shape else None, config.data.subset),
            (f"{number:,}", unit),
            (f"{config.optim.batch_size}", "images a batch"),
        ]

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
        redraw_clock().request(self)

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
        if state is State.FAILED and self._session.error is not None:
            self._on_failure(*self._session.error)

    def _say_status(self) -> None:
        session = self._session
        text = status_words(session.state, session.watch, self._device, self._obstacle_words())
        self._live.set_status(text)

    def _obstacle(self, config: TrainConfig) -> ConfigError | None:
        return self._desk.obstacle(config.data) or self._setup.network.obstacle(config.model)

    def _obstacle_words(self) -> str:
        if self._config is None:
            return "One field is marked: mend it, then train."
        obstacle = self._obstacle(self._config)
        return str(obstacle) if obstacle is not None else ""

    def _on_failure(self, error: object, traceback_text: str) -> None:
        self._failure = (error, traceback_text)
        title, hint = error_words(error)
        report = "" if isinstance(error, StudioError) else "Show report"
        self._live.banner.show_message(failure_words(error, (title, hint)), "bad", report)

    def _show_report(self) -> None:
        show_error(self, *self._failure)

    def _open_mistakes(self) -> None:
        self.open_mistakes.emit(self._session.run_id)

    def _open_draw(self) -> None:
        self.open_draw.emit(self._session.run_id)

    def _forget_refusal(self) -> None:
        if self._live.banner.text() == self._refusal:
            self._live.banner.hide()

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
        self._desk.want()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        folded = self.window().width() < NARROW
        self._drawer.set_folded(folded)
        self._drawer.arrange()
        self._setup.set_folded(folded)
        self._live.set_folded(folded)


def _describe_device(_progress: Progress, _should_stop: ShouldStop) -> str:
    """Where training will run; on the way loads pyqtgraph, so that no first curve waits for it."""
    import studio.ui.widgets.curve_surface  # noqa: F401
    from studio.training.devices import describe_device

    choice = describe_device("auto")
    return f"{choice.device.upper()}: {choice.reason}."


def _images(count: int | None, subset: int | None) -> tuple[str, str]:
    if count is None:
        return "–", "images"
    return (f"{subset:,}", f"of {count:,} images") if subset else (f"{count:,}", "images")
