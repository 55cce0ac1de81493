"""The run folder on disk. Reading configurations, metrics and statuses needs no torch."""

from studio.runs.run import Run
from studio.runs.status import RunStatus, Status
from studio.runs.store import RunStore
from studio.runs.summary import RunSummary
from studio.runs.titles import run_title

__all__ = ["Run", "RunStatus", "RunStore", "RunSummary", "Status", "run_title"]
