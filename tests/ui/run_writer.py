"""Run folders as a training leaves them, written without training."""

import json
import socket
from datetime import datetime

from studio.recipes import load_recipe
from studio.runs import Run, RunStatus, RunStore, Status

START = datetime(2026, 3, 1, 12, 0, 0).timestamp()


class RunWriter:
    """Writes runs into one folder, each an hour after the one before."""

    def __init__(self, runs_dir):
        self.store = RunStore(runs_dir)
        self._count = 0

    def write(self, recipe="digits-quickstart", status=RunStatus.FINISHED, epochs=5, **values):
        """A run of `epochs` epochs whose settings differ from the recipe's by `values`."""
        config = load_recipe(recipe).config.with_values({"optim.epochs": epochs} | values)
        self._count += 1
        run = Run(self.store.runs_dir / f"20260301-12{self._count:04d}-{recipe}-{self._count:04x}")
        run.path.mkdir(parents=True)
        run.write_config(config, {"id": run.id})
        done = epochs if status is RunStatus.FINISHED else epochs // 2
        events = [{"event": "FitStarted", "run": run.id}, *map(self._epoch, range(1, done + 1))]
        run.metrics_path.write_text(
            "".join(f"{json.dumps(event)}\n" for event in events), encoding="utf-8"
        )
        run.write_status(self._status(status, epochs, done))
        if done:
            run.best_weights.parent.mkdir()
            run.best_weights.write_bytes(b"weights")
        return run

    def _epoch(self, epoch):
        accuracy = 1 - 1 / (epoch + 1 + self._count)
        return {
            "event": "EpochEnd",
            "epoch": epoch,
            "train_loss": 1 / epoch,
            "train_accuracy": accuracy + 0.01,
            "val_loss": 1.1 / epoch,
            "val_accuracy": accuracy,
        }

    def _status(self, status, epochs, done):
        accuracy = self._epoch(done)["val_accuracy"] if done else None
        return Status(
            status=status,
            started=START + 3600 * self._count,
            heartbeat=START + 3600 * self._count + 60,
            pid=0,
            host=socket.gethostname(),
            reason="The loss is no number any more." if status is RunStatus.FAILED else "",
            epochs=epochs,
            epochs_done=done,
            best_epoch=done or None,
            train_accuracy=accuracy,
            val_accuracy=accuracy,
            test_accuracy=accuracy if status is RunStatus.FINISHED else None,
            seconds=75.0 * self._count,
            parameters=390_410,
            device="cpu",
            precision="bfloat16",
        )
