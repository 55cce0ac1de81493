"""Memory of a device: how much samples may use, and how to recognize that it ran out."""

from contextlib import suppress

import psutil
import torch

from studio.training.torchrun import read_torchrun_launch

# Fraction of the free memory that samples may use. The model, its activations and other programs
# need the rest.
_SAMPLES_FRACTION = 0.5

# Messages of out-of-memory errors that have no class of their own: of the CPU and Apple GPUs, then
# of the CUDA libraries. The last one is cuDNN's if no algorithm finds memory for its workspace:
# https://github.com/pytorch/pytorch/issues/108645
_MESSAGES = (
    "can't allocate memory",
    "out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "unable to find an engine to execute this computation",
)


def available_bytes(device: str) -> int:
    """Return the memory that the samples of a split may use on a device."""
    if device.startswith("cuda"):
        return int(_SAMPLES_FRACTION * torch.cuda.mem_get_info(device)[0])
    # The processes of one training share the memory of their machine.
    launch = read_torchrun_launch()
    processes = launch.local_world_size if launch else 1
    return int(_SAMPLES_FRACTION * psutil.virtual_memory().available) // processes


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error means that a device or the machine has no more memory."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    message = str(error)
    return isinstance(error, RuntimeError) and any(text in message for text in _MESSAGES)


def release_cached_memory(device: str) -> None:
    """Return the unused memory that torch keeps to the device."""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()


def release_cuda_memory() -> None:
    """Return unused memory to the GPU, if this process has used one."""
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        with suppress(RuntimeError):  # after a failure of the device, which is reported itself
            torch.cuda.empty_cache()
