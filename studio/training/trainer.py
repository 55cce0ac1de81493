"""`Trainer`, which trains a run from its configuration to its end."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import TrainConfig
from studio.data.loading import resolve_fixes
from studio.data.overlay.sample_fix import fixes_hash
from studio.data.overlay.snapshots import save_snapshot
from studio.errors import DeviceError, Stopped, StudioError
from studio.files import waiting_for_room
from studio.partial_files import remove_stale_partials
from studio.paths import data_dir as default_data_dir
from studio.runs import Run, RunStatus
from studio.runs.lock import RunLock
from studio.runs.manifest_growth import verify_log, verify_to_resume
from studio.runtime import release_memory
from studio.training.backend.compute_settings import describe_other_origin
from studio.training.backend.memory import is_out_of_memory, release_cuda_memory
from studio.training.checkpointing import Recorder, RunRecorder
from studio.training.distributed.process_group import ProcessGroup
from studio.training.events import Event, FitEnded
from studio.training.full_disk import FullDiskPause
from studio.training.live_settings import SettingsMailbox
from studio.training.live_values import LR
from studio.training.loop import TrainingLoop
from studio.training.preparation import prepare_training
from studio.training.saved_state import read_saved_state
from studio.training.snapshots import SnapshotMailbox
from studio.training.unprepared import describe_past


class Trainer:
    """Trains one run, in the calling thread: for the window, the command line and tests."""

    def __init__(
        self,
        config: TrainConfig,
        run: Run,
        data_dir: Path | None = None,
        process_group: ProcessGroup | None = None,
        snapshots: SnapshotMailbox | None = None,
        settings: SettingsMailbox | None = None,
    ) -> None:
        """A run with a saved state is resumed, with the configuration given here.

        `process_group` are the processes that train together, each with the same arguments; by
        default this process alone. `snapshots` gives other threads the weights while they change.
        `settings` are changes of settings while the training runs, of the main process. A diverged
        run is resumed with half its learning rate, unless they hold another one.
        """
        self.run = run
        self._config = config
        self._data_dir = data_dir or default_data_dir()
        self._process_group = process_group or ProcessGroup()
        self._snapshots = snapshots
        self._settings = settings or SettingsMailbox()
        self._lr_scale = 1.0  # of a resumed run

    def fit(
        self,
        on_event: Callable[[Event], None] = lambda event: None,
        should_stop: ShouldStop = never_stop,
        on_progress: OnProgress = ignore_progress,
    ) -> FitEnded:
        """Train until the last step, or until `should_stop()` returns True before a step.

        `on_progress` reports the preparation before the first event. Every event is in the run
        folder before `on_event` gets it. Raises StudioError with the reason when the training
        cannot continue; the run then has the status `failed`, or `diverged` after DivergedError,
        and keeps its checkpoints. Raises RunLockedError, and leaves the run as it is, while another
        process trains it.
        """
        lock = RunLock(self.run)
        try:
            state, self._lr_scale = self._process_group.broadcast_from_main(
                lambda: self._open_run(lock)
            )
            return self._record_fit(on_event, should_stop, on_progress, state)
        finally:
            lock.release()

    def _open_run(self, lock: RunLock) -> tuple[dict[str, Any] | None, float]:
        """Become the only writer of the run, and return its saved state, None for a new run.

        Also return the factor of its learning rate, 0.5 for a run that diverged.
        Raises CheckpointError when a file that the training goes on from is missing or damaged.
        """
        lock.acquire()
        remove_stale_partials(self.run.path, depth=1, is_only_writer=True)
        verify_to_resume(self.run.path)
        state = read_saved_state(self.run)
        if state:
            verify_log(self.run.path, state["log_bytes"])
        status = self.run.status
        has_diverged = status is not None and status.status is RunStatus.DIVERGED
        return state, 0.5 if has_diverged and not self._settings.has(LR) else 1.0

    def _record_fit(
        self,
        on_event: Callable[[Event], None],
        should_stop: ShouldStop,
        on_progress: OnProgress,
        state: dict[str, Any] | None,
    ) -> FitEnded:
        """Train, and record in the run folder how it goes and ends."""
        recorder = self._create_recorder(on_event, state)
        try:
            recorder.update_status()
            return self._fit(recorder, should_stop, on_progress, state)
        except BaseException as error:
            user_error = _to_user_error(error)
            recorder.fail(user_error)
            self._process_group.report_failure(user_error)
            if user_error is error:
                raise
            raise user_error from error
        finally:
            recorder.close()
            release_memory()
            release_cuda_memory()

    def _create_recorder(
        self, on_event: Callable[[Event], None], state: dict[str, Any] | None
    ) -> Recorder:
        if not self._process_group.is_main:
            return Recorder()
        try:
            return RunRecorder(self.run, on_event, state)
        except OSError as error:
            raise _to_user_error(error) from None

    def _fit(
        self,
        recorder: Recorder,
        should_stop: ShouldStop,
        on_progress: OnProgress,
        state: dict[str, Any] | None,
    ) -> FitEnded:
        def on_preparation(fraction: float, message: str) -> None:
            recorder.update_heartbeat()
            on_progress(fraction, message)

        data_dir, runs_dir, group = self._data_dir, self.run.path.parent, self._process_group
        try:
            fixes = group.broadcast_from_main(
                lambda: dict(resolve_fixes(self._config.data, data_dir, self.run.path)), should_stop
            )
            config = self._config.with_values({"data.overlay": fixes_hash(fixes)})
            setup = prepare_training(
                config, data_dir, runs_dir, on_preparation, should_stop, group, state, fixes
            )
        except Stopped:
            return _end_before_first_step(self.run, recorder)
        if group.is_main:
            save_snapshot(fixes, data_dir, self.run.path)
        with closing(setup.train_step):
            loop = TrainingLoop(
                setup, self.run, recorder, should_stop, group, self._snapshots, self._settings
            )
            if state:
                loop.restore(state)
            started = setup.start_event(self.run.id, loop.position.epoch, loop.position.step)
            if state:
                origin = describe_other_origin(state, setup.device)
                started = replace(started, other_origin=origin)
            room = FullDiskPause(self.run, recorder, should_stop, group)
            try:
                with waiting_for_room(room if group.can_wait else None):
                    recorder.record_start(setup.config, setup.dataset, started, group.world_size)
                    return loop.run(self._lr_scale)
            except Stopped:
                group.report_stop()
                return loop.end_unsaved()


def _to_user_error(error: BaseException) -> BaseException:
    """Return errors with a cause that the user can fix as StudioError, others unchanged."""
    if is_out_of_memory(error):
        return DeviceError("Memory ran out.", "Use a smaller model, batch or image size.")
    if isinstance(error, OSError) and not isinstance(error, StudioError):
        path = error.filename2 or error.filename or "a file of the run"
        message = f"The training cannot use “{path}”: {error.strerror or error}."
        return StudioError(message, "Check that folder and its disk, then resume the run.")
    return error


def _end_before_first_step(run: Run, recorder: Recorder) -> FitEnded:
    """End a training that was stopped while it was prepared."""
    recorder.update_status(status=RunStatus.STOPPED)
    ended = describe_past(run)
    recorder.emit(ended)
    return ended
