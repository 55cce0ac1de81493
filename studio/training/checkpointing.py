"""Writes metrics, checkpoints and the status of a training into its run folder."""

import dataclasses
import json
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
from studio.files import write_atomic
from studio.runs import Run, RunStatus, Status
from studio.runs.checkpoints import ModelCard, write_state, write_weights
from studio.runs.manifest import version_of
from studio.runs.manifest_file import LOG, Manifest, Version
from studio.runs.manifest_growth import extend_history, open_to_continue, verify_log
from studio.runs.previous import keep_previous
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
        previous = run.status
        self._status = Status.begin(epochs=previous.epochs if previous else 0)
        if previous and previous.started:
            self._status = dataclasses.replace(self._status, started=previous.started)
        self._log = run.metrics_path.open("ab")
        self._log.truncate(log_bytes)
        self._log.seek(0, os.SEEK_END)

    def emit(self, event: Event) -> None:
        line = f"{json.dumps(to_dict(event))}\n".encode()
        self._log.write(line)
        self._log.flush()
        self._log_digest.update(line)
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

        def write(partial: Path) -> None:
            with partial.open("wb") as handle:
                np.savez_compressed(handle, logits=values)
            self._manifest.expect({self._name(path): version_of(partial)})

        write_atomic(path, write)

    def save_weights(
        self, weights: Mapping[str, Tensor], card: ModelCard, step: int, best: bool
    ) -> None:
        run = self._run
        keep_previous(self._manifest)
        paths = [run.last_weights, run.best_weights] if best else [run.last_weights]
        run.last_weights.parent.mkdir(exist_ok=True)

        def write(partial: Path) -> None:
            write_weights(partial, weights, card)
            self._manifest.expect(dict.fromkeys(map(self._name, paths), version_of(partial)))

        def copy(partial: Path) -> None:
            shutil.copyfile(run.last_weights, partial)

        write_atomic(run.last_weights, write)
        if best:
            write_atomic(run.best_weights, copy)
        self.emit(CheckpointSaved(step, card.epoch, self._name(paths[-1]), best))

    def save_state(self, state: dict[str, Any]) -> None:
        extra = {"log_bytes": self._sync_log(), "torch": str(torch.__version__)}
        epoch, step = state["position"]["epoch"], state["position"]["step"]

        def write(partial: Path) -> None:
            write_state(partial, state | extra)
            version = version_of(partial, epoch, step)
            self._manifest.expect({self._name(self._run.state): version} | self._grown(epoch))

        write_atomic(self._run.state, write)
        self._manifest.settle()

    def _sync_log(self) -> int:
        """Put the metrics on the disk before a state that counts their bytes, and return these."""
        self._log.flush()
        os.fsync(self._log.fileno())
        return self._log.tell()

    def _grown(self, epoch: int) -> dict[str, Version]:
        """The versions of the files that grow, at the end of finished epoch `epoch`."""
        log = Version(self._log_digest.hexdigest(), self._log.tell())
        return {LOG: log} | extend_history(self._manifest, epoch)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._run.path).as_posix()

    def close(self) -> None:
        self._log.flush()
        os.fsync(self._log.fileno())
        self._log.close()
