"""Ends of a training before its last step: early stopping and a budget of time."""

from studio.config import EngineConfig, OptimConfig, TrainConfig
from studio.training.distributed.collectives import Collectives
from studio.training.events import EpochEnd
from studio.training.loop_state import LoopPosition

EARLY_STOPPING = "early stopping"
TIME_BUDGET = "time budget"


def find_early_end(config: TrainConfig, position: LoopPosition) -> str:
    """Return why the training ends before its last step, or an empty string.

    It depends on the position alone, so that a resumed training ends where it would have ended.
    """
    patience = config.optim.patience
    if patience and position.epochs_waited >= patience:
        return EARLY_STOPPING
    return TIME_BUDGET if position.time_fraction >= 1 else ""


def count_waiting(optim: OptimConfig, position: LoopPosition, epoch: EpochEnd) -> None:
    """Count the epochs since the last improvement in `position` (Prechelt, Early Stopping, 1998).

    An epoch improves if it is better than the best one by more than `min_change`, as in the
    callback of Keras. `epoch` just ended.
    """
    is_loss = optim.stop_metric == "val_loss"
    score = -epoch.val_loss if is_loss else epoch.val_accuracy
    best = position.stop_score
    if best is None or score > best + optim.min_change:
        position.stop_score, position.epochs_waited = score, 0
    else:
        position.epochs_waited += 1


class TimeBudget:
    """Counts the time of training and validation as a fraction of `engine.max_minutes`."""

    def __init__(self, engine: EngineConfig, collectives: Collectives | None) -> None:
        """Several processes, which communicate by `collectives`, agree on the slowest one's."""
        self._seconds = 60 * engine.max_minutes if engine.max_minutes else 0.0
        self._log_every = engine.log_every
        self._collectives = collectives

    def update(self, position: LoopPosition, is_epoch_end: bool = False) -> None:
        """Update `time_fraction`, after a step or an epoch; all processes call it alike."""
        if not self._seconds:
            return
        used = (position.seconds + position.validation_seconds) / self._seconds
        if self._collectives is None:
            position.time_fraction = used
        elif is_epoch_end or position.step % self._log_every == 0:
            (position.time_fraction,) = self._collectives.all_reduce_max([used])
