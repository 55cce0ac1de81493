"""The run that can be resumed from the Train page: the latest one, if it ended early."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from studio.errors import StudioError
from studio.runs import RunStatus, RunStore, run_title
from studio.ui.context import StudioContext
from studio.ui.train.live.training_session import TrainingSession
from studio.ui.train.live.training_state import TrainingState

KEY = "train/run"
_ENDED_EARLY = (RunStatus.STOPPED, RunStatus.FAILED, RunStatus.INTERRUPTED)


@dataclass(frozen=True)
class ResumableRun:
    """A run that ended before its last step and has a checkpoint."""

    run_id: str

    @property
    def title(self) -> str:
        """The title of the run."""
        return run_title(self.run_id)

    @property
    def tip(self) -> str:
        """The tooltip of the resume button."""
        return (
            f"Resume {self.title} where it ended, with its own settings (Ctrl+R). "
            "Train starts a new run with the settings on the left."
        )


def find_resumable_run(store: RunStore, run_id: str) -> ResumableRun | None:
    """Return the run of that id if it can be resumed. Reads a few small files."""
    try:
        run = store.open(run_id) if run_id else None
        if run is None or run.path.parent != store.runs_dir or not run.state.is_file():
            return None
    except (StudioError, OSError, ValueError):
        return None
    status = run.status
    if status is None or status.observed not in _ENDED_EARLY:
        return None
    return ResumableRun(run.id)


class ResumeOffer(QObject):
    """Holds the run that can be resumed; `changed` is emitted when it is replaced.

    The latest run is remembered in the settings, so that it is offered after a restart too, also
    when the program was killed.
    """

    changed = Signal()

    def __init__(self, context: StudioContext, session: TrainingSession) -> None:
        super().__init__(session)
        self._context, self._session = context, session
        self.run: ResumableRun | None = None
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
        if self.run is None or self._session.state.value.busy:
            return ""
        if self.run.run_id == self._session.run_id:
            return "Resume continues it."
        return f"“{self.run.title}” ended early: Resume continues it."

    def _on_run_started(self, run_id: str) -> None:
        self._context.settings.setValue(KEY, run_id)

    def _on_state_changed(self) -> None:
        """Offer the run that just ended early; a finished one has no steps left."""
        session = self._session
        if session.state in (TrainingState.FINISHED, TrainingState.AT_CHANCE):
            self._context.settings.remove(KEY)
            self._offer(None)
        elif (
            session.state in (TrainingState.STOPPED, TrainingState.FAILED)
            and session.progress.has_checkpoint
        ):
            self._offer(ResumableRun(session.run_id))

    def _on_found(self, found: ResumableRun | None) -> None:
        if self._session.state is TrainingState.READY and self.run is None:
            self._offer(found)

    def _offer(self, run: ResumableRun | None) -> None:
        self.run = run
        self.changed.emit()
