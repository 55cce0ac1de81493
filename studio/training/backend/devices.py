"""Which device, precision and threads, and why."""

import os
import platform
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil
import torch

from studio.config import EngineConfig, TrainConfig
from studio.errors import DeviceError
from studio.models import summarize
from studio.processor import PROCESSORS, processor_override

# Multiply-adds of a batch on its way through the network that occupy a thread.
_WORK = 100_000_000


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
    override = processor_override()
    if override:
        return instructions in PROCESSORS[override]
    # Not in every torch this program accepts.
    read = getattr(torch.cpu, "get_capabilities", None)
    return bool(read and read().get(instructions))


def choose_threads(config: TrainConfig, processes: int = 1) -> int:
    """Threads of a training on the processor: as many cores as its steps have work for.

    Several processes of one training share the cores of their machine. The same in the window and
    on the command line, and whatever else runs, so that the same seed learns the same bits.
    """
    if config.engine.threads:
        return config.engine.threads
    work = summarize(config.model).multiply_adds * config.optim.batch_size
    cores = count_cores() // processes if processes > 1 else most_threads()
    return max(1, min(cores, work // _WORK))


def most_threads() -> int:
    """Threads that a training should use at most.

    Two cores have both: the two threads hardly wait for each other, see `overlap`. Of more, whose
    OpenMP threads wait for the slowest of them at every operation, one stays free for the window
    and other programs.
    """
    cores = count_cores()
    return cores if cores <= 2 else cores - 1


def evaluation_threads(beside_training: bool) -> int:
    """Threads of an evaluation: beside a training, which has all cores already, a single one."""
    return 1 if beside_training else most_threads()


def count_cores() -> int:
    """Cores this program may run on, which can be fewer than there are."""
    cores = psutil.cpu_count(logical=False) or 1
    return min(cores, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else cores


def describe_machine() -> str:
    """What decides how fast the processor computes and to which bits: name, cores, torch.

    Also the processor it is treated as, so that what was measured as another one is never used.
    """
    override = processor_override()
    return _describe_hardware() + (f", treated as {override}" if override else "")


@cache
def _describe_hardware() -> str:
    return f"{_processor_name()}, {count_cores()} cores, torch {torch.__version__}"


def _processor_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not Linux
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
