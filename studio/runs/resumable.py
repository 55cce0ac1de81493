"""The runs that can be resumed."""

from studio.errors import StudioError
from studio.runs.status import RunStatus
from studio.runs.store import RunStore

_ENDED_EARLY = (
    RunStatus.STOPPED,
    RunStatus.FAILED,
    RunStatus.DIVERGED,
    RunStatus.INTERRUPTED,
)


def find_resumable_run(store: RunStore, run_id: str) -> str:
    """Return the id if its run ended early and has a checkpoint. Reads a few small files."""
    try:
        run = store.open(run_id)
        if run.path.parent != store.runs_dir or not run.state.is_file():
            return ""
    except (StudioError, OSError, ValueError):
        return ""
    status = run.status
    return run.id if status is not None and status.observed in _ENDED_EARLY else ""
