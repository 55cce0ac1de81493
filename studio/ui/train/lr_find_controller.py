"""Opens the dialog of the learning-rate finder and runs the work behind it."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.callbacks import OnProgress, ShouldStop
from studio.config import TrainConfig
from studio.training.lr_finder import RateCurve, find_learning_rate
from studio.ui.context import StudioContext
from studio.ui.shared.error_dialog import error_text
from studio.ui.tasks import NewestTask
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.lr_find.lr_find_dialog import LearningRateDialog

_TRAINING = "A training runs and would be slowed down.", "Find the learning rate after it."


class LearningRateController(QObject):
    """One mock training at a time, none beside a training.

    `running_changed` says whether one runs. `rate_chosen` carries the learning rate to use.
    """

    running_changed = Signal(bool)
    rate_chosen = Signal(float)

    def __init__(self, context: StudioContext, session: TrainingSession, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._session, self._window = context, session, window
        self._config: TrainConfig | None = None
        self._dialog: LearningRateDialog | None = None
        self._work = NewestTask(context.tasks, self)
        self._work.progressed.connect(self._on_progress)
        self._work.failed.connect(self._on_failed)
        session.state_changed.connect(self._on_state_changed)

    def open(self, config: TrainConfig) -> None:
        """Open the dialog and find a learning rate for this configuration."""
        if self._dialog is not None:
            return
        self._config = config
        self._dialog = dialog = LearningRateDialog(config, self._window)
        dialog.rate_chosen.connect(self.rate_chosen)
        dialog.retry_wanted.connect(self._start)
        dialog.finished.connect(self._on_closed)
        dialog.open()
        self._start()

    def close(self) -> None:
        """End the work and close the dialog."""
        if self._dialog is not None:
            self._dialog.reject()

    def _start(self) -> None:
        if self._dialog is None or self._config is None:
            return
        if self._session.state.value.busy:
            self._dialog.show_failure(*_TRAINING)
            return
        self._dialog.show_waiting()
        self._work.start(partial(_find, self._config, self._context), self._on_found)
        self.running_changed.emit(True)

    def _stop(self) -> None:
        if self._work.is_running:
            self._work.stop()
            self.running_changed.emit(False)

    def _on_progress(self, fraction: float, text: str) -> None:
        if self._dialog is not None:
            self._dialog.show_progress(fraction, text)

    def _on_found(self, curve: RateCurve) -> None:
        self.running_changed.emit(False)
        if self._dialog is not None:
            self._dialog.show_curve(curve)

    def _on_failed(self, error: object, _traceback_text: str) -> None:
        self.running_changed.emit(False)
        if self._dialog is not None:
            self._dialog.show_failure(*error_text(error))

    def _on_closed(self, _result: int) -> None:
        self._stop()
        self._dialog = None

    def _on_state_changed(self) -> None:
        if self._session.state.value.busy and self._work.is_running:
            self._stop()
            if self._dialog is not None:
                self._dialog.show_failure(*_TRAINING)


def _find(
    config: TrainConfig,
    context: StudioContext,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> RateCurve:
    data_dir, runs_dir = context.data_dir, context.runs_dir
    return find_learning_rate(config, data_dir, runs_dir, on_progress, should_stop)
