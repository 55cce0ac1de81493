"""Writes a training into its run folder, before anyone is told of it."""

import dataclasses
import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

import numpy as np
import torch
from torch import Tensor

from studio import __version__
from studio.config import TrainConfig
from studio.data import ImageDataset
from studio.files import write_atomic
from studio.runs import Run, RunStatus, Status
from studio.runs.checkpoints import NetworkCard, save_state, save_weights
from studio.training.events import CheckpointSaved, Event, FitStarted, to_dict

HEARTBEAT_SECONDS = 5.0


class Recorder:
    """The one writer of a run's config, metrics, status and predictions."""

    def __init__(self, run: Run, on_event: Callable[[Event], None], log_bytes: int = 0) -> None:
        """`log_bytes` cuts the metrics back to where the resumed state was saved."""
        self._run = run
        self._on_event = on_event
        old = run.status
        self.status = Status.begin(epochs=old.epochs if old else 0)
        if old and old.started:
            self.status = dataclasses.replace(self.status, started=old.started)
        self._log = _open_log(run, log_bytes)

    def emit(self, event: Event) -> None:
        """Write the event, then tell it. Raises OSError when the disk is full."""
        self._log.write(json.dumps(to_dict(event)) + "\n")
        self._log.flush()
        self._on_event(event)

    def record_start(
        self, config: TrainConfig, image_set: ImageDataset, started: FitStarted, processes: int
    ) -> None:
        """Complete config.toml with what was found out when everything was loaded."""
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
            "data_fingerprint": image_set.fingerprint,
            "class_names": list(image_set.class_names),
            "versions": {
                "studio": __version__,
                "torch": torch.__version__,
                "python": platform.python_version(),
            },
        }
        self._run.write_config(config, record)

    def update(self, **values: object) -> None:
        """Replace values of the status and write it."""
        self.status = self.status.with_values(**values)
        self._run.write_status(self.status)

    def beat(self) -> None:
        """Tell other processes that this one lives, every few seconds."""
        if time.time() - self.status.heartbeat > HEARTBEAT_SECONDS:
            self.update()

    def fail(self, error: BaseException) -> None:
        """Note why the training ended, where the disk still takes it."""
        reason = " ".join(str(error).split()) or type(error).__name__
        try:
            self.update(status=RunStatus.FAILED, reason=reason)
        except OSError:
            return  # the error on its way up says more than this one would

    def save_predictions(self, epoch: int, logits: Tensor) -> None:
        """Keep an epoch's validation logits [N, K] as float16."""
        path = self._run.predictions(epoch)
        path.parent.mkdir(exist_ok=True)
        largest = np.finfo(np.float16).max
        values = logits.numpy().clip(-largest, largest).astype(np.float16)

        def write(partial: "os.PathLike[str]") -> None:
            with open(partial, "wb") as handle:  # noqa: PTH123 - savez adds .npz to bare names
                np.savez_compressed(handle, logits=values)

        write_atomic(path, write)

    def save_weights(
        self, weights: Mapping[str, Tensor], card: NetworkCard, step: int, best: bool
    ) -> None:
        """Keep the weights as the last ones, and as the best ones where they are."""
        run = self._run
        save_weights(run.last_weights, weights, card)
        if best:
            save_weights(run.best_weights, weights, card)
        path = (run.best_weights if best else run.last_weights).relative_to(run.path).as_posix()
        self.emit(CheckpointSaved(step, card.epoch, path, best))

    def save_state(self, state: dict[str, Any]) -> None:
        """Keep what a later process needs, and how far the metrics were by then."""
        beside = {"log_bytes": self._log.tell(), "torch": str(torch.__version__)}
        save_state(self._run.state, state | beside)

    def close(self) -> None:
        """Flush the metrics to the disk."""
        self._log.flush()
        os.fsync(self._log.fileno())
        self._log.close()


class Silent(Recorder):
    """What a process has that leaves the folder, and the user, to another one."""

    def __init__(self) -> None:
        """Nothing is opened."""

    def emit(self, event: Event) -> None:
        """The main process tells it."""

    def record_start(
        self, config: TrainConfig, image_set: ImageDataset, started: FitStarted, processes: int
    ) -> None:
        """The main process writes it, as all that follows."""

    def update(self, **values: object) -> None: ...

    def beat(self) -> None: ...

    def fail(self, error: BaseException) -> None: ...

    def save_predictions(self, epoch: int, logits: Tensor) -> None: ...

    def save_weights(
        self, weights: Mapping[str, Tensor], card: NetworkCard, step: int, best: bool
    ) -> None: ...

    def save_state(self, state: dict[str, Any]) -> None: ...

    def close(self) -> None: ...


def _open_log(run: Run, log_bytes: int) -> TextIO:
    log = run.metrics_path.open("a", encoding="utf-8", newline="\n")
    log.truncate(log_bytes)
    log.seek(0, os.SEEK_END)
    return log
