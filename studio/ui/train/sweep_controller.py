"""Opens the dialog that plans a sweep, and keeps the results of sweeps up to date."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.data.dataset_shape import DatasetShape
from studio.errors import ConfigError
from studio.insight.sweep.axes import sweep_settings
from studio.insight.sweep.honest import open_test_split
from studio.insight.sweep.label_fixes import pin_label_fixes
from studio.insight.sweep.plan import SweepPlan, trial_config, trials
from studio.insight.sweep.sweep_file import Sweep, delete_sweep, new_sweep, save_sweep
from studio.insight.sweep.values import Values, describe_values
from studio.runs.training_queue import QueueEntry
from studio.ui.context import StudioContext
from studio.ui.shared.confirm_dialog import ConfirmDialog, Question
from studio.ui.tasks import LatestWorker, NewestTask, yield_gil
from studio.ui.train.queue_controller import QueueController
from studio.ui.train.setup_panel import SetupPanel
from studio.ui.train.sweep.honest_text import QUESTION, STAY, question_text
from studio.ui.train.sweep.sweep_dialog import SweepDialog
from studio.ui.train.sweep.sweep_draft import Cost, SweepDraft, estimate, read_plan
from studio.ui.train.sweep.sweep_export import SweepExport
from studio.ui.train.sweep.sweep_state import (
    SweepList,
    SweepReader,
    SweepRequest,
    SweepState,
)
from studio.ui.train.sweep.sweep_view import SweepView

_REFRESH_MS = 250  # after the last of several changes


class SweepController(QObject):
    """Plans, shows and deletes sweeps; their trainings are entries of the queue.

    `planned` follows a new sweep, `started` the start of its trainings. `message` carries a text
    and its tone, `offered` a text, an action and what that does, `runs_wanted` the keys of runs.
    """

    planned = Signal()
    started = Signal()
    message = Signal(str, str)
    offered = Signal(str, str, object)
    failed = Signal(object, str)
    runs_wanted = Signal(object)

    def __init__(
        self,
        context: StudioContext,
        queue: QueueController,
        setup: SetupPanel,
        view: SweepView,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context, self._queue, self._setup = context, queue, setup
        self._view, self._window = view, window
        self._dialog: SweepDialog | None = None
        self._config: TrainConfig | None = None
        self._shape: DatasetShape | None = None
        self._wanted = ""  # the sweep to show; the newest one if empty
        self._is_stale = True
        self._estimator = LatestWorker(self._estimate, self)
        reader = SweepReader(context.runs_dir, yield_gil)
        self._reader = LatestWorker(reader.read, self)
        self._testing = NewestTask(context.tasks, self)
        self._writing = NewestTask(context.tasks, self)
        self._export = SweepExport(view, context.tasks, self)
        self._timer = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._connect()

    def plan(self, config: TrainConfig) -> None:
        """Open the dialog for the settings of the form."""
        if self._dialog is not None:
            return
        self._config, self._shape = config, self._setup.form.dataset_shape()
        self._dialog = dialog = SweepDialog(config, sweep_settings(), self._window)
        dialog.drafted.connect(self._estimator.submit)
        dialog.confirmed.connect(self._on_confirmed)
        dialog.finished.connect(self._on_closed)
        dialog.begin()
        dialog.open()

    def refresh(self) -> None:
        """Read the sweeps soon, if they are in view; else when they are."""
        self._is_stale = True
        if self._view.isVisible():
            self._timer.start()

    def close(self) -> None:
        """End the work of the sweeps and close the dialog."""
        self._timer.stop()
        if self._dialog is not None:
            self._dialog.reject()
        for task in (self._testing, self._writing):
            task.stop()
        self._estimator.close()
        self._reader.close()

    def _connect(self) -> None:
        view, context = self._view, self._context
        self._timer.timeout.connect(self._read)
        context.runs_changed.connect(self.refresh)
        self._queue.changed.connect(self.refresh)
        view.shown.connect(self._on_shown)
        view.settings_wanted.connect(self._use_settings)
        view.runs_wanted.connect(self._show_runs)
        view.header.sweep_chosen.connect(self._on_sweep_chosen)
        view.header.continue_wanted.connect(self._train_remaining)
        view.header.delete_wanted.connect(self._delete)
        view.honest.open_wanted.connect(self._ask_for_test)
        view.honest.cancel_wanted.connect(self._testing.cancel)
        self._estimator.completed.connect(self._on_estimated)
        self._estimator.failed.connect(self.failed)
        self._testing.progressed.connect(view.honest.show_progress)
        self._testing.cancelled.connect(self._on_test_cancelled)
        self._testing.failed.connect(self._on_test_failed)
        self._reader.completed.connect(self._on_read)
        self._reader.failed.connect(self.failed)
        self._writing.failed.connect(self.failed)
        self._export.failed.connect(self.failed)
        self._export.saved.connect(self._on_saved)

    # The dialog

    def _estimate(self, draft: SweepDraft) -> Cost | ConfigError:
        """Check a draft and add up its cost, in a thread."""
        assert self._config is not None  # a dialog is open
        try:
            plan = read_plan(draft, self._config, "")
            return estimate(plan, self._context.data_dir, self._shape)
        except ConfigError as error:
            return error

    def _on_estimated(self, draft: SweepDraft, cost: Cost | ConfigError) -> None:
        if self._dialog is None:
            return
        if isinstance(cost, ConfigError):
            self._dialog.show_error(draft, cost)
        else:
            self._dialog.show_cost(draft, cost)

    def _on_confirmed(self, draft: SweepDraft, start: bool) -> None:
        if self._config is None:
            return
        plan = read_plan(draft, self._config, self._setup.form.recipe.title)
        work = partial(_create, plan, self._context)
        self._writing.start(work, partial(self._on_created, start))

    def _on_created(self, start: bool, created: tuple[Sweep, Sequence[QueueEntry]]) -> None:
        sweep, entries = created
        self._wanted = sweep.id
        self._queue.add_all(entries)
        self.planned.emit()
        if start:
            self._start()
        self.refresh()

    def _start(self) -> None:
        """Train what waits. The offer of the queue to do so is out of date then."""
        self._queue.start()
        if not self._queue.is_held:
            self.started.emit()

    def _on_closed(self, _result: int) -> None:
        self._estimator.cancel()
        self._dialog = None

    # Reading

    def _on_shown(self) -> None:
        if self._is_stale:
            self._read()

    def _read(self) -> None:
        self._is_stale = False
        queued = frozenset(e.sweep for e in self._queue.entries if e.sweep and not e.has_ended)
        self._reader.submit(SweepRequest(self._wanted, queued))

    def _on_read(self, request: SweepRequest, found: SweepList) -> None:
        if request.wanted != self._wanted:
            return  # another sweep has been chosen
        if found.state is None:
            self._view.show_nothing()
        else:
            self._view.show_sweep(found.headers, found.state)

    def _on_sweep_chosen(self, sweep_id: str) -> None:
        self._wanted = sweep_id
        self._testing.stop()
        self._view.honest.set_running(False)
        self._read()

    # Rows

    def _use_settings(self, combination: int) -> None:
        """Fill the form with a combination; the message has an undo."""
        state, setup = self._view.state, self._setup
        row = state.row(combination) if state is not None else None
        if state is None or state.plan is None or row is None:
            return
        before, base = setup.form.state(), state.plan.base
        config = base.with_values(row.values)
        if config.recipe == setup.form.recipe.id or config.recipe not in setup.recipes():
            setup.form.show_config(config)
        else:
            setup.show_config(config)
        text = f"The form has the settings of the sweep: {row.title}."
        self.offered.emit(text, "Undo", partial(setup.restore, before))

    def _show_runs(self, combination: int) -> None:
        row = self._view.state.row(combination) if self._view.state is not None else None
        if row is not None and row.runs:
            self.runs_wanted.emit(row.runs)

    def _train_remaining(self) -> None:
        """Add the trials that nothing trains to the queue, and start it."""
        state = self._view.state
        if state is None or state.sweep is None or not state.addable:
            return
        runs = {
            trial.trial.number: trial.run
            for trial in (state.results.trials if state.results is not None else ())
            if trial.state == "stopped"
        }
        work = partial(_make_entries, state.sweep, state.addable, runs)
        self._writing.start(work, self._on_remaining)

    def _on_remaining(self, entries: Sequence[QueueEntry]) -> None:
        self._queue.add_all(entries)
        self._start()

    # The file of a sweep

    def _delete(self) -> None:
        """Delete the sweep; its runs stay, and the message has an undo."""
        state = self._view.state
        if state is None:
            return
        self._wanted = ""
        work = partial(_delete, self._context.runs_dir, state.sweep_id)
        self._writing.start(work, partial(self._on_deleted, state))

    def _on_deleted(self, state: SweepState, _result: object) -> None:
        self.refresh()
        if state.sweep is None:
            self.message.emit("The damaged sweep was deleted. Its runs are kept.", "info")
            return
        text = f"The sweep “{state.sweep.title}” was deleted. Its runs are kept."
        self.offered.emit(text, "Undo", partial(self._restore, state.sweep))

    def _restore(self, sweep: Sweep) -> None:
        self._wanted = sweep.id
        self._writing.start(partial(_save, self._context.runs_dir, sweep), self._on_restored)

    def _on_restored(self, _entries: object) -> None:
        self.refresh()

    def _on_saved(self, path: Path) -> None:
        self.message.emit(f"Saved {path.name} in {path.parent}.", "good")

    # The test split

    def _ask_for_test(self) -> None:
        """Say what it costs to open the test split, and ask."""
        state = self._view.state
        best = state.row(state.best) if state is not None else None
        if best is None:
            return
        question = Question(QUESTION, question_text(best), "Open the test split", STAY)
        dialog = ConfirmDialog("open_test_question", question, self._window)
        dialog.accepted.connect(self._open_test)
        dialog.open()

    def _open_test(self) -> None:
        state, context = self._view.state, self._context
        if state is None or state.sweep is None or state.best is None:
            return
        self._view.honest.set_running(True)
        work = partial(_test, state.sweep, state.best, context)
        self._testing.start(work, self._on_tested)

    def _on_tested(self, _result: object) -> None:
        self._view.honest.set_running(False)
        self.refresh()

    def _on_test_cancelled(self) -> None:
        self._view.honest.set_running(False)

    def _on_test_failed(self, error: object, traceback_text: str) -> None:
        self._view.honest.set_running(False)
        self.failed.emit(error, traceback_text)


def _create(
    plan: SweepPlan, context: StudioContext, on_progress: OnProgress, should_stop: ShouldStop
) -> tuple[Sweep, tuple[QueueEntry, ...]]:
    """Save a new sweep, and return it with the entries of its trainings. Raises StudioError."""
    sweep = new_sweep(pin_label_fixes(plan, context.data_dir))
    return sweep, _save(context.runs_dir, sweep, on_progress, should_stop)


def _make_entries(
    sweep: Sweep,
    numbers: Sequence[int],
    runs: Mapping[int, str],
    _on_progress: OnProgress,
    _should_stop: ShouldStop,
) -> tuple[QueueEntry, ...]:
    return _entries(sweep, numbers, runs)


def _entries(
    sweep: Sweep, numbers: Sequence[int], runs: Mapping[int, str]
) -> tuple[QueueEntry, ...]:
    """Return entries of the queue for trials; `runs` are those to resume."""
    wanted = frozenset(numbers)
    return tuple(
        QueueEntry(
            "",
            trial_config(sweep.plan, trial),
            _title(sweep, trial.values, trial.seed),
            sweep=sweep.trial_key(trial.number),
            resume=runs.get(trial.number, ""),
        )
        for trial in trials(sweep.plan)
        if trial.number in wanted
    )


def _title(sweep: Sweep, values: Values, seed: int) -> str:
    return " · ".join(
        text for text in (sweep.title, describe_values(values), f"seed {seed}") if text
    )


def _save(
    runs_dir: Path, sweep: Sweep, _on_progress: OnProgress, _should_stop: ShouldStop
) -> tuple[QueueEntry, ...]:
    """Write a sweep and return the entries of all its trials."""
    save_sweep(runs_dir, sweep)
    return _entries(sweep, range(len(trials(sweep.plan))), {})


def _delete(
    runs_dir: Path, sweep_id: str, _on_progress: OnProgress, _should_stop: ShouldStop
) -> None:
    delete_sweep(runs_dir, sweep_id)


def _test(
    sweep: Sweep,
    combination: int,
    context: StudioContext,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> object:
    return open_test_split(
        sweep, combination, context.store, context.data_dir, on_progress, should_stop
    )
