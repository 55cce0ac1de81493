"""Two processes of torchrun on one GPU, against one process."""

import os
import subprocess
import sys
from typing import Any

from studio.bench.gpu.comparison import max_loss_difference, weights_difference
from studio.bench.gpu.context import Reporter, RunContext
from studio.bench.gpu.experiment import Experiment, TrainingRecord, find_experiment, train
from studio.errors import StudioError
from studio.runs import Run, RunStore

_RECIPE = "digits-quickstart"
# Plain SGD in float32: the first steps of Adam turn a difference of 1e-9 into one as large as the
# learning rate.
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


def measure(context: RunContext, reporter: Reporter) -> None:
    """Check that losses and weights are those of a single process, within rounding."""
    # With an explicit index both processes use this GPU; by default each wants one of its own.
    device = "cuda:0" if context.on_cuda else "cpu"
    experiment = find_experiment(_RECIPE, context, _SETTINGS | {"engine.device": device})
    single = train(experiment, context)
    reporter.record(alone={"losses": single.losses, "seconds": single.seconds})
    _compare(_run_torchrun(experiment, context), single, reporter)


def _run_torchrun(experiment: Experiment, context: RunContext) -> Run:
    """Return the run of two processes. Raises StudioError with the end of their output."""
    store = RunStore(context.scratch / "ranks")
    settings = [f"--set={name}={value}" for name, value in experiment.workload.settings.items()]
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"),
        "--local-addr=127.0.0.1",  # the name of this machine may not resolve
        *("-m", "studio", "train", _RECIPE, "--runs-dir", str(store.runs_dir)),
        *("--data-dir", str(experiment.workload.data_dir), *settings),
    ]
    environment = dict(os.environ)
    if context.on_cuda:
        visible = os.environ.get("CUDA_VISIBLE_DEVICES", "0")
        environment["CUDA_VISIBLE_DEVICES"] = visible.split(",")[0]
    timeout_s = max(context.remaining_s, 1.0)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False,
                              env=environment, timeout=timeout_s)  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise StudioError(f"The two processes timed out. {_last_output(error.stderr)}") from None
    sys.stderr.write(done.stderr)
    if done.returncode:
        raise StudioError(f"The two processes failed: {_last_output(done.stderr)}")
    (summary,) = store.list()
    return store.open(summary.id)


def _last_output(output: str | bytes | None) -> str:
    text = output.decode(errors="replace") if isinstance(output, bytes) else output or ""
    return " ".join(text.split())[-600:]


def _compare(run: Run, single: TrainingRecord, reporter: Reporter) -> None:
    events = run.metrics()
    losses = [event["loss"] for event in events if event["event"] == "StepEnd"]
    started = next(event for event in events if event["event"] == "FitStarted")
    weights = weights_difference(run, single.run)
    loss = max_loss_difference(losses, single.losses)
    reporter.record(losses=losses, loss_difference=loss, weights_difference=weights,
                    device=started["device"], reason=started["device_reason"])  # fmt: skip
    reporter.add_check(
        f"{started['device']}, {started['device_reason']}",
        f"losses differ by {loss:.1e}, weights by {weights:.1e}",
        f"≤ {_TOLERANCE:.0e}",
        len(losses) == len(single.losses) and max(loss, weights) <= _TOLERANCE,
    )
