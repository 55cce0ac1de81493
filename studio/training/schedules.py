"""Learning-rate schedules as functions of the step, without state to save or restore."""

import math

from studio.config import OptimConfig

# One cycle rises over the first fifth, from a twentieth of the learning rate.
_RISE_FRACTION = 0.2
_RISE_START = 0.05


def learning_rate(
    config: OptimConfig,
    step: int,
    steps_per_epoch: int,
    total_steps: int,
    time_fraction: float = 0.0,
) -> float:
    """Return the learning rate of a step, counted from 0.

    `exponential` is multiplied by `decay` after every epoch and `step` by `step_factor` after every
    `step_epochs`; `cosine` falls to 0 over the training (Loshchilov and Hutter, SGDR, 2017);
    `onecycle` rises over the first fifth before it falls (Smith and Topin, Super-Convergence,
    2018).

    Before any but `onecycle` the rate rises linearly for `warmup` epochs (Goyal et al., Accurate,
    Large Minibatch SGD, 2017); the schedule begins after them. `time_fraction` is the part of a
    time budget that is used up: `cosine` and `onecycle` follow it where it is ahead of the steps.
    """
    warmup = warmup_steps(config, steps_per_epoch)
    if step < warmup:
        return config.lr * (step + 1) / (warmup + 1)
    step, total_steps = step - warmup, total_steps - warmup
    progress = min(max(step / max(total_steps, 1), time_fraction), 1.0)
    epoch = step // max(steps_per_epoch, 1)
    match config.schedule:
        case "constant":
            return config.lr
        case "exponential":
            return config.lr * config.decay**epoch
        case "step":
            return config.lr * config.step_factor ** (epoch // config.step_epochs)
        case "cosine":
            return config.lr * _cosine(progress)
        case "onecycle":
            if progress < _RISE_FRACTION:
                rise = (1 - _RISE_START) * progress / _RISE_FRACTION
                return config.lr * (_RISE_START + rise)
            return config.lr * _cosine((progress - _RISE_FRACTION) / (1 - _RISE_FRACTION))


def warmup_steps(config: OptimConfig, steps_per_epoch: int) -> int:
    """Return the number of steps of the warm-up; one cycle has its own."""
    return 0 if config.schedule == "onecycle" else round(config.warmup * steps_per_epoch)


def _cosine(progress: float) -> float:
    """Fall from 1 to 0 along half a cosine."""
    return 0.5 * (1 + math.cos(math.pi * progress))
