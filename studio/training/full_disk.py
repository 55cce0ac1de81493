"""Lets a training wait while the disk is full, instead of failing."""

import time

from studio.callbacks import ShouldStop
from studio.disk_full import free_bytes
from studio.errors import DiskFullError, Stopped
from studio.files import waiting_for_room
from studio.runs import Run
from studio.training.checkpointing import Recorder
from studio.training.distributed.process_group import ProcessGroup
from studio.training.events import TrainingPaused

POLL_S = 0.25
# A quota, or another disk than that of the run, is full without showing here: just try again.
RETRY_S = 30.0


class FullDiskPause:
    """Waits until there is room, and says so; a `studio.files.Room`.

    Raises Stopped when the training is stopped meanwhile.
    """

    def __init__(
        self, run: Run, recorder: Recorder, should_stop: ShouldStop, group: ProcessGroup
    ) -> None:
        self._run, self._recorder, self._should_stop = run, recorder, should_stop
        self._group = group
        self._began: float | None = None
        self._shown: TrainingPaused | None = None

    def wait(self, error: DiskFullError) -> None:
        now = time.monotonic()
        if self._began is None:
            self._began = now
            self._group.report_pause()
        with waiting_for_room(None):  # what is written meanwhile cannot wait too
            free, needed = error.free_bytes, max(error.needed_bytes, _checkpoint_bytes(self._run))
            while not (needed <= free > error.free_bytes):
                self._show(needed, free)
                if self._should_stop():
                    raise Stopped
                time.sleep(POLL_S)
                if time.monotonic() > now + RETRY_S:
                    return
                free = free_bytes(self._run.path)

    def resume(self) -> None:
        began, shown = self._began, self._shown
        self._began = self._shown = None
        if began is None:
            return
        if shown:
            with waiting_for_room(None):
                self._recorder.end_pause(shown, time.monotonic() - began)
        self._group.report_pause()

    def _show(self, needed_bytes: int, free_bytes: int) -> None:
        paused = TrainingPaused(str(self._run.path.parent), needed_bytes, free_bytes)
        if paused == self._shown:
            self._recorder.update_heartbeat()
        else:
            self._shown = paused
            self._recorder.pause(paused)


def _checkpoint_bytes(run: Run) -> int:
    """The size of the last checkpoint: the next one needs as much room beside it."""
    files = (run.state, run.last_weights, run.best_weights)
    return sum(path.stat().st_size for path in files if path.is_file())
