"""Which device, precision and threads, and why."""

import os
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil
import torch

from studio.config import EngineConfig
from studio.errors import DeviceError


@dataclass(frozen=True)
class DeviceChoice:
    """A device by torch's name, by its own name, and the reason in a few words."""

    device: str
    name: str
    reason: str


def describe_device(wanted: str = "auto") -> DeviceChoice:
    """The device a training would use. Raises DeviceError when the wanted one is not there."""
    if wanted == "auto":
        return _best_device()
    kind = wanted.split(":")[0]
    if kind == "cuda" and not torch.cuda.is_available():
        raise DeviceError("No CUDA device was found.", "Choose “auto” or “cpu”.")
    if kind == "cuda" and torch.device(wanted).index not in (
        None,
        *range(torch.cuda.device_count()),
    ):
        raise DeviceError(f"There is no “{wanted}”.", f"There are {torch.cuda.device_count()}.")
    if kind == "mps" and not torch.backends.mps.is_available():
        raise DeviceError("No Apple GPU was found.", "Choose “auto” or “cpu”.")
    return DeviceChoice(wanted, _device_name(wanted), "chosen")


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


def choose_precision(config: EngineConfig, device: str) -> torch.dtype:
    """bfloat16 where the device has arithmetic for it, else float32.

    On a processor that means AMX: without it bfloat16 is emulated and slower.
    """
    if config.precision != "auto":
        return torch.bfloat16 if config.precision == "bfloat16" else torch.float32
    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported(False) else torch.float32
    return torch.bfloat16 if device == "cpu" and _has("amx_bf16") else torch.float32


def multiplies_bfloat16() -> bool:
    """Whether the processor has instructions for it, though they need not be faster."""
    return _has("amx_bf16") or _has("avx512_bf16")


def _has(instructions: str) -> bool:
    # Not in every torch this program accepts.
    read = getattr(torch.cpu, "get_capabilities", None)
    return bool(read and read().get(instructions))


def choose_threads(config: EngineConfig, processes: int = 1) -> int:
    """Threads of a training on the processor: every core but one, which stays with the window.

    Several processes of one training share all cores of their machine.

    With no core left over, torch's threads wait for each other as soon as anything else runs: on 2
    busy cores 2 threads trained at 190 pictures a second where 1 trained at 1,230.
    The same in the window and on the command line, so that both learn the same bits.
    """
    cores = count_cores()
    return config.threads or max(1, cores // processes if processes > 1 else cores - 1)


def count_cores() -> int:
    """Cores this program may run on, which can be fewer than there are."""
    cores = psutil.cpu_count(logical=False) or 1
    return min(cores, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else cores


@cache
def describe_machine() -> str:
    """What decides how fast the processor computes and to which bits: name, cores, torch."""
    return f"{_processor_name()}, {count_cores()} cores, torch {torch.__version__}"


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not Linux
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
