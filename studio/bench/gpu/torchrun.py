"""Two processes of torchrun on one GPU, beside one process."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from safetensors.torch import load_file

from studio.bench.gpu.context import Task
from studio.bench.gpu.data import Experiment, find_experiment
from studio.bench.gpu.experiment import Training, train
from studio.bench.gpu.reporter import Reporter
from studio.bench.gpu.synthetic_training import relative
from studio.errors import StudioError
from studio.runs import Run, RunStore

_RECIPE = "digits-quickstart"
# Plain SGD in float32: the first steps of Adam make a difference of 1e-9 as large as the rate.
_SETTINGS: dict[str, Any] = {
    "optim.optimizer": "sgd",
    "optim.lr": 0.05,
    "optim.schedule": "constant",
    "optim.ema": 0.9,
    "optim.epochs": 3,
    "optim.batch_size": 128,
    "model.norm": "batch",
    "model.dropout": 0.0,
    "engine.log_every": 1,
    "engine.precision": "float32",
}
_TOLERANCE = 1e-2


def measure(task: Task, report: Reporter) -> None:
    """Their losses and weights are those of a single process, within rounding."""
    # One GPU is chosen by its index: by default every process wants one of its own.
    device = "cuda:0" if task.on_cuda else "cpu"
    experiment = find_experiment(_RECIPE, task, _SETTINGS | {"engine.device": device})
    alone = train(experiment, task)
    report.values(alone={"losses": alone.losses, "seconds": alone.seconds})
    run = run_ranks(experiment, task)
    _compare(run, alone, report)


def run_ranks(experiment: Experiment, task: Task) -> Run:
    """The run that two processes train. Raises StudioError with the end of what they said."""
    store = RunStore(task.scratch / "ranks")
    words = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    words += ["--local-addr=127.0.0.1"]  # a machine may not know its own name
    words += ["-m", "studio", "train", _RECIPE, "--runs-dir", str(store.runs_dir)]
    words += ["--data-dir", str(experiment.data_dir), *_settings(experiment.workload.settings)]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]
    environment = os.environ | ({"CUDA_VISIBLE_DEVICES": visible} if task.on_cuda else {})
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment,
                              timeout=max(task.seconds_left, 1.0))  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise StudioError(f"The two processes did not end in time.{_tail(error.stderr)}") from None
    sys.stderr.write(done.stderr)
    if done.returncode:
        raise StudioError(f"The two processes failed: {_tail(done.stderr)}")
    (summary,) = store.list()
    return store.open(summary.id)


def _settings(changes: dict[str, Any]) -> list[str]:
    """As words of the command line."""
    words = []
    for name, value in changes.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        words += ["--set", f"{name}={text}"]
    return words


def _tail(said: str | bytes | None) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said or ""
    return " ".join(text.split())[-600:]


def _compare(run: Run, alone: Training, report: Reporter) -> None:
    events = run.metrics()
    losses = [event["loss"] for event in events if event["event"] == "StepEnd"]
    ours, theirs = load_file(run.last_weights), load_file(alone.run.last_weights)
    weights = relative(list(ours.values()), [theirs[name] for name in ours])
    largest = _largest_difference(losses, alone.losses)
    started = next(event for event in events if event["event"] == "FitStarted")
    report.values(losses=losses, loss_difference=largest, weights_difference=weights,
                  device=started["device"], reason=started["device_reason"])  # fmt: skip
    report.check(
        f"{started['device']}, {started['device_reason']}",
        f"losses differ by {largest:.1e}, weights by {weights:.1e}",
        f"≤ {_TOLERANCE:.0e}",
        len(losses) == len(alone.losses) and max(largest, weights) <= _TOLERANCE,
    )


def _largest_difference(ours: Sequence[float], theirs: Sequence[float]) -> float:
    pairs = zip(ours, theirs, strict=False)
    return max((abs(a - b) / max(abs(b), 1e-3) for a, b in pairs), default=float("inf"))
