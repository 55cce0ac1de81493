"""The learning rate as a plain function of the step: no state, so it can be drawn and resumed."""

import math

from studio.config import OptimConfig

_WARM_UP_SHARE = 0.2


def learning_rate(config: OptimConfig, step: int, steps_per_epoch: int, total_steps: int) -> float:
    """Learning rate of a step counted from 0.

    `exponential` is multiplied by `decay` after every epoch; `cosine` falls to 0 over the training
    (Loshchilov and Hutter, SGDR, 2017); `onecycle` rises over the first fifth before it falls
    (Smith and Topin, Super-Convergence, 2018).
    """
    share = min(step / max(total_steps, 1), 1.0)
    match config.schedule:
        case "constant":
            return config.lr
        case "exponential":
            return config.lr * config.decay ** (step // max(steps_per_epoch, 1))
        case "cosine":
            return config.lr * _fall(share)
        case "onecycle":
            if share < _WARM_UP_SHARE:
                return config.lr * (0.05 + 0.95 * share / _WARM_UP_SHARE)
            return config.lr * _fall((share - _WARM_UP_SHARE) / (1 - _WARM_UP_SHARE))


def _fall(share: float) -> float:
    """From 1 to 0 along half a cosine."""
    return 0.5 * (1 + math.cos(math.pi * share))
