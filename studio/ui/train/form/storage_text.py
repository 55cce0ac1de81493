"""The disk space that the kept epochs of a training take. No Qt here."""

from studio.config import TrainConfig
from studio.formatting import byte_size, count
from studio.models import summarize
from studio.runs.stored_epochs import NONE, count_kept

_BYTES_PER_VALUE = 4  # weights are saved in float32


def storage_text(config: TrainConfig) -> str:
    """Describe the size of the kept epochs: "4 epochs of 1.6 MB, 6.4 MB in all"; mostly empty.

    The size of the files without their headers, which have a few kilobytes each.
    """
    keep = config.engine.keep_weights
    if keep == NONE:
        return ""
    summary = summarize(config.model)
    epoch_bytes = _BYTES_PER_VALUE * (summary.parameters + summary.buffers)
    if not config.planned_epochs:  # a length in steps
        return f"Each kept epoch takes {byte_size(epoch_bytes)} on the disk."
    kept = count_kept(keep, config.planned_epochs)
    total = byte_size(kept * epoch_bytes)
    return f"{count(kept, 'epoch')} of {byte_size(epoch_bytes)}: {total} on the disk."
