"""The run that can be resumed from the Train page: the latest one, if it ended early."""

from PySide6.QtCore import QObject, Signal

from studio.runs import run_title
from studio.runs.resumable import ResumableRun, find_resumable_run
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
        self.run_id, self._has_checkpoint = "", False
        session.run_created.connect(self._on_run_created)
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
        action = "continues it" if self._has_checkpoint else "begins it again"
        if self.run_id == self._session.run_id:
            is_diverged = self._session.state is TrainingState.DIVERGED
            return f"Resume {action}{' with half the learning rate' * is_diverged}."
        when = "early" if self._has_checkpoint else "before its first checkpoint"
        return f"“{run_title(self.run_id)}” ended {when}: Resume {action}."

    @property
    def tip(self) -> str:
        """The tooltip of the resume button; empty if there is no run to resume."""
        if not self.run_id:
            return ""
        where = "where it ended" if self._has_checkpoint else "from its first step"
        return (
            f"Resume {run_title(self.run_id)} {where}, with its own settings (Ctrl+R). "
            "Train starts a new run with the settings on the left."
        )

    def _on_run_created(self, run_id: str) -> None:
        self._context.settings.setValue(KEY, run_id)

    def _on_state_changed(self) -> None:
        """Offer the run that just ended early; a finished one has no steps left."""
        session = self._session
        if session.state in (TrainingState.FINISHED, TrainingState.AT_CHANCE):
            self._context.settings.remove(KEY)
            self._offer(None)
        elif session.state in (TrainingState.DIVERGED, TrainingState.STOPPED):
            # Without a checkpoint it begins again, a diverged one at half the rate.
            self._offer(ResumableRun(session.run_id, session.has_checkpoint))
        elif session.state is TrainingState.FAILED and session.has_checkpoint:
            self._offer(ResumableRun(session.run_id))

    def _on_found(self, run: ResumableRun | None) -> None:
        if self._session.state is TrainingState.READY and not self.run_id:
            self._offer(run)

    def _offer(self, run: ResumableRun | None) -> None:
        self.run_id = run.id if run else ""
        self._has_checkpoint = run is not None and run.has_checkpoint
        self.changed.emit()
