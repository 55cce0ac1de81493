"""The training loop: epochs, steps, validation and checkpoints."""

import itertools
import math
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, replace
from typing import Any

from torch import Tensor

from studio.callbacks import ShouldStop, never_stop
from studio.errors import CheckpointError, DivergedError, Stopped
from studio.runs import Run, RunStatus
from studio.runs.checkpoints import load_model
from studio.runs.familiarity import Familiarity
from studio.runs.finite import find_non_finite
from studio.runs.history import history_folder
from studio.runs.stored_epochs import is_kept
from studio.runs.test_openings import TRAINING, record_test_opening
from studio.training.backend.threads import use_threads
from studio.training.checkpointing import Recorder
from studio.training.distributed.process_group import ProcessGroup
from studio.training.epoch_selection import is_selected
from studio.training.events import (
    BatchSplit,
    EpochEnd,
    FitEnded,
    ModelChecked,
    RolledBack,
    SettingsChanged,
    StepEnd,
)
from studio.training.familiarity import fit_familiarity
from studio.training.history import HistoryRecorder, RunHistoryRecorder
from studio.training.input.batches import DeviceDataset, epoch_order
from studio.training.input.samples import Samples
from studio.training.live_settings import LiveSettings, SettingsMailbox, find_obstacles
from studio.training.live_values import LR, Changes
from studio.training.loop_state import LoopPosition, RunningMetrics
from studio.training.model_check import find_most_predicted
from studio.training.prediction import loss_and_accuracy, predict_logits
from studio.training.preparation import TrainingSetup
from studio.training.saved_state import read_saved_state
from studio.training.schedules import learning_rate
from studio.training.snapshots import Snapshot, SnapshotMailbox
from studio.training.stopping import TimeBudget, count_waiting, find_early_end
from studio.training.temperature import fit_temperature

# A killed training repeats at most the work of this time.
CHECKPOINT_INTERVAL_S = 60.0

# A training that still diverges after this many halvings of the rate has another cause.
MAX_ROLLBACKS = 3


class TrainingLoop:
    """Trains from a position to the end, and records what happens."""

    def __init__(
        self,
        setup: TrainingSetup,
        run: Run,
        recorder: Recorder,
        should_stop: ShouldStop,
        process_group: ProcessGroup,
        snapshots: SnapshotMailbox | None = None,
        settings: SettingsMailbox | None = None,
    ) -> None:
        self._setup = setup
        self._snapshots = snapshots or SnapshotMailbox()
        self._train_step = setup.train_step
        self._sharding = setup.train_step.sharding
        self._run = run
        self._recorder = recorder
        self._stop_requested = should_stop  # of this process alone
        self._should_stop = process_group.sync_should_stop(
            should_stop, setup.config.engine.log_every
        )
        mailbox = settings or SettingsMailbox()
        nothing: dict[str, float] = {}
        self._take_posted = process_group.sync_changes(
            lambda: not mailbox.is_empty, mailbox.take, nothing
        )
        self._scheduled_changes = process_group.broadcast_from_main(lambda: mailbox.schedule)
        self._live, self._lr_scale = LiveSettings(), 1.0
        self._obstacles = find_obstacles(setup.config)
        self._process_group = process_group
        self._metrics = RunningMetrics(setup.device)
        self._familiarity: Familiarity | None = None  # of the last validation
        self._history = self._create_history()
        self._time_budget = TimeBudget(setup.config.engine, process_group.collectives)
        self._last_checkpoint = time.perf_counter()
        self._saved_step: int | None = None  # of the last complete checkpoint
        self.position = LoopPosition()

    def run(self, lr_scale: float = 1.0) -> FitEnded:
        """Train until the last step or a stop request.

        The learning rate is multiplied by `lr_scale` from the first step on, unless another one is
        chosen for it. Raises DivergedError.
        """
        self._lr_scale = lr_scale
        with self._snapshots.serving(self._take_snapshot):
            stopped = self._train_epochs()
        return self._end(stopped)

    def _train_epochs(self) -> bool:
        """Train the epochs that are left; return True if stopped before the end."""
        if self._rolls_back and self._saved_step is None:
            self._save_checkpoint(best=False)  # to go back to
        stopped = False
        # The last epoch may have been stopped in its validation.
        while not stopped and (self.position.batch or not self._is_over()):
            try:
                stopped = not self._train_and_validate()
            except DivergedError as error:
                self._roll_back(error)
        return stopped

    def _is_over(self) -> bool:
        """Whether the last step is done, or the training ends before it."""
        position = self.position
        is_last = position.step >= self._setup.total_steps
        return is_last or bool(find_early_end(self._setup.config, position))

    def _train_and_validate(self) -> bool:
        """Train to the end of the epoch and validate; return False if stopped before."""
        is_complete = self._train_epoch()
        self._history.save(merge=True)
        is_complete = is_complete and self._end_epoch()
        is_saved = self._saved_step == self.position.step and self.position.best is not None
        if not (is_complete or is_saved):
            self._save_checkpoint(best=self.position.best is None)
        return is_complete

    def _train_epoch(self) -> bool:
        """Train to the end of the epoch; return False if stopped before."""
        setup, config, position = self._setup, self._setup.config, self.position
        optim, train_step, sharding = config.optim, self._train_step, self._sharding
        order = epoch_order(len(setup.train), optim.batch_size, config.seed, position.epoch)
        shards = [sharding.select(batch) for batch in order[position.batch :]]
        samples = iter(shards)
        self._history.begin_epoch(position.epoch, order, position.batch)
        train_step.train()
        with closing(setup.train.batches(shards, position.epoch)) as batches:
            while position.batch < len(order) and not self._is_over():
                self._snapshots.serve()
                if self._should_stop():
                    return False
                self._take_changes()
                began = time.perf_counter()
                images, labels = next(batches)
                batch_size = len(order[position.batch])
                self._set_lr(position.step)
                micro_batches = train_step.accumulation.micro_batches
                sharding.begin_step(batch_size)
                loss, correct, logits = train_step.step(images, labels)
                self._metrics.update(loss, correct, batch_size)
                self._history.record(next(samples), labels, logits)
                position.step += 1
                position.batch += 1
                position.images += batch_size
                if train_step.accumulation.micro_batches > micro_batches:
                    self._report_batch_split(train_step.accumulation.micro_batches)
                position.seconds += time.perf_counter() - began
                if position.step % config.engine.log_every == 0:
                    self._log()
                self._time_budget.update(position)
                if self._is_over():
                    break
                self._recorder.update_heartbeat()
                if self._is_checkpoint_due():
                    self._save_on_time()
        return True

    def _is_checkpoint_due(self) -> bool:
        # A training goes back to its last checkpoint: where that is must not depend on the time.
        is_late = time.perf_counter() - self._last_checkpoint > CHECKPOINT_INTERVAL_S
        return is_late and not self._rolls_back

    def _save_on_time(self) -> None:
        try:
            self._save_within_epoch()
        except DivergedError:
            # The processes save at different times: they notice it together in the next loss.
            if not self._sharding.is_distributed:
                raise

    def _save_within_epoch(self) -> None:
        self._history.save(merge=False)
        self._save_checkpoint(best=False)

    def _set_lr(self, step: int) -> None:
        self._train_step.set_lr(self._scheduled_lr(step) * self._live.lr_factor)

    def _scheduled_lr(self, step: int) -> float:
        setup, optim = self._setup, self._setup.config.optim
        used = self.position.time_fraction
        return learning_rate(optim, step, setup.steps_per_epoch, setup.total_steps, used)

    def _take_changes(self) -> None:
        """Apply the settings that are to change before the next step, if any."""
        step, scale = self.position.step, self._lr_scale
        changes = {**self._scheduled_changes.get(step, {}), **self._take_posted()}
        if scale != 1:
            self._lr_scale = 1.0
            changes.setdefault(LR, self._scheduled_lr(step) * self._live.lr_factor * scale)
        if changes:
            self._change_settings({k: v for k, v in changes.items() if k not in self._obstacles})

    def _change_settings(self, changes: Changes) -> None:
        """Record the change, apply it and save both: no kill can come between the two."""
        position = self.position
        live = self._live.with_changes(changes, self._scheduled_lr(position.step))
        if live == self._live:  # in force already, as in a replayed run that is resumed
            return
        event = SettingsChanged(position.step, position.epoch + 1, dict(changes))
        self._recorder.emit(event)
        self._use_settings(live)
        self._save_within_epoch()

    def _use_settings(self, live: LiveSettings) -> None:
        self._live = live
        self._train_step.use_settings(live)

    @property
    def _rolls_back(self) -> bool:
        return self._setup.config.optim.on_divergence == "roll_back"

    def _roll_back(self, error: DivergedError) -> None:
        """Go back to the last checkpoint, with half the learning rate. Raises `error` if it can't.

        The rate is saved with the state at once, so that a resumed training continues with it.
        """
        if not self._rolls_back or self._saved_step is None:
            raise error
        if self._live.rollbacks >= MAX_ROLLBACKS:
            raise _diverged_again(error) from error
        noticed = self.position
        state = self._process_group.broadcast_from_main(lambda: read_saved_state(self._run))
        assert state is not None  # it was saved
        self._recorder.roll_back(state)
        self.restore(state)
        self._history = self._create_history()
        step = self.position.step
        scheduled = self._scheduled_lr(step)
        lr = scheduled * self._live.lr_factor / 2
        live = self._live.with_changes({LR: lr}, scheduled)
        self._recorder.emit(RolledBack(noticed.step, noticed.epoch + 1, step, lr, error.finding))
        self._use_settings(replace(live, rollbacks=live.rollbacks + 1))
        self._save_checkpoint(best=False)

    def _create_history(self) -> HistoryRecorder:
        setup = self._setup
        if not setup.config.engine.history:
            return HistoryRecorder()
        folder = history_folder(self._run) if self._process_group.is_main else None
        indices = setup.dataset.splits["train"]
        return RunHistoryRecorder(folder, indices, setup.device, self._sharding)

    def _report_batch_split(self, micro_batches: int) -> None:
        images = -(-self._setup.config.optim.batch_size // micro_batches)
        position = self.position
        self._recorder.emit(BatchSplit(position.step, position.epoch + 1, micro_batches, images))

    def _log(self) -> None:
        position = self.position
        # Reading the loss waits for the steps on the device, so it counts as their time.
        began = time.perf_counter()
        loss = self._metrics.loss_since_last_call()
        position.seconds += time.perf_counter() - began
        self._require_finite(loss)
        step, epoch, lr = position.step, position.epoch + 1, self._train_step.lr
        rate = position.rate_since_last_call()
        self._recorder.emit(StepEnd(step, epoch, loss, lr, rate, position.seconds))

    def _end_epoch(self) -> bool:
        """Validate the model, record the epoch and save a checkpoint; return False if stopped."""
        setup, position = self._setup, self.position
        train_loss, train_accuracy = self._metrics.loss_and_accuracy()
        began = time.perf_counter()
        try:
            logits = self._predict(
                lambda images: self._train_step.predict(
                    images, self._on_predict_progress, _after_first(self._stop_requested)
                ),
                setup.val.images,
            )
        except Stopped:
            return False
        position.validation_seconds += time.perf_counter() - began
        val_loss, val_accuracy = loss_and_accuracy(logits, setup.val)
        self._require_finite(train_loss + val_loss)
        select = setup.config.optim.select
        best = is_selected(select, val_loss, val_accuracy, position.best)
        event = EpochEnd(
            epoch=position.epoch + 1,
            step=position.step,
            train_loss=train_loss,
            train_accuracy=train_accuracy,
            val_loss=val_loss,
            val_accuracy=val_accuracy,
            lr=self._train_step.lr,
            images_per_second=position.mean_rate(),
            seconds=position.seconds,
            best=best,
            temperature=fit_temperature(logits, setup.val.labels),
            select=select,
        )
        self._familiarity = fit_familiarity(logits, setup.val.labels)
        position.end_epoch(event)
        count_waiting(setup.config.optim, position, event)
        self._time_budget.update(position, is_epoch_end=True)
        self._metrics = RunningMetrics(setup.device)
        self._recorder.save_predictions(event.epoch, logits)
        self._recorder.emit(self._check_model(logits))
        self._recorder.emit(event)
        self._save_checkpoint(best, keep=is_kept(setup.config.engine.keep_weights, event.epoch))
        self._recorder.update_status(**position.summary())
        return True

    def _check_model(self, logits: Tensor) -> ModelChecked:
        setup, position = self._setup, self.position
        most = find_most_predicted(logits, setup.val.labels.cpu())
        silent = self._train_step.find_silent_units(setup.val.images)
        name = setup.dataset.class_names[most.label]
        return ModelChecked(position.epoch, position.step, name, *most[1:], *silent)

    def _save_checkpoint(self, best: bool, keep: bool = False) -> None:
        """Save the weights, also as those of the epoch if `keep`, then the state."""
        position = self.position
        card = self._setup.model_card(position.epoch, position.last, self._familiarity)
        weights = self._train_step.eval_model.state_dict()
        state = self._state()
        if find_non_finite(state) is not None:
            raise self._diverged("The weights are no longer finite numbers")
        self._recorder.save_weights(weights, card, position.step, best, keep)
        self._recorder.save_state(state)
        self._saved_step = position.step
        self._last_checkpoint = time.perf_counter()

    def _take_snapshot(self) -> Snapshot:
        """Copy the weights that would be saved now; no random number is drawn."""
        position = self.position
        weights = {
            name: tensor.detach().to("cpu", copy=True)
            for name, tensor in self._train_step.eval_model.state_dict().items()
        }
        card = self._setup.model_card(position.epoch, position.last, self._familiarity)
        return Snapshot(weights, card, position.step)

    def _state(self) -> dict[str, Any]:
        """Return everything that a resumed training needs, the weights included."""
        return {
            "position": asdict(self.position),
            "meter": self._metrics.state(),
            "learner": self._train_step.state_dict(),
            "engine": self._setup.compute.state_dict(),
            "live": asdict(self._live),
            "familiarity": self._familiarity and self._familiarity.model_dump(),
            "normalization": self._train_step.normalize.moments,
            "device": self._setup.device,
        }

    def _require_finite(self, loss: float) -> None:
        if not math.isfinite(loss):
            raise self._diverged("The loss is no longer a finite number")

    def _diverged(self, finding: str) -> DivergedError:
        """Return the error that ends a diverged training, before a checkpoint is overwritten."""
        remedy = "Lower the learning rate, or resume: that begins again with half of it."
        if self._saved_step is not None:
            remedy = (
                "Lower the learning rate, or resume with half of it: the last good checkpoint, of "
                f"step {self._saved_step:,}, is kept."
            )
        return DivergedError(
            f"{finding}, noticed at step {self.position.step:,}.",
            remedy,
            finding,
        )

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from a saved state. Raises CheckpointError if it is from another training."""
        try:
            self._use_settings(LiveSettings.from_dict(state.get("live")))
            self._train_step.load_state_dict(state["learner"])
            self._metrics.restore(state["meter"])
            self.position = LoopPosition.from_dict(state["position"])
            self._familiarity = _stored_familiarity(state)
            self.position.check(self._setup.steps_per_epoch)
            self._saved_step = self.position.step
        except Exception:  # noqa: BLE001 - torch does not say what it raises for another model
            raise CheckpointError(
                f"“{self._run.state}” does not belong to this training.",
                "Start a new run instead.",
            ) from None
        self._set_lr(max(self.position.step - 1, 0))  # the epoch may end before the next step

    def end_unsaved(self) -> FitEnded:
        """End after a stop request on a full disk; the last complete checkpoint is kept."""
        saved = (
            f"steps after step {self._saved_step:,} are not" if self._saved_step else "nothing is"
        )
        unsaved = f"The disk was full: {saved} saved."
        ended, summary = self._summarize(RunStatus.STOPPED, unsaved)
        with suppress(OSError):
            self._recorder.update_status(
                status=RunStatus.STOPPED, reason=unsaved, paused="", **summary
            )
        self._recorder.deliver(ended)
        return ended

    def _end(self, stopped: bool) -> FitEnded:
        status = RunStatus.STOPPED if stopped else RunStatus.FINISHED
        try:
            ended, summary = self._summarize(status)
        except Stopped:  # before the test accuracy was known, which a resumed training measures
            status = RunStatus.STOPPED
            ended, summary = self._summarize(status)
        self._recorder.update_status(status=status, **summary)
        self._recorder.emit(ended)
        return ended

    def _summarize(self, status: RunStatus, unsaved: str = "") -> tuple[FitEnded, dict[str, Any]]:
        """The event at the end of the training, and the values for its status."""
        setup = self._setup
        finished = status is RunStatus.FINISHED
        summary = self.position.summary()
        tests = finished and setup.config.engine.test_at_end
        summary["test_accuracy"] = self._test_accuracy() if tests else None
        if tests and self._process_group.is_main:
            record_test_opening(self._run, TRAINING)
        summary["images_per_second"] = self.position.mean_rate()
        values = dict(summary)
        ended = FitEnded(
            status=str(status),
            run=self._run.id,
            epochs=values.pop("epochs_done"),
            parameters=setup.parameters,
            device=setup.device,
            precision=setup.compute.precision,
            select=setup.config.optim.select,
            unsaved=unsaved,
            ended_by=self._ended_by() if finished else "",
            **values,
        )
        return ended, summary

    def _ended_by(self) -> str:
        is_complete = self.position.step >= self._setup.total_steps
        return "" if is_complete else find_early_end(self._setup.config, self.position)

    def _test_accuracy(self) -> float:
        """Return the test accuracy of the saved best weights, computed in float32.

        Raises Stopped.
        """
        setup = self._setup
        model, _ = self._process_group.broadcast_from_main(
            lambda: load_model(self._run.best_weights)
        )
        normalize = self._train_step.normalize
        model = model.to(setup.device).to(memory_format=normalize.memory_format)
        # Of several processes only one would stop; they agree in `_predict`.
        asked = never_stop if self._sharding.is_distributed else self._stop_requested
        test = DeviceDataset.load(setup.dataset, "test", setup.device, _after_first(asked))
        logits = self._predict(
            lambda images: predict_logits(
                model,
                images,
                normalize,
                on_progress=self._on_predict_progress,
                should_stop=_after_first(self._stop_requested),
            ),
            test.images,
        )
        return loss_and_accuracy(logits, test)[1]

    def _predict(self, predict: Callable[[Samples], Tensor], images: Samples) -> Tensor:
        """Return the logits of all images, computed by all processes with all their threads.

        Raises Stopped in all of them when one is stopped.
        """
        with use_threads(self._setup.compute.threads):
            return self._sharding.predict(predict, images)

    def _on_predict_progress(self, _fraction: float, _message: str) -> None:
        # A large validation can take longer than the heartbeat may be late.
        self._recorder.update_heartbeat()


def _stored_familiarity(state: dict[str, Any]) -> Familiarity | None:
    """The familiarity in a state; earlier versions stored none. Raises ValidationError."""
    values = state.get("familiarity")
    return None if values is None else Familiarity.model_validate(values)


def _after_first(should_stop: ShouldStop) -> ShouldStop:
    """Do not ask before the first chunk of images: the training has just asked."""
    calls = itertools.count()
    return lambda: next(calls) > 0 and should_stop()


def _diverged_again(error: DivergedError) -> DivergedError:
    """The error of a training that diverged after all rollbacks."""
    finding = f"{error.message} It went back to a checkpoint {MAX_ROLLBACKS} times before."
    return DivergedError(finding, error.hint, error.finding)
