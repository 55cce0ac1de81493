"""The training loop."""

import math
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor

from studio.callbacks import ShouldStop
from studio.errors import CheckpointError, StudioError
from studio.runs import Run, RunStatus
from studio.runs.checkpoints import load_network
from studio.training.backend.threads import use_threads
from studio.training.checkpointing import Recorder
from studio.training.distributed.process_group import World
from studio.training.epoch_selection import is_selected
from studio.training.events import BatchSplit, EpochEnd, FitEnded, StepEnd
from studio.training.input.batches import DeviceData, epoch_order
from studio.training.input.tensors import Rows
from studio.training.meter import Meter
from studio.training.position import Position
from studio.training.schedules import learning_rate
from studio.training.scoring import loss_and_accuracy, predict_logits
from studio.training.setup import Setup
from studio.training.temperature import fit_temperature

# A killed training repeats at most this much work.
STATE_SECONDS = 60.0


class FitLoop:
    """One call of `fit`: the position, and what is done at each step and after each epoch."""

    def __init__(
        self,
        setup: Setup,
        run: Run,
        recorder: Recorder,
        should_stop: ShouldStop,
        world: World,
    ) -> None:
        self._setup = setup
        self._learner = setup.learner
        self._run = run
        self._recorder = recorder
        self._should_stop = world.stopper(should_stop, setup.config.engine.log_every)
        self._world = world
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
        own = [self._learner.share.own(batch) for batch in order[self.at.batch :]]
        self._learner.train()
        with closing(setup.train.batches(own, self.at.epoch)) as batches:
            while self.at.batch < len(order):
                if self._should_stop():
                    return False
                began = time.perf_counter()
                self._step(*next(batches), len(order[self.at.batch]))
                self.at.seconds += time.perf_counter() - began
                if self.at.step % config.engine.log_every == 0:
                    self._log()
                if self.at.step >= setup.total_steps:
                    break
                self._look_after_the_folder()
        return True

    def _step(self, images: Tensor, labels: Tensor, count: int) -> None:
        """Learn from what is this process' share of a batch of `count` pictures."""
        self._learner.set_lr(self._lr())
        self._learner.share.begin(count)
        parts = self._learner.parts
        loss, hits = self._learner.step(images, labels)
        self._meter.add(loss, hits, count)
        self.at.step += 1
        self.at.batch += 1
        self.at.images += count
        if self._learner.parts > parts:
            self._tell_of_parts(self._learner.parts)

    def _tell_of_parts(self, parts: int) -> None:
        pictures = -(-self._setup.config.optim.batch_size // parts)
        self._recorder.emit(BatchSplit(self.at.step, self.at.epoch + 1, parts, pictures))

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

    def _beat(self, _fraction: float, _message: str) -> None:
        """Many pictures on a slow device take longer than others wait for a word."""
        self._recorder.beat()

    def _end_epoch(self) -> None:
        """Validate, tell, keep."""
        setup, at = self._setup, self.at
        train_loss, train_accuracy = self._meter.read()
        logits = self._gather(
            lambda rows: self._learner.predict(rows, self._beat), setup.val.images
        )
        val_loss, val_accuracy = loss_and_accuracy(logits, setup.val)
        _check_finite(train_loss + val_loss, at.step)
        select = setup.config.optim.select
        best = is_selected(select, val_loss, val_accuracy, at.best)
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
            temperature=fit_temperature(logits, setup.val.labels),
            select=select,
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
        card = self._setup.card(at.epoch, at.last)
        self._recorder.save_weights(self._learner.kept.state_dict(), card, at.step, best)
        self._recorder.save_state(
            {
                "position": asdict(at),
                "meter": self._meter.state(),
                "learner": self._learner.state(),
                "engine": self._setup.engine.state(),
                "device": self._setup.device,
            }
        )
        self._state_saved = time.perf_counter()

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
            precision=setup.engine.precision,
            select=setup.config.optim.select,
            **figures,
        )
        self._recorder.update(status=status, **figures)
        self._recorder.emit(ended)
        return ended

    def _gather(self, predict: Callable[[Rows], Tensor], images: Rows) -> Tensor:
        """Logits of all processes, with all threads of the training for single operations."""
        with use_threads(self._setup.engine.threads):
            return self._learner.share.gather(predict, images)

    def _test_accuracy(self) -> float:
        """Accuracy of the kept weights on the test split, in float32 like `evaluate`, once."""
        setup = self._setup
        network, _ = self._world.decide(lambda: load_network(self._run.best_weights))
        network = network.to(setup.device).to(memory_format=setup.normalize.memory_format)
        test = DeviceData.of(setup.image_set, "test", setup.device)
        # By default cuDNN rounds the float32 inputs of convolutions to TF32; `evaluate` does not.
        with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
            logits = self._gather(
                lambda rows: predict_logits(network, rows, setup.normalize, on_progress=self._beat),
                test.images,
            )
        return loss_and_accuracy(logits, test)[1]


def _check_finite(loss: float, step: int) -> None:
    if not math.isfinite(loss):
        raise StudioError(
            f"The loss stopped being a number before step {step}.",
            "Lower the learning rate and train again; the last good checkpoint is kept.",
        )
