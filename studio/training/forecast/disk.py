"""The disk space of a run. No torch here."""

from studio.config import TrainConfig
from studio.models import summarize
from studio.runs.stored_epochs import count_kept
from studio.training.forecast.split_sizes import SplitSizes

_BYTES_PER_VALUE = 4
_EVENT_BYTES = 150  # a line of the metrics
_EPOCH_EVENT_BYTES = 600  # the lines of an epoch and its checkpoint
_PREDICTION_BYTES = 1.85  # a compressed float16
_HISTORY_BYTES = 3  # of a training sample in an epoch
_FIXED_BYTES = 30_000  # configuration, status, manifests, the state of random generators


def weights_bytes(config: TrainConfig) -> int:
    """Return the size of one file of weights. Raises ConfigError."""
    summary = summarize(config.model)
    return _BYTES_PER_VALUE * (summary.parameters + summary.buffers)


def state_bytes(config: TrainConfig) -> int:
    """Return the size of the state of a training: weights, optimizer, weight average."""
    summary, optim = summarize(config.model), config.optim
    weights = weights_bytes(config)
    slots = {"sgd": 1 if optim.momentum else 0, "muon": 1}.get(optim.optimizer, 2)
    trained = summary.parameters - _frozen_parameters(config)
    return weights * (2 if optim.ema else 1) + slots * _BYTES_PER_VALUE * trained


def checkpoint_bytes(config: TrainConfig) -> int:
    """Return what is written at the end of an epoch: the last and best weights, and the state."""
    return 2 * weights_bytes(config) + state_bytes(config)


def run_bytes(config: TrainConfig, sizes: SplitSizes, epochs: int, steps: int, classes: int) -> int:
    """Return the size of the folder of a finished run.

    It holds the newest checkpoint and the one before, the kept epochs, the validation predictions
    of every epoch, the history of the training samples, and the metrics.
    """
    weights, state = weights_bytes(config), state_bytes(config)
    checkpoints = (2 if epochs > 1 else 1) * (weights + state) + weights
    kept = count_kept(config.engine.keep_weights, epochs) * weights
    predictions = round(_PREDICTION_BYTES * epochs * sizes.val * classes)
    history = _HISTORY_BYTES * sizes.train * epochs if config.engine.history else 0
    metrics = steps // config.engine.log_every * _EVENT_BYTES + epochs * _EPOCH_EVENT_BYTES
    return checkpoints + kept + predictions + history + metrics + _FIXED_BYTES


def _frozen_parameters(config: TrainConfig) -> int:
    from studio.models.backbone import frozen_layers

    return sum(layer.parameters for layer in frozen_layers(config.model))
