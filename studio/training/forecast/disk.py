"""The disk space of a run. No torch here."""

from studio.config import TrainConfig
from studio.models import plan_layers, summarize
from studio.models.backbone import frozen_layers
from studio.models.layer import Layer
from studio.runs.stored_epochs import count_kept
from studio.training.forecast.split_sizes import SplitSizes

_BYTES_PER_VALUE = 4
_EVENT_BYTES = 150  # a line of the metrics
_EPOCH_EVENT_BYTES = 600  # the lines of an epoch and its checkpoint
_PREDICTION_BYTES = 1.85  # a compressed float16
_HISTORY_BYTES, _INDEX_BYTES = 3, 8  # of a training sample in an epoch, and in all
_FIXED_BYTES = 30_000  # configuration, status, manifests, the state of random generators


def weights_bytes(config: TrainConfig) -> int:
    """Return the size of one file of weights. Raises ConfigError."""
    summary = summarize(config.model)
    return _BYTES_PER_VALUE * (summary.parameters + summary.buffers)


def state_bytes(config: TrainConfig) -> int:
    """Return the size of the state of a training: weights, optimizer, weight average."""
    weights = weights_bytes(config) * (2 if config.optim.ema else 1)
    return weights + _BYTES_PER_VALUE * optimizer_values(config)


def optimizer_values(config: TrainConfig) -> int:
    """Return how many values the optimizer keeps between two steps.

    Adam and AdamW keep two moments of each parameter, SGD one momentum or nothing. Muon keeps one
    momentum of each filter and matrix of the hidden layers, and the moments of AdamW of the others.
    """
    trained = sum(layer.parameters for layer in trained_layers(config))
    match config.optim.optimizer:
        case "sgd":
            return trained if config.optim.momentum else 0
        case "muon":
            return 2 * trained - _hidden_weights(config)
    return 2 * trained


def trained_layers(config: TrainConfig) -> tuple[Layer, ...]:
    """Return the layers whose parameters are trained: all, or those after frozen ones."""
    return plan_layers(config.model)[len(frozen_layers(config.model)) :]


def _hidden_weights(config: TrainConfig) -> int:
    """Count the trained weights that `studio.training.muon.select_matrices` selects."""
    layers = [layer for layer in plan_layers(config.model) if layer.kind in ("conv", "linear")]
    hidden, trained = layers[1:-1], trained_layers(config)
    return sum(_count_weights(layer) for layer in hidden if layer in trained)


def _count_weights(layer: Layer) -> int:
    return layer.parameters - (layer.out_shape[0] if layer.bias else 0)


def checkpoint_bytes(config: TrainConfig) -> int:
    """Return what is written at the end of an epoch: the last and best weights, and the state."""
    return 2 * weights_bytes(config) + state_bytes(config)


def run_bytes(config: TrainConfig, sizes: SplitSizes, epochs: int, steps: int, classes: int) -> int:
    """Return the size of the folder of a finished run.

    It holds the newest checkpoint and the one before, each with the best weights so far, the kept
    epochs, the validation predictions of every epoch, the history of the training samples, and the
    metrics. Where the file system has hard links, it takes less if the last epoch is not the best.
    """
    checkpoints = (2 if epochs > 1 else 1) * checkpoint_bytes(config)
    kept = count_kept(config.engine.keep_weights, epochs) * weights_bytes(config)
    predictions = round(_PREDICTION_BYTES * epochs * sizes.val * classes)
    history = (_HISTORY_BYTES * epochs + _INDEX_BYTES) * sizes.train * config.engine.history
    metrics = steps // config.engine.log_every * _EVENT_BYTES + epochs * _EPOCH_EVENT_BYTES
    return checkpoints + kept + predictions + history + metrics + _FIXED_BYTES
