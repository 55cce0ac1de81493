"""The Train page: the setup on the left, the live panel on the right, one training at a time."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from studio.config import DataConfig, TrainConfig
from studio.errors import ConfigError
from studio.recipes import DEFAULT_RECIPE
from studio.ui.context import StudioContext
from studio.ui.shared.builders import row_layout
from studio.ui.shared.plot_menu import PlotMenu
from studio.ui.shared.shortcuts import add_shortcut
from studio.ui.train.banner_controller import BannerController
from studio.ui.train.coach_controller import CoachController
from studio.ui.train.dataset_controller import DatasetController
from studio.ui.train.forecast_controller import ForecastController
from studio.ui.train.form_drawer import NARROW, Drawer
from studio.ui.train.gallery.recipe_library import RecipeLibrary
from studio.ui.train.live.load_monitor import LoadMonitor
from studio.ui.train.live.overlay_controller import OverlayController
from studio.ui.train.live.resume_offer import ResumeOffer
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState
from studio.ui.train.live_panel import (
    COMPACT,
    DATA,
    PLAN,
    RECIPES,
    SWEEPS,
    LivePanel,
)
from studio.ui.train.live_presenter import LivePresenter
from studio.ui.train.lr_find_controller import LearningRateController
from studio.ui.train.plan_text import form_dataset_title, plan_figures, plan_text
from studio.ui.train.queue_controller import QueueController
from studio.ui.train.recipe_controller import RecipeController
from studio.ui.train.remembered_config import RememberedConfig
from studio.ui.train.schedule_marker import ScheduleMarker
from studio.ui.train.setup_panel import SetupPanel
from studio.ui.train.sweep_controller import SweepController
from studio.ui.train.training_starter import TrainingStarter
from studio.ui.train.unreadable_question import UnreadableFilesQuestion


class TrainPage(QWidget):
    """Connects the form, the dataset, the training session and the live panel.

    `stop_wanted` asks the window to confirm the stop of the training.
    """

    run_started = Signal(str)
    run_ended = Signal(str)
    open_draw = Signal(str)
    open_mistakes = Signal(str)
    open_comparison = Signal(str)
    runs_wanted = Signal(object)  # keys of runs to compare
    retrained = Signal(str, str)  # a run that was trained again: the new run and its parent
    stop_wanted = Signal()
    idle = Signal()

    def __init__(self, context: StudioContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self.context = context
        self.library = RecipeLibrary(context, self)
        self.setup, self.live = SetupPanel(context, self.library), LivePanel()
        self.session = TrainingSession(context.store, context.data_dir, self)
        row = row_layout(self, spacing=0)
        row.addWidget(self.setup)
        row.addWidget(self.live, 1)
        self.drawer = Drawer(self.setup, row, self)
        self.queue = QueueController(context, self.session, self.live, self.setup.recipes, self)
        form, live = self.setup.form, self.live
        self._forecast = ForecastController(context, self.setup.forecast, self.session, self)
        self._forecast.alternative_chosen.connect(form.show_config)
        self._lr_finder = LearningRateController(context, self.session, self)
        self._lr_finder.running_changed.connect(self._forecast.hold)
        self._lr_finder.rate_chosen.connect(form.learning.set_rate)
        displays = (
            self._forecast.show_preview,
            form.show_preview,
            live.data.show_preview,
            live.plan.show_preview,
        )
        self.dataset = DatasetController(
            context, form.dataset, live.data, self._visible_dataset, displays, self
        )
        self.config: TrainConfig | None = None  # None while the form has a wrong value
        self._banner = BannerController(live.banner, context, self)
        self._resume_offer = ResumeOffer(context, self.session)
        self._unreadable = UnreadableFilesQuestion(self)
        self._presenter = LivePresenter(context, self.session, self._resume_offer, live, self)
        self._coach = CoachController(self.session, form, live.advice, self)
        self._coach.applied.connect(self._banner.show_message)
        self._starter = TrainingStarter(
            context.store,
            self.setup.recipes,
            self.session,
            self.queue,
            self._presenter,
            self._coach,
            live,
            self.drawer,
        )
        self._remembered = RememberedConfig(context.settings, context.window_state, self)
        self._marker = ScheduleMarker(self.session, form)
        self._was_shown = False
        self._recipes = RecipeController(context, self.library, self.setup, live, self)
        self._sweeps = SweepController(context, self.queue, self.setup, live.sweeps, self)
        self._connect_setup()
        self._connect_training()
        self._connect_queue()
        self._connect_sweeps()
        self._load_monitor = LoadMonitor(live.load, self)
        self._overlays = OverlayController(context, self.session, live.curves, self)
        self._add_plot_menus()
        self._update_drawer_buttons()
        self._fill_form()

    @property
    def is_training(self) -> bool:
        """Whether a training is running, also one that is stopping."""
        return self.session.is_training

    def choose_recipe(self, recipe_id: str) -> None:
        """Fill the form from a recipe. Raises ValueError for an unknown id."""
        self.setup.choose_recipe(recipe_id)

    def choose_dataset(self, path: str) -> None:
        """Choose a folder of images, an archive or a list of labels as the dataset."""
        self.setup.choose_dataset(path)

    def open_recipe(self, path: str) -> None:
        """Add the recipe in a file to the user's own and show it."""
        self._recipes.open_file(path)

    def refuse_dataset(self, reason: str) -> None:
        """Show why a dropped dataset is refused."""
        self._banner.show_message(reason, "info")

    def start(self) -> None:
        """Train the configuration of the form, or mark its wrong field."""
        config = None if self.is_training else self._check_form()
        preview = self.dataset.preview
        if config is not None and not self._unreadable.ask(preview, config, self.start):
            self._starter.train(config)

    def add_to_queue(self) -> None:
        """Let the configuration of the form wait its turn, or mark its wrong field."""
        config, preview = self._check_form(), self.dataset.preview
        if config is not None and not self._unreadable.ask(preview, config, self.add_to_queue):
            self._starter.add(config)

    def resume_run(self, run_id: str) -> None:
        """Resume a run that was stopped or killed with its own settings, in its turn."""
        self._starter.resume(run_id)

    def retrain(self, config: TrainConfig, parent_run: str) -> None:
        """Train a run again with the configuration `config`, in its turn."""
        self._starter.retrain(config, parent_run)

    def resume_last(self) -> None:
        """Resume the run that is offered."""
        if self._resume_offer.run_id:
            self.resume_run(self._resume_offer.run_id)

    def stop(self) -> None:
        """Save and end the training, and hold the queue; `idle` follows when its thread ended."""
        self.queue.hold()
        self.session.stop()

    def abandon(self) -> bool:
        """Give up a training that has not begun, at the end of the process; return whether so."""
        return self.session.abandon()

    def pause_or_resume(self) -> None:
        """Pause the training, or resume it from a pause."""
        self.session.pause_or_resume()

    def toggle_setup(self) -> None:
        """Show or hide the form."""
        self.drawer.toggle()

    def shutdown(self) -> None:
        """End the threads of the page; the training has ended before."""
        self._remembered.save()
        self._sweeps.close()
        self.queue.close()
        self._lr_finder.close()
        self._forecast.close()
        self.dataset.close()
        self.setup.form.augment.close_worker()
        self._presenter.close()
        self._load_monitor.close()

    def _connect_setup(self) -> None:
        form, dataset, plan = self.setup.form, self.dataset, self.live.plan
        self.setup.recipe_chosen.connect(self._on_recipe_chosen)
        self.setup.train_wanted.connect(self.start)
        self.setup.queue_button.clicked.connect(self.add_to_queue)
        add_shortcut("add_to_queue", self, self.add_to_queue)
        self.setup.close_wanted.connect(self.drawer.close)
        self.drawer.changed.connect(self._update_drawer_buttons)
        self._banner.undo_wanted.connect(self.setup.restore)
        self._banner.comparison_wanted.connect(self.open_comparison)
        self._banner.resume_wanted.connect(self.resume_run)
        form.learning.find_rate.clicked.connect(self._find_rate)
        form.edited.connect(self._on_edited)
        form.changes_replaced.connect(self._banner.offer_undo)
        form.failed.connect(self._banner.show_failure)
        self._recipes.offered.connect(self._banner.offer)
        self._recipes.failed.connect(self._banner.show_failure)
        self._recipes.chosen.connect(self._on_card_chosen)
        self.setup.header.gallery_wanted.connect(self._show_gallery)
        form.network.backbone.weights_changed.connect(self._show_obstacle)
        form.dataset_chosen.connect(dataset.reload)
        form.dataset_edited.connect(dataset.load_later)
        dataset.changed.connect(self._show_obstacle)
        dataset.cleared.connect(plan.clear)
        dataset.unavailable.connect(plan.show_unavailable)
        dataset.unavailable.connect(form.augment.show_unavailable)
        dataset.path_chosen.connect(self.setup.choose_dataset)
        dataset.view_wanted.connect(self._show_data_view)
        dataset.message.connect(self._banner.show_message)
        dataset.failed.connect(self._banner.show_failure)

    def _find_rate(self) -> None:
        """Open the learning-rate finder, or mark the field that prevents it."""
        config = self._check_form()
        if config is not None:
            self._lr_finder.open(config)

    def _plan_sweep(self) -> None:
        """Open the dialog that plans a sweep, or mark the field that prevents it."""
        config, preview = self._check_form(), self.dataset.preview
        if config is not None and not self._unreadable.ask(preview, config, self._plan_sweep):
            self._sweeps.plan(config)

    def _check_form(self) -> TrainConfig | None:
        """Return the configuration of the form; None if it has a wrong field, which is marked."""
        config = self.setup.form.check()
        if config is None:
            return None
        obstacle = self._find_obstacle(config)
        if obstacle is None:
            return config
        self.setup.form.show_error(obstacle)
        return None

    def _connect_training(self) -> None:
        live, session = self.live, self.session
        live.setup_button.clicked.connect(self.drawer.open)
        live.pause_button.clicked.connect(self.pause_or_resume)
        live.stop_button.clicked.connect(self.stop_wanted)
        live.resume_button.clicked.connect(self.resume_last)
        live.mistakes_button.clicked.connect(self._open_mistakes)
        live.draw_button.clicked.connect(self._open_draw)
        self._presenter.warned.connect(self._banner.show_message)
        self._presenter.failed.connect(self._on_training_failed)
        self._presenter.diverged.connect(self._banner.show_divergence)
        session.state_changed.connect(self._show_busy)
        session.run_started.connect(self._show_in_training)
        session.run_started.connect(self.run_started)
        session.run_ended.connect(self.run_ended)
        session.idle.connect(self.context.live_training.end)
        session.idle.connect(self._offer_comparison)
        session.idle.connect(self.idle)

    def _connect_queue(self) -> None:
        queue = self.queue
        self.live.queue.add_wanted.connect(self.add_to_queue)
        self._starter.failed.connect(self._banner.show_failure)
        queue.message.connect(self._banner.show_message)
        queue.offered.connect(self._banner.propose)
        queue.failed.connect(self._banner.show_failure)
        queue.run_wanted.connect(self._open_run)

    def _connect_sweeps(self) -> None:
        sweeps = self._sweeps
        self.setup.sweep_button.clicked.connect(self._plan_sweep)
        self.live.sweeps.plan_wanted.connect(self._plan_sweep)
        sweeps.planned.connect(self._show_sweeps)
        sweeps.started.connect(self.live.banner.hide)
        sweeps.message.connect(self._banner.show_message)
        sweeps.offered.connect(self._banner.offer)
        sweeps.failed.connect(self._banner.show_failure)
        sweeps.runs_wanted.connect(self.runs_wanted)

    def _add_plot_menus(self) -> None:
        self._overlays.failed.connect(self._banner.show_failure)
        for plot in (self.live.curves.loss, self.live.curves.accuracy):
            menu = PlotMenu(plot, self.context.tasks, self.context.plot_choices)
            menu.add_menu(self._overlays.menu)
            menu.saved.connect(self._banner.show_saved)
            menu.failed.connect(self._banner.show_failure)

    def _fill_form(self) -> None:
        """Show the settings of the last session, at first those of the first recipe."""
        can_restore = self.context.restore_state
        self.library.add(self._remembered.recipe_id() if can_restore else "")
        config = self._remembered.load(self.setup.recipes()) if can_restore else None
        if config is None:
            self.setup.choose_recipe(DEFAULT_RECIPE)
            self.live.show_view(RECIPES)
        else:
            self.setup.show_config(config)
        self.setup.form.history.clear(self.setup.form.state())

    def _on_recipe_chosen(self, _recipe_id: str) -> None:
        if not self.is_training:
            self.live.banner.hide()
            self._coach.end()
            self.session.reset()
        self.live.show_view(PLAN)

    def _on_card_chosen(self) -> None:
        """Show what a recipe trains, and its settings too where the form is a drawer."""
        self.live.show_view(PLAN)
        if self.drawer.is_folded:
            self.drawer.open()

    def _show_gallery(self) -> None:
        self.drawer.close()  # in a narrow window the form covers it
        self.live.show_view(RECIPES)
        self.live.recipes.focus_cards()

    def _on_edited(self) -> None:
        form, plan = self.setup.form, self.live.plan
        self.config = form.check()
        values, shape = form.values(), form.dataset_shape()
        title = plan_text(form.recipe, values, form.marks.names)
        plan.set_stale(form.network.is_invalid)
        plan.show_dataset(form_dataset_title(values))
        if self.config is not None:
            if self.context.restore_state:
                self._remembered.save_later(self.config)
            plan.show_network(self.config.model, shape)
        self._presenter.show_plan(plan_figures(values, self.config, shape), title, self.config)
        self._forecast.show_config(self.config, shape)
        self._overlays.show_config(self.config)
        self._show_obstacle()

    def _show_in_training(self, run: str) -> None:
        """Let other pages show the model while it learns."""
        thread = self.session.thread_in_training
        if thread is not None:
            self.context.live_training.begin(run, thread)

    def _offer_comparison(self) -> None:
        """Lead from a run that was trained again to what changed."""
        session = self.session
        if session.parent_run and session.state is TrainingState.FINISHED:
            self._banner.offer_comparison(session.run_id)
            self.retrained.emit(session.run_id, session.parent_run)

    def _visible_dataset(self) -> DataConfig | None:
        """Return the dataset of the form; None while it is invalid or the page is hidden."""
        if not self.live.isVisible():
            return None
        try:
            return self.setup.form.dataset_config()
        except ConfigError:
            return None

    def _find_obstacle(self, config: TrainConfig) -> ConfigError | None:
        backbone = self.setup.form.network.backbone
        return self.dataset.obstacle(config.data) or backbone.obstacle(config.model)

    def _show_obstacle(self) -> None:
        if self.config is None:
            text = "Fix the highlighted field, then train."
        else:
            obstacle = self._find_obstacle(self.config)
            text = str(obstacle) if obstacle is not None else ""
        self._presenter.show_obstacle(text)

    def _show_busy(self) -> None:
        is_busy = self.session.state.value.busy
        focus = self.focusWidget()
        if is_busy and focus is not None and focus.objectName() == "train_button":
            self.live.setFocus()  # Qt would pass the focus of a disabled button to the next one
        self.setup.show_training(is_busy)
        if is_busy:
            self._load_monitor.start()
        else:
            self._load_monitor.stop()

    def _show_sweeps(self) -> None:
        self.drawer.close()  # in a narrow window the form covers it
        self.live.show_view(SWEEPS)

    def _show_data_view(self) -> None:
        self.drawer.close()  # in a narrow window the form covers it
        self.live.show_view(DATA)

    def _on_training_failed(self, error: object, traceback_text: str) -> None:
        self._banner.show_failure(error, traceback_text, self.queue.current_title)

    def _open_run(self, run: str) -> None:
        self.runs_wanted.emit([run])

    def _open_mistakes(self) -> None:
        self.open_mistakes.emit(self.session.run_id)

    def _open_draw(self) -> None:
        self.open_draw.emit(self.session.run_id)

    def _update_drawer_buttons(self) -> None:
        """Show the button that opens the form where it is hidden, and the one that closes it."""
        self.setup.set_folded(self.drawer.is_folded)
        self.live.set_folded(not self.drawer.is_always_visible)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            if self.drawer.is_folded and self.live.current_view() == RECIPES:
                self.drawer.close()  # in a narrow window the form would cover the recipes
            self.dataset.forget_missing()
            self._resume_offer.find()
            self.queue.load()
            self._recipes.start()
        self.dataset.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.drawer.set_folded(self.window().width() < NARROW)
        self.drawer.arrange()
        self.live.set_compact(event.size().height() < COMPACT)
