"""The disk space that the kept epochs of a training take. No Qt here."""

from studio.config import TrainConfig
from studio.formatting import byte_size, count
from studio.models import summarize
from studio.runs.stored_epochs import NONE, count_kept

_BYTES_PER_VALUE = 4  # weights are saved in float32


def epoch_bytes(config: TrainConfig) -> int:
    """Return the size of the weights of one epoch, without the few kilobytes of their header."""
    summary = summarize(config.model)
    return _BYTES_PER_VALUE * (summary.parameters + summary.buffers)


def storage_text(config: TrainConfig) -> str:
    """Describe the size of the kept epochs: "4 epochs of 1.6 MB: 6.4 MB on the disk."

    It is empty where none are kept.
    """
    keep, size = config.engine.keep_weights, epoch_bytes(config)
    if keep == NONE:
        return ""
    if not config.planned_epochs:  # a length in steps
        return f"Each kept epoch takes {byte_size(size)} on the disk."
    kept = count_kept(keep, config.planned_epochs)
    return f"{count(kept, 'epoch')} of {byte_size(size)}: {byte_size(kept * size)} on the disk."
