"""Learning-rate schedules as functions of the step, without state to save or restore."""

import math

from studio.config import OptimConfig

_WARM_UP_FRACTION = 0.2


def learning_rate(config: OptimConfig, step: int, steps_per_epoch: int, total_steps: int) -> float:
    """Return the learning rate of a step, counted from 0.

    `exponential` is multiplied by `decay` after every epoch; `cosine` falls to 0 over the training
    (Loshchilov and Hutter, SGDR, 2017); `onecycle` rises over the first fifth before it falls
    (Smith and Topin, Super-Convergence, 2018).
    """
    progress = min(step / max(total_steps, 1), 1.0)
    match config.schedule:
        case "constant":
            return config.lr
        case "exponential":
            return config.lr * config.decay ** (step // max(steps_per_epoch, 1))
        case "cosine":
            return config.lr * _cosine(progress)
        case "onecycle":
            if progress < _WARM_UP_FRACTION:
                return config.lr * (0.05 + 0.95 * progress / _WARM_UP_FRACTION)
            return config.lr * _cosine((progress - _WARM_UP_FRACTION) / (1 - _WARM_UP_FRACTION))


def _cosine(progress: float) -> float:
    """Fall from 1 to 0 along half a cosine."""
    return 0.5 * (1 + math.cos(math.pi * progress))
