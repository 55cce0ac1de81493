"""The runs that can be resumed."""

from dataclasses import dataclass

from studio.errors import StudioError
from studio.runs.run import Run
from studio.runs.status import RunStatus
from studio.runs.store import RunStore

_STOPPED = (RunStatus.STOPPED, RunStatus.INTERRUPTED)
_BROKEN = (RunStatus.FAILED, RunStatus.DIVERGED)


@dataclass(frozen=True)
class ResumableRun:
    """A run that ended early. Without a checkpoint its training begins again."""

    id: str
    has_checkpoint: bool = True


def can_resume(status: RunStatus, epochs_done: int, has_checkpoint: bool) -> bool:
    """Whether a run with this observed status ended early and is worth resuming.

    A run that was stopped or killed before its first checkpoint loses nothing by beginning again;
    one that failed or diverged that early would do so again. A run that has lost its checkpoint
    would lose what is left of it too.
    """
    if has_checkpoint:
        return status in (*_STOPPED, *_BROKEN)
    return status in _STOPPED and not epochs_done


def find_resumable_run(store: RunStore, run_id: str) -> ResumableRun | None:
    """Return a run of the runs folder that can be resumed, else None. Reads a few small files."""
    try:
        run = store.open(run_id)
        is_in_store = run.path.parent == store.runs_dir
        return _check_resumable(run) if is_in_store else None
    except (StudioError, OSError, ValueError):
        return None


def _check_resumable(run: Run) -> ResumableRun | None:
    """Return the run if it ended early. Raises StudioError when its settings cannot be read."""
    status, has_checkpoint = run.status, run.state.is_file()
    if status is None or not can_resume(status.observed, status.epochs_done, has_checkpoint):
        return None
    _ = run.config
    return ResumableRun(run.id, has_checkpoint)
