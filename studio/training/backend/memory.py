"""How much of a device's memory pictures may take, and what it means that there is no more."""

import psutil
import torch

from studio.training.distributed.launch import find_launch

# Of what is free; the rest is for the network, its activations and whatever else runs.
_SHARE = 0.5

# What errors without a class of their own say: a processor and an Apple GPU, then the libraries of
# CUDA. The last one is cuDNN's when no algorithm finds room for its workspace:
# https://github.com/pytorch/pytorch/issues/108645
_SHORTAGES = (
    "can't allocate memory",
    "out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "unable to find an engine to execute this computation",
)


def room_for_rows(device: str) -> int:
    """Bytes that a part of a set may take on a device when it is placed there."""
    if device.startswith("cuda"):
        return int(_SHARE * torch.cuda.mem_get_info(device)[0])
    # The processes of one training share the memory of their machine.
    launch = find_launch()
    sharers = launch.local_size if launch else 1
    return int(_SHARE * psutil.virtual_memory().available) // sharers


def is_shortage(error: BaseException) -> bool:
    """Whether an error says that a device, or the machine, has no more memory to give."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    said = str(error)
    return isinstance(error, RuntimeError) and any(words in said for words in _SHORTAGES)


def give_back_cached(device: str) -> None:
    """Let a device have back what torch keeps of its memory without using it."""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
