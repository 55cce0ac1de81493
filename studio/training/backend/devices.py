"""The device of a computation and the bfloat16 support of its processor."""

from dataclasses import dataclass
from functools import cache

import psutil
import torch

from studio.errors import DeviceError, quoted
from studio.processor_override import PROCESSORS, processor_override
from studio.training.backend.processor import count_cores, processor_name


@dataclass(frozen=True)
class DeviceChoice:
    """A device by its torch name and its product name, and why it was chosen."""

    device: str
    name: str
    reason: str


def describe_device(requested: str = "auto") -> DeviceChoice:
    """Return the device that a training would use. Raises DeviceError if it does not exist."""
    if requested == "auto":
        return _best_device()
    device_type = requested.split(":")[0]
    if device_type == "cuda":
        if not torch.cuda.is_available():
            raise DeviceError("No CUDA device was found.", "Choose “auto” or “cpu”.")
        count, index = torch.cuda.device_count(), torch.device(requested).index
        if index not in (None, *range(count)):
            hint = f"The number of CUDA devices is {count}."
            raise DeviceError(f"There is no {quoted(requested)}.", hint)
    if device_type == "mps" and not torch.backends.mps.is_available():
        raise DeviceError("No Apple GPU was found.", "Choose “auto” or “cpu”.")
    return DeviceChoice(requested, _device_name(requested), "chosen")


def _best_device() -> DeviceChoice:
    if torch.cuda.is_available():
        return DeviceChoice("cuda", _device_name("cuda"), "CUDA device found")
    if torch.backends.mps.is_available():
        return DeviceChoice("mps", _device_name("mps"), "Apple GPU found")
    return DeviceChoice("cpu", _device_name("cpu"), "no CUDA device found")


def _device_name(device: str) -> str:
    if device.startswith("cuda"):
        return str(torch.cuda.get_device_name(torch.device(device)))
    if device == "mps":
        return "Apple GPU"
    return f"CPU, {psutil.cpu_count(logical=False) or 1} cores"


def has_fast_bfloat16(device: str) -> bool:
    """Whether a device computes bfloat16 faster than float32: on a CPU only with AMX."""
    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported(False))
    return device == "cpu" and _has("amx_bf16")


def has_bfloat16_instructions() -> bool:
    """Whether the CPU has bfloat16 instructions, which are not always faster than float32."""
    return _has("amx_bf16") or _has("avx512_bf16")


def _has(instructions: str) -> bool:
    override = processor_override()
    if override:
        return instructions in PROCESSORS[override]
    # Not in every supported version of torch.
    get_capabilities = getattr(torch.cpu, "get_capabilities", None)
    return bool(get_capabilities and get_capabilities().get(instructions))


def describe_machine() -> str:
    """Return what decides the speed and the rounding of the CPU: processor, cores, torch version.

    An overridden processor is included, so that its measurements are not used for the real one.
    """
    override = processor_override()
    return _describe_hardware() + (f", treated as {override}" if override else "")


@cache
def _describe_hardware() -> str:
    return f"{processor_name()}, {count_cores()} cores, torch {torch.__version__}"
