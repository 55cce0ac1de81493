"""Starts a training, or lets it wait for the one that runs."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from studio.config import TrainConfig
from studio.errors import StudioError
from studio.recipes import Recipe
from studio.runs import RunStore, run_title
from studio.runs.training_queue import QueueEntry
from studio.ui.train.coach_controller import CoachController
from studio.ui.train.form.config_form import published_for
from studio.ui.train.form_drawer import Drawer
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live_panel import CURVES, LivePanel
from studio.ui.train.live_presenter import LivePresenter
from studio.ui.train.plan_text import run_text
from studio.ui.train.queue_controller import QueueController


class TrainingStarter(QObject):
    """Trains what the user asks for at once if nothing trains, else in its turn.

    `recipes` returns the known recipes by id. `failed` carries an error.
    """

    failed = Signal(object, str)

    def __init__(
        self,
        store: RunStore,
        recipes: Callable[[], Mapping[str, Recipe]],
        session: TrainingSession,
        queue: QueueController,
        presenter: LivePresenter,
        coach: CoachController,
        live: LivePanel,
        drawer: Drawer,
    ) -> None:
        super().__init__(session)
        self._store, self._recipes = store, recipes
        self._session, self._queue = session, queue
        self._presenter, self._coach = presenter, coach
        self._live, self._drawer = live, drawer
        queue.start_wanted.connect(self._begin)

    def train(self, config: TrainConfig) -> None:
        """Train what the form describes, now."""
        self._begin_now(QueueEntry("", config, ""))

    def add(self, config: TrainConfig) -> None:
        """Let a training wait its turn."""
        self._queue.add_all([QueueEntry("", config, self._title(config))])

    def resume(self, run_id: str) -> None:
        """Resume a run that was stopped or killed, with its own settings."""
        try:
            config = self._store.open(run_id).config
        except StudioError as error:
            self.failed.emit(error, "")
            return
        self._begin_or_wait(QueueEntry("", config, run_title(run_id), resume=run_id))

    def retrain(self, config: TrainConfig, parent_run: str) -> None:
        """Train the run of the key `parent_run` again, with the configuration `config`."""
        self._begin_or_wait(QueueEntry("", config, self._title(config), parent=parent_run))

    def _begin_or_wait(self, entry: QueueEntry) -> None:
        if self._session.is_training:
            self._queue.add_all([entry])
        else:
            self._begin_now(entry)

    def _begin_now(self, entry: QueueEntry) -> None:
        """Train at the wish of the user, and show it."""
        self._live.banner.hide()
        self._drawer.close()
        self._begin(entry)
        self._live.show_view(CURVES)

    def _begin(self, entry: QueueEntry) -> None:
        """Train; what the user looks at stays in view."""
        config, recipe = entry.config, self._recipes().get(entry.config.recipe)
        title = (entry.title, run_text(config, recipe)[1]) if entry.title else None
        self._presenter.begin(title, published_for(config, recipe) if recipe else {})
        self._coach.begin(config)
        self._session.start(config, entry.resume or None, entry.parent, entry.sweep)

    def _title(self, config: TrainConfig) -> str:
        recipe = self._recipes().get(config.recipe)
        return recipe.title if recipe else config.recipe
