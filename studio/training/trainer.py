"""One training from its configuration to its end."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import TrainConfig
from studio.errors import DeviceError, Stopped, StudioError
from studio.paths import data_dir as default_data_dir
from studio.runs import Run, RunStatus
from studio.runs.checkpoints import load_state
from studio.training.allocator import give_back
from studio.training.backend.memory import is_shortage
from studio.training.checkpointing import Recorder, Silent
from studio.training.distributed.process_group import World
from studio.training.events import Event, FitEnded
from studio.training.loop import FitLoop
from studio.training.setup import Setup, prepare


class Trainer:
    """Trains one run: a plain call for the window, the command line and tests alike."""

    def __init__(
        self,
        config: TrainConfig,
        run: Run,
        data_dir: Path | None = None,
        world: World | None = None,
    ) -> None:
        """A run that holds a state is gone on with, under the configuration given here.

        `world` are the processes that do this together, each with the same arguments; by default
        this one alone.
        """
        self.run = run
        self._config = config
        self._data_dir = data_dir or default_data_dir()
        self._world = world or World()

    def fit(
        self,
        on_event: Callable[[Event], None] = lambda event: None,
        should_stop: ShouldStop = never_stop,
        on_progress: OnProgress = ignore_progress,
    ) -> FitEnded:
        """Train until the last step or until `should_stop()`, which is asked before every step.

        `progress` hears of what takes long before the first event. Every event is in the run folder
        before `on_event` sees it. Raises StudioError with the reason when the training cannot go
        on; the run then says `failed` and keeps its checkpoints.
        """
        state = self._world.decide(self._load_state)
        log_bytes = state["log_bytes"] if state else 0
        main = self._world.is_main
        recorder = Recorder(self.run, on_event, log_bytes) if main else Silent()
        try:
            recorder.update()
            return self._fit(recorder, should_stop, on_progress, state)
        except BaseException as error:
            plain = _in_plain_words(error)
            recorder.fail(plain)
            self._world.fail(plain)
            if plain is error:
                raise
            raise plain from error
        finally:
            recorder.close()
            give_back()

    def _load_state(self) -> dict[str, Any] | None:
        return load_state(self.run.state) if self.run.state.exists() else None

    def _fit(
        self,
        recorder: Recorder,
        should_stop: ShouldStop,
        on_progress: OnProgress,
        state: dict[str, Any] | None,
    ) -> FitEnded:
        def tell(share: float, text: str) -> None:
            recorder.beat()
            on_progress(share, text)

        runs_dir = self.run.path.parent
        try:
            setup = prepare(
                self._config, self._data_dir, runs_dir, tell, should_stop, self._world, state
            )
        except Stopped:
            return _ended_before_the_first_step(self.run, recorder)
        with closing(setup.learner):
            return self._run(setup, recorder, should_stop, state)

    def _run(
        self,
        setup: Setup,
        recorder: Recorder,
        should_stop: ShouldStop,
        state: dict[str, Any] | None,
    ) -> FitEnded:
        loop = FitLoop(setup, self.run, recorder, should_stop, self._world)
        if state:
            loop.restore(state)
        started = setup.started(self.run.id, loop.at.epoch, loop.at.step)
        recorder.record_start(setup.config, setup.image_set, started, self._world.size)
        recorder.update(
            epochs=started.epochs,
            parameters=started.parameters,
            device=started.device,
            precision=started.precision,
            val_images=started.val_images,
            test_images=started.test_images,
        )
        recorder.emit(started)
        return loop.run_all()


def _in_plain_words(error: BaseException) -> BaseException:
    """The errors that mean something to the user, as what they mean."""
    if is_shortage(error):
        return DeviceError("Memory ran out.", "Use a smaller network, batch or pictures.")
    if isinstance(error, OSError):
        return StudioError(f"The run could not be written: {error}.", "Make room, then resume it.")
    return error


def _ended_before_the_first_step(run: Run, recorder: Recorder) -> FitEnded:
    recorder.update(status=RunStatus.STOPPED)
    select = run.config.optim.select
    ended = FitEnded("stopped", run.id, 0, None, None, None, None, 0.0, 0.0, 0, "", "", select)
    recorder.emit(ended)
    return ended
