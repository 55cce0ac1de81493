"""The mock training of the learning-rate finder, which runs in a child process."""

import math
import time
from collections.abc import Generator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from torch import Tensor

from studio.callbacks import OnProgress, ShouldStop
from studio.config import MOST_EPOCHS, TrainConfig
from studio.errors import Stopped
from studio.runtime import lower_process_priority
from studio.training.distributed.process_group import ProcessGroup
from studio.training.input.batches import epoch_order
from studio.training.lr_finder.rate_curve import DIVERGED, smooth, sweep_rates
from studio.training.preparation import TrainingSetup, prepare_training

LOWEST_RATE, HIGHEST_RATE = 1e-7, 10.0
_PREPARATION = 0.1  # fraction of the progress
# What has no effect on the losses of the steps, or would end or slow the sweep.
_UNUSED = {
    "optim.schedule": "constant",
    "optim.patience": 0,
    "engine.max_minutes": None,
    "optim.ema": 0.0,
    "optim.epochs": MOST_EPOCHS,
    "engine.history": False,
}


def sweep(
    config: dict[str, Any],
    data_dir: str,
    runs_dir: str,
    steps: int,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Return the arguments of `RateCurve.from_losses`. Raises StudioError, Stopped."""
    lower_process_priority()
    wanted = TrainConfig.from_dict(config).with_values(_UNUSED | {"engine.max_steps": steps})

    def on_preparation(fraction: float, message: str) -> None:
        on_progress(_PREPARATION * fraction, message)

    setup = prepare_training(
        wanted,
        Path(data_dir),
        Path(runs_dir),
        on_preparation,
        should_stop,
        ProcessGroup(),
        None,
    )
    with closing(setup.train_step):
        return _run(setup, steps, on_progress, should_stop)


def _run(
    setup: TrainingSetup, steps: int, on_progress: OnProgress, should_stop: ShouldStop
) -> dict[str, Any]:
    rates, losses, diverged = [], [], False
    began = time.perf_counter()
    setup.train_step.train()
    with closing(_batches(setup)) as batches:
        for rate in sweep_rates(LOWEST_RATE, HIGHEST_RATE, steps).tolist():
            if should_stop():
                raise Stopped
            loss = _make_step(setup, *next(batches), rate)
            if not math.isfinite(loss):
                diverged = True
                break
            rates.append(rate)
            losses.append(loss)
            fraction = _PREPARATION + (1 - _PREPARATION) * len(losses) / steps
            message = f"Step {len(losses)} of {steps}: learning rate {rate:.1e}, loss {loss:.3f}"
            on_progress(fraction, message)
            smoothed = smooth(losses)
            if smoothed[-1] > DIVERGED * smoothed.min():
                diverged = True
                break
    return {
        "rates": rates,
        "losses": losses,
        "diverged": diverged,
        "device": setup.device,
        "precision": setup.compute.precision,
        "seconds": time.perf_counter() - began,
    }


def _make_step(setup: TrainingSetup, images: Tensor, labels: Tensor, rate: float) -> float:
    """Train on a batch, and return its loss before the update."""
    step = setup.train_step
    step.set_lr(rate)
    step.sharding.begin_step(len(labels))
    return float(step.step(images, labels).loss)


def _batches(setup: TrainingSetup) -> Generator[tuple[Tensor, Tensor], None, None]:
    """Yield the batches of one epoch after another, in the order of the training."""
    config = setup.config
    for epoch in count():
        order = epoch_order(len(setup.train), config.optim.batch_size, config.seed, epoch)
        with closing(setup.train.batches(order, epoch)) as batches:
            yield from batches
