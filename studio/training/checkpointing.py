"""Writes metrics, checkpoints and the status of a training into its run folder."""

import dataclasses
import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio import __version__
from studio.config import TrainConfig
from studio.data import ImageDataset
from studio.files import write_atomic
from studio.runs import Run, RunStatus, Status
from studio.runs.checkpoints import ModelCard, save_state, save_weights
from studio.training.events import CheckpointSaved, Event, FitStarted, to_dict

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

    def update_heartbeat(self) -> None:
        """Show other processes every few seconds that this one is alive."""

    def fail(self, error: BaseException) -> None:
        """Write why the training failed, if the disk allows it."""

    def save_predictions(self, epoch: int, logits: Tensor) -> None:
        """Save an epoch's validation logits [N, K] as float16."""

    def save_weights(
        self, weights: Mapping[str, Tensor], card: ModelCard, step: int, best: bool
    ) -> None:
        """Save the last weights, also as the best ones if `best`."""

    def save_state(self, state: dict[str, Any]) -> None:
        """Save what a resumed training needs, and the length of the metrics at this point."""

    def close(self) -> None:
        """Flush the metrics to the disk."""


class RunRecorder(Recorder):
    """Writes into the folder of a run. A run has one recorder at a time."""

    def __init__(self, run: Run, on_event: Callable[[Event], None], log_bytes: int = 0) -> None:
        """`log_bytes` is the length of the metrics when the resumed state was saved."""
        self._run = run
        self._on_event = on_event
        previous = run.status
        self._status = Status.begin(epochs=previous.epochs if previous else 0)
        if previous and previous.started:
            self._status = dataclasses.replace(self._status, started=previous.started)
        self._log = run.metrics_path.open("a", encoding="utf-8", newline="\n")
        self._log.truncate(log_bytes)
        self._log.seek(0, os.SEEK_END)

    def emit(self, event: Event) -> None:
        self._log.write(json.dumps(to_dict(event)) + "\n")
        self._log.flush()
        self._on_event(event)

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
            self.update_status()

    def fail(self, error: BaseException) -> None:
        reason = " ".join(str(error).split()) or type(error).__name__
        with suppress(OSError):  # the original error is more informative than this one
            self.update_status(status=RunStatus.FAILED, reason=reason)

    def save_predictions(self, epoch: int, logits: Tensor) -> None:
        path = self._run.predictions(epoch)
        path.parent.mkdir(exist_ok=True)
        limit = np.finfo(np.float16).max
        values = logits.numpy().clip(-limit, limit).astype(np.float16)

        def write(partial: "os.PathLike[str]") -> None:
            with open(partial, "wb") as handle:  # noqa: PTH123 - savez adds .npz to bare names
                np.savez_compressed(handle, logits=values)

        write_atomic(path, write)

    def save_weights(
        self, weights: Mapping[str, Tensor], card: ModelCard, step: int, best: bool
    ) -> None:
        run = self._run
        save_weights(run.last_weights, weights, card)
        if best:
            save_weights(run.best_weights, weights, card)
        path = (run.best_weights if best else run.last_weights).relative_to(run.path).as_posix()
        self.emit(CheckpointSaved(step, card.epoch, path, best))

    def save_state(self, state: dict[str, Any]) -> None:
        extra = {"log_bytes": self._log.tell(), "torch": str(torch.__version__)}
        save_state(self._run.state, state | extra)

    def close(self) -> None:
        self._log.flush()
        os.fsync(self._log.fileno())
        self._log.close()
