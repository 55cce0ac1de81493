"""Run folders on disk. Only `checkpoints` needs torch."""

from studio.runs.run import Run
from studio.runs.status import RunStatus, Status
from studio.runs.store import RunStore
from studio.runs.summary import RunSummary, run_tag, run_title

__all__ = ["Run", "RunStatus", "RunStore", "RunSummary", "Status", "run_tag", "run_title"]
