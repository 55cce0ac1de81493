"""Writes metrics, checkpoints and the status of a training into its run folder."""

import dataclasses
import os
import platform
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio import __version__
from studio.config import TrainConfig
from studio.data import ImageDataset
from studio.errors import DiskFullError, DivergedError
from studio.files import waiting_for_room, write_atomic, write_in_place
from studio.json_text import to_json
from studio.runs import Run, RunStatus, Status
from studio.runs.checkpoints import ModelCard, tensor_bytes, write_state, write_weights
from studio.runs.disk_reserve import DiskReserve
from studio.runs.manifest import version_of
from studio.runs.manifest_file import LOG, Manifest, Version
from studio.runs.manifest_growth import extend_history, open_to_continue, verify_log
from studio.runs.previous import FOLDER as PREVIOUS
from studio.runs.previous import keep_previous
from studio.training.events import (
    CheckpointSaved,
    Event,
    FitStarted,
    TrainingContinued,
    TrainingPaused,
    describe_pause,
    to_dict,
)

HEARTBEAT_INTERVAL_S = 5.0


class Recorder:
    """Discards what a training records, in all processes except the main one."""

    def emit(self, event: Event) -> None:
        """Write the event, then deliver it. Raises OSError when the disk is full."""

    def record_start(
        self, config: TrainConfig, dataset: ImageDataset, started: FitStarted, processes: int
    ) -> None:
        """Write what is known when the training is prepared, and emit `started`."""

    def update_status(self, **values: object) -> None:
        """Replace values of the status, and write it."""

    def deliver(self, event: Event) -> None:
        """Deliver an event that is not written."""

    def pause(self, paused: TrainingPaused) -> None:
        """Show that the training waits for room on the disk."""

    def end_pause(self, paused: TrainingPaused, seconds: float) -> None:
        """Show and record that the training goes on."""

    def update_heartbeat(self) -> None:
        """Show other processes every few seconds that this one is alive."""

    def fail(self, error: BaseException) -> None:
        """Write why the training failed, if the disk allows it."""

    def save_predictions(self, epoch: int, logits: Tensor) -> None:
        """Save an epoch's validation logits [N, K] as float16."""

    def save_weights(
        self,
        weights: Mapping[str, Tensor],
        card: ModelCard,
        step: int,
        best: bool,
        keep: bool = False,
    ) -> None:
        """Save the last weights, also as the best ones if `best` and of their epoch if `keep`."""

    def save_state(self, state: dict[str, Any]) -> None:
        """Save what a resumed training needs, and the length of the metrics at this point."""

    def roll_back(self, state: Mapping[str, Any]) -> None:
        """Forget what was recorded after the last saved state, as a resumed training does."""

    def close(self) -> None:
        """Flush the metrics to the disk."""


class RunRecorder(Recorder):
    """Writes into the folder of a run. A run has one recorder at a time."""

    def __init__(
        self,
        run: Run,
        on_event: Callable[[Event], None],
        state: Mapping[str, Any] | None = None,
    ) -> None:
        """`state` is the training state that is resumed, None at the beginning.

        Raises CheckpointError when the metrics end before it, and OSError.
        """
        self._run = run
        self._on_event = on_event
        self._resumed = state
        self._manifest = Manifest(run.path)  # begins with the configuration, in `record_start`
        log_bytes = state["log_bytes"] if state else 0
        self._log_digest = verify_log(run.path, log_bytes)
        self._status = _begin_status(run.status, is_resumed=state is not None)
        # Without a buffer, which would keep what did not fit on the disk.
        self._log = run.metrics_path.open("ab", buffering=0)
        self._log.truncate(log_bytes)
        self._log.seek(0, os.SEEK_END)
        self._reserve = DiskReserve(run.path)
        self._reserve.take()

    def emit(self, event: Event) -> None:
        line = f"{to_json(to_dict(event), ensure_ascii=True)}\n".encode()
        write_in_place(self._run.metrics_path, lambda: self._append(line), len(line))
        self._on_event(event)

    def _append(self, line: bytes) -> None:
        """Append a line to the metrics, completely or not at all. Raises OSError."""
        begin, written = self._log.tell(), 0
        try:
            while written < len(line):
                written += self._log.write(line[written:])
        except OSError:
            self._log.truncate(begin)
            self._log.seek(begin)
            raise
        self._log_digest.update(line)

    def deliver(self, event: Event) -> None:
        self._on_event(event)

    def pause(self, paused: TrainingPaused) -> None:
        self._reserve.release()
        with suppress(OSError):  # other processes see by the lock that this one is alive
            self.update_status(paused=describe_pause(paused))
        self.deliver(paused)

    def end_pause(self, paused: TrainingPaused, seconds: float) -> None:
        self._reserve.take()
        with suppress(OSError):
            self.update_status(paused="")
            self._append(f"{to_json(to_dict(paused), ensure_ascii=True)}\n".encode())
        self.emit(TrainingContinued(seconds))

    def record_start(
        self, config: TrainConfig, dataset: ImageDataset, started: FitStarted, processes: int
    ) -> None:
        record = self._run.record | {
            "id": self._run.id,
            "device": started.device,
            "device_reason": started.device_reason,
            "precision": started.precision,
            "memory_format": started.memory_format,
            "threads": started.threads,
            "engine_reason": started.engine_reason,
            "processes": processes,
            "parameters": started.parameters,
            "data_fingerprint": dataset.fingerprint,
            "class_names": list(dataset.class_names),
            "versions": {
                "studio": __version__,
                "torch": torch.__version__,
                "python": platform.python_version(),
            },
        }
        self._run.write_config(config, record)
        self._manifest = open_to_continue(self._run.path, self._resumed)
        self.update_status(
            epochs=started.epochs,
            parameters=started.parameters,
            device=started.device,
            precision=started.precision,
            val_images=started.val_images,
            test_images=started.test_images,
        )
        self.emit(started)

    def update_status(self, **values: object) -> None:
        self._status = self._status.with_values(**values)
        self._run.write_status(self._status)

    def update_heartbeat(self) -> None:
        if time.time() - self._status.heartbeat > HEARTBEAT_INTERVAL_S:
            # A heartbeat that does not fit on the disk is no reason to wait or to fail.
            with waiting_for_room(None), suppress(DiskFullError):
                self.update_status()

    def fail(self, error: BaseException) -> None:
        status, reason = RunStatus.FAILED, " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, DivergedError):
            status = RunStatus.DIVERGED
        if isinstance(error, KeyboardInterrupt):
            status, reason = RunStatus.STOPPED, "Interrupted before it was saved."
        self._reserve.release()
        with suppress(OSError):  # the original error is more informative than this one
            self.update_status(status=status, reason=reason, paused="")

    def save_predictions(self, epoch: int, logits: Tensor) -> None:
        path = self._run.predictions(epoch)
        path.parent.mkdir(exist_ok=True)
        limit = np.finfo(np.float16).max
        values = logits.numpy().clip(-limit, limit).astype(np.float16)

        def write(partial: Path) -> None:
            with partial.open("wb") as handle:
                np.savez_compressed(handle, logits=values)
            self._manifest.expect({self._name(path): version_of(partial)})

        write_atomic(path, write)

    def save_weights(
        self,
        weights: Mapping[str, Tensor],
        card: ModelCard,
        step: int,
        best: bool,
        keep: bool = False,
    ) -> None:
        run = self._run
        write_in_place(run.path / PREVIOUS, lambda: keep_previous(self._manifest))
        copies = [run.epoch_weights(card.epoch)] if keep else []
        copies += [run.best_weights] if best else []
        run.last_weights.parent.mkdir(exist_ok=True)

        def write(partial: Path) -> None:
            write_weights(partial, weights, card)
            names = map(self._name, (run.last_weights, *copies))
            self._manifest.expect(dict.fromkeys(names, version_of(partial)))

        def copy(partial: Path) -> None:
            shutil.copyfile(run.last_weights, partial)

        size_bytes = tensor_bytes(weights)
        write_atomic(run.last_weights, write, size_bytes)
        for path in copies:
            write_atomic(path, copy, size_bytes)
        saved = run.best_weights if best else run.last_weights
        self.emit(CheckpointSaved(step, card.epoch, self._name(saved), best))

    def save_state(self, state: dict[str, Any]) -> None:
        log = self._sync_log()
        extra = {"log_bytes": log.size, "torch": str(torch.__version__)}
        epoch, step = state["position"]["epoch"], state["position"]["step"]

        def write(partial: Path) -> None:
            write_state(partial, state | extra)
            version = version_of(partial, epoch, step)
            grown = {LOG: log} | extend_history(self._manifest, epoch)
            self._manifest.expect({self._name(self._run.state): version} | grown)

        write_atomic(self._run.state, write, tensor_bytes(state))
        self._manifest.settle()

    def roll_back(self, state: Mapping[str, Any]) -> None:
        self._log_digest = verify_log(self._run.path, state["log_bytes"])
        self._log.truncate(state["log_bytes"])
        self._log.seek(0, os.SEEK_END)
        self._manifest = open_to_continue(self._run.path, state)

    def _sync_log(self) -> Version:
        """Put the metrics on the disk, before a state that counts their bytes."""
        os.fsync(self._log.fileno())
        return Version(self._log_digest.hexdigest(), self._log.tell())

    def _name(self, path: Path) -> str:
        return path.relative_to(self._run.path).as_posix()

    def close(self) -> None:
        self._reserve.release()
        os.fsync(self._log.fileno())
        self._log.close()


def _begin_status(previous: Status | None, is_resumed: bool) -> Status:
    """The status of a run that this process trains from now on.

    A resumed one keeps what it has reached: it may be stopped or killed before its next epoch ends.
    """
    if previous is None:
        return Status.begin()
    begun = Status.begin(epochs=previous.epochs)
    if not is_resumed:
        return dataclasses.replace(begun, started=previous.started or begun.started)
    values = {
        name: getattr(begun, name) for name in ("status", "heartbeat", "pid", "host", "since")
    }
    values["started"] = previous.started or begun.started
    return dataclasses.replace(previous, **values, reason="", paused="", test_accuracy=None)
