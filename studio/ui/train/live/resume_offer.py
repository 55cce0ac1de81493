"""The run that can be resumed from the Train page: the latest one, if it ended early."""

from PySide6.QtCore import QObject, Signal

from studio.runs import run_title
from studio.runs.resumable import find_resumable_run
from studio.ui.context import StudioContext
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState

KEY = "train/run"


class ResumeOffer(QObject):
    """Holds the id of the run that can be resumed, "" for none; `changed` follows each change.

    The latest run is remembered in the settings, so that it is offered after a restart too, also
    when the program was killed.
    """

    changed = Signal()

    def __init__(self, context: StudioContext, session: TrainingSession) -> None:
        super().__init__(session)
        self._context, self._session = context, session
        self.run_id = ""
        session.run_started.connect(self._on_run_started)
        session.state_changed.connect(self._on_state_changed)

    def find(self) -> None:
        """Find the run of an earlier session; its folder is read in a thread."""
        run_id = self._context.settings.read_text(KEY)
        if run_id:
            store = self._context.store
            task = self._context.tasks.start(lambda _p, _s: find_resumable_run(store, run_id))
            task.succeeded.connect(self._on_found)

    @property
    def text(self) -> str:
        """The offer as a sentence of the status line; empty while a training is running."""
        if not self.run_id or self._session.state.value.busy:
            return ""
        if self.run_id == self._session.run_id:
            is_diverged = self._session.state is TrainingState.DIVERGED
            return f"Resume continues it{' with half the learning rate' * is_diverged}."
        return f"“{run_title(self.run_id)}” ended early: Resume continues it."

    @property
    def tip(self) -> str:
        """The tooltip of the resume button; empty if there is no run to resume."""
        if not self.run_id:
            return ""
        return (
            f"Resume {run_title(self.run_id)} where it ended, with its own settings (Ctrl+R). "
            "Train starts a new run with the settings on the left."
        )

    def _on_run_started(self, run_id: str) -> None:
        self._context.settings.setValue(KEY, run_id)

    def _on_state_changed(self) -> None:
        """Offer the run that just ended early; a finished one has no steps left."""
        session = self._session
        if session.state in (TrainingState.FINISHED, TrainingState.AT_CHANCE):
            self._context.settings.remove(KEY)
            self._offer("")
        elif session.state is TrainingState.DIVERGED:
            self._offer(session.run_id)  # without a checkpoint it begins again, at half the rate
        elif (
            session.state in (TrainingState.STOPPED, TrainingState.FAILED)
            and session.progress.has_checkpoint
        ):
            self._offer(session.run_id)

    def _on_found(self, run_id: str) -> None:
        if self._session.state is TrainingState.READY and not self.run_id:
            self._offer(run_id)

    def _offer(self, run_id: str) -> None:
        self.run_id = run_id
        self.changed.emit()
