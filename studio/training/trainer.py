"""The training loop."""

import math
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.config import TrainConfig
from studio.errors import CheckpointError, DeviceError, Stopped, StudioError
from studio.paths import data_dir as default_data_dir
from studio.runs import Run, RunStatus
from studio.runs.checkpoints import load_network, load_state, save_state, save_weights
from studio.training.batches import DeviceData, epoch_order
from studio.training.events import CheckpointSaved, EpochEnd, Event, FitEnded, StepEnd
from studio.training.meter import Meter
from studio.training.position import Position
from studio.training.recorder import Recorder
from studio.training.schedules import learning_rate
from studio.training.scoring import loss_and_accuracy, predict_logits
from studio.training.setup import Setup, prepare

# A killed training repeats at most this much work.
STATE_SECONDS = 60.0


class Trainer:
    """Trains one run: a plain call for the window, the command line and tests alike."""

    def __init__(self, config: TrainConfig, run: Run, data_dir: Path | None = None) -> None:
        """A run that holds a state is gone on with, under the configuration given here."""
        self.run = run
        self._config = config
        self._data_dir = data_dir or default_data_dir()

    def fit(
        self,
        on_event: Callable[[Event], None] = lambda event: None,
        should_stop: Callable[[], bool] = lambda: False,
        progress: Callable[[float, str], None] = lambda share, text: None,
    ) -> FitEnded:
        """Train until the last step or until `should_stop()`, which is asked before every step.

        `progress` hears of what takes long before the first event. Every event is in the run folder
        before `on_event` sees it. Raises StudioError with the reason when the training cannot go
        on; the run then says `failed` and keeps its checkpoints.
        """
        state = load_state(self.run.state) if self.run.state.exists() else None
        recorder = Recorder(self.run, on_event, state["log_bytes"] if state else 0)
        try:
            recorder.update()
            return self._fit(recorder, should_stop, progress, state)
        except BaseException as error:
            plain = _in_plain_words(error)
            recorder.fail(plain)
            if plain is error:
                raise
            raise plain from error
        finally:
            recorder.close()

    def _fit(
        self,
        recorder: Recorder,
        should_stop: Callable[[], bool],
        progress: Callable[[float, str], None],
        state: dict[str, Any] | None,
    ) -> FitEnded:
        def tell(share: float, text: str) -> None:
            recorder.beat()
            progress(share, text)

        runs_dir = self.run.path.parent
        try:
            setup = prepare(self._config, self._data_dir, runs_dir, tell, should_stop)
        except Stopped:
            return _ended_before_the_first_step(self.run, recorder)
        loop = _Loop(setup, self.run, recorder, should_stop)
        if state:
            loop.restore(state)
        started = setup.started(self.run.id, loop.at.epoch, loop.at.step)
        recorder.record_start(setup.config, setup.image_set, started)
        recorder.update(
            epochs=started.epochs,
            parameters=started.parameters,
            device=started.device,
            precision=started.precision,
        )
        recorder.emit(started)
        return loop.run_all()


class _Loop:
    """One call of `fit`: the position, and what is done at each step and after each epoch."""

    def __init__(
        self, setup: Setup, run: Run, recorder: Recorder, should_stop: Callable[[], bool]
    ) -> None:
        self._setup = setup
        self._learner = setup.learner
        self._run = run
        self._recorder = recorder
        self._should_stop = should_stop
        self._meter = Meter(setup.device)
        self._state_saved = time.perf_counter()
        self.at = Position()

    def run_all(self) -> FitEnded:
        stopped = False
        while not stopped and self.at.step < self._setup.total_steps:
            stopped = not self._run_epoch()
            if stopped:
                self._save(best=self.at.best is None)
            else:
                self._end_epoch()
        return self._end(stopped)

    def _run_epoch(self) -> bool:
        """Train to the end of the epoch; False when stopped on the way."""
        setup, config = self._setup, self._setup.config
        order = epoch_order(len(setup.train), config.optim.batch_size, config.seed, self.at.epoch)
        self._learner.train()
        with closing(setup.train.batches(order[self.at.batch :], self.at.epoch)) as batches:
            while self.at.batch < len(order):
                if self._should_stop():
                    return False
                began = time.perf_counter()
                self._step(*next(batches))
                self.at.seconds += time.perf_counter() - began
                if self.at.step % config.engine.log_every == 0:
                    self._log()
                if self.at.step >= setup.total_steps:
                    break
                self._look_after_the_folder()
        return True

    def _step(self, images: Tensor, labels: Tensor) -> None:
        self._learner.set_lr(self._lr())
        loss, hits = self._learner.step(images, labels)
        self._meter.add(loss, hits, len(labels))
        self.at.step += 1
        self.at.batch += 1
        self.at.images += len(labels)

    def _lr(self) -> float:
        setup = self._setup
        step, optim = self.at.step, setup.config.optim
        return learning_rate(optim, step, setup.steps_per_epoch, setup.total_steps)

    def _log(self) -> None:
        at = self.at
        # Reading the loss waits for the device, which belongs to the time of the steps.
        began = time.perf_counter()
        loss = self._meter.read_recent()
        at.seconds += time.perf_counter() - began
        _check_finite(loss, at.step)
        lr = self._learner.lr
        rate = at.take_rate()
        self._recorder.emit(StepEnd(at.step, at.epoch + 1, loss, lr, rate, at.seconds))

    def _look_after_the_folder(self) -> None:
        self._recorder.beat()
        if time.perf_counter() - self._state_saved > STATE_SECONDS:
            self._save(best=False)

    def _end_epoch(self) -> None:
        """Validate, tell, keep."""
        setup, at = self._setup, self.at
        train_loss, train_accuracy = self._meter.read()
        logits = self._learner.predict(setup.val.images)
        val_loss, val_accuracy = loss_and_accuracy(logits, setup.val)
        _check_finite(train_loss + val_loss, at.step)
        best = at.best is None or (val_accuracy, -val_loss) > (
            at.best.val_accuracy,
            -at.best.val_loss,
        )
        event = EpochEnd(
            epoch=at.epoch + 1,
            step=at.step,
            train_loss=train_loss,
            train_accuracy=train_accuracy,
            val_loss=val_loss,
            val_accuracy=val_accuracy,
            lr=self._learner.lr,
            images_per_second=at.mean_rate(),
            seconds=at.seconds,
            best=best,
        )
        at.end_epoch(event)
        self._meter = Meter(setup.device)
        self._recorder.save_predictions(event.epoch, logits)
        self._recorder.emit(event)
        self._save(best)
        self._recorder.update(**at.figures())

    def _save(self, best: bool) -> None:
        """Weights first, then the state that says they are there."""
        at = self.at
        card = self._setup.card(at.epoch, at.last.val_accuracy if at.last else None)
        weights = self._learner.kept.state_dict()
        save_weights(self._run.last_weights, weights, card)
        if best:
            save_weights(self._run.best_weights, weights, card)
        name = self._run.best_weights if best else self._run.last_weights
        path = name.relative_to(self._run.path).as_posix()
        self._recorder.emit(CheckpointSaved(at.step, at.epoch, path, best))
        save_state(self._run.state, self._state())
        self._state_saved = time.perf_counter()

    def _state(self) -> dict[str, Any]:
        return {
            "position": asdict(self.at),
            "meter": self._meter.state(),
            "learner": self._learner.state(),
            "log_bytes": self._recorder.log_bytes,
            "torch": str(torch.__version__),
            "threads": self._setup.threads,
            "device": self._setup.device,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was saved. Raises CheckpointError when it is not of this training."""
        try:
            self._learner.restore(state["learner"])
            self._meter.restore(state["meter"])
            self.at = Position.from_dict(state["position"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise CheckpointError(
                f"“{self._run.state}” does not belong to this training: {error}.",
                "Start a new run instead.",
            ) from None

    def _end(self, stopped: bool) -> FitEnded:
        status = RunStatus.STOPPED if stopped else RunStatus.FINISHED
        figures = self.at.figures()
        figures["test_accuracy"] = None if stopped else self._test_accuracy()
        figures["images_per_second"] = self.at.mean_rate()
        setup = self._setup
        ended = FitEnded(
            status=str(status),
            run=self._run.id,
            epochs=figures.pop("epochs_done"),
            parameters=setup.parameters,
            device=setup.device,
            precision=setup.precision_name,
            **figures,
        )
        self._recorder.update(status=status, **figures)
        self._recorder.emit(ended)
        return ended

    def _test_accuracy(self) -> float:
        """Of the best checkpoint, in float32, once."""
        setup = self._setup
        network, _ = load_network(self._run.best_weights)
        network = network.to(setup.device).to(memory_format=torch.channels_last)
        test = DeviceData.of(setup.image_set, "test", setup.device)
        return loss_and_accuracy(predict_logits(network, test.images, setup.normalize), test)[1]


def _check_finite(loss: float, step: int) -> None:
    if not math.isfinite(loss):
        raise StudioError(
            f"The loss stopped being a number before step {step}.",
            "Lower the learning rate and train again; the last good checkpoint is kept.",
        )


def _in_plain_words(error: BaseException) -> BaseException:
    """The errors that mean something to the user, as what they mean."""
    if isinstance(error, torch.OutOfMemoryError):
        return DeviceError("The device ran out of memory.", "Use a smaller batch or network.")
    if isinstance(error, OSError):
        return StudioError(f"The run could not be written: {error}.", "Make room, then resume it.")
    return error


def _ended_before_the_first_step(run: Run, recorder: Recorder) -> FitEnded:
    recorder.update(status=RunStatus.STOPPED)
    ended = FitEnded("stopped", run.id, 0, None, None, None, None, 0.0, 0.0, 0, "", "")
    recorder.emit(ended)
    return ended
