"""How busy this machine is: processor, memory, temperature, and NVIDIA GPUs where there are any."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from studio.formatting import byte_size, percent

# Sensors of the processor, by the names that Linux gives them.
_CPU_SENSORS = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "acpitz")


@dataclass(frozen=True)
class GpuLoad:
    """One NVIDIA GPU; `busy` is the fraction of the time in which it computed, 0..1."""

    index: int
    busy: float
    used_bytes: int
    total_bytes: int
    celsius: float | None


@dataclass(frozen=True)
class MachineLoad:
    """The load since the last reading.

    `cpu` is the fraction of all cores that were busy, 0..1. `used_bytes` is the resident memory of
    this process, `free_bytes` what the machine has left. `celsius` is the temperature of the
    processor; None where the system does not tell.
    """

    cpu: float
    used_bytes: int
    free_bytes: int
    celsius: float | None
    gpus: tuple[GpuLoad, ...] = ()


class LoadMeter:
    """Reads the load; a reading takes a few milliseconds. Use one meter in one thread."""

    def __init__(self) -> None:
        import psutil

        self._psutil = psutil
        self._process = psutil.Process()
        self._gpus = _open_gpus()
        psutil.cpu_percent()  # the first call only starts the measurement

    def read(self) -> MachineLoad:
        """Return the load since the last call."""
        return MachineLoad(
            cpu=self._psutil.cpu_percent() / 100,
            used_bytes=self._process.memory_info().rss,
            free_bytes=self._psutil.virtual_memory().available,
            celsius=self._read_celsius(),
            gpus=tuple(self._read_gpus()),
        )

    def _read_celsius(self) -> float | None:
        # Missing on Windows and macOS.
        read = getattr(self._psutil, "sensors_temperatures", None)
        try:
            sensors = read() if read else {}
        except (OSError, ValueError):  # a sensor that vanished meanwhile
            return None
        for name in _CPU_SENSORS:
            values = [one.current for one in sensors.get(name, ()) if one.current > 0]
            if values:
                return float(max(values))
        return None

    def _read_gpus(self) -> Iterator[GpuLoad]:
        for index, handle in self._gpus:
            load = _read_gpu(index, handle)
            if load is not None:
                yield load


def _open_gpus() -> list[tuple[int, Any]]:
    """Return index and handle of each GPU that this process may use; none without a driver."""
    try:
        import pynvml
    except ImportError:
        return []
    try:
        pynvml.nvmlInit()
        visible = _visible_indices(pynvml.nvmlDeviceGetCount())
        return [(index, pynvml.nvmlDeviceGetHandleByIndex(index)) for index in visible]
    except pynvml.NVMLError:
        return []


def _visible_indices(count: int) -> list[int]:
    """Return the GPUs that CUDA shows to this process, as far as they are given by number."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is None:
        return list(range(count))
    numbers = [int(name) for name in chosen.split(",") if name.strip().isdecimal()]
    return [index for index in numbers if index < count]


def _read_gpu(index: int, handle: Any) -> GpuLoad | None:
    import pynvml

    try:
        memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
        busy = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
        celsius = pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU)
        return GpuLoad(index, busy, int(memory.used), int(memory.total), float(celsius))
    except pynvml.NVMLError:
        return None


def describe_load(load: MachineLoad) -> str:
    """Return the load in one line, such as “CPU 96 %, 61 °C · memory 1.2 GB, 20 GB free”."""
    cpu = f"CPU {percent(load.cpu, 0)}{_degrees(load.celsius)}"
    memory = f"memory {byte_size(load.used_bytes)}, {byte_size(load.free_bytes)} free"
    return " · ".join([cpu, memory, *map(_describe_gpu, load.gpus)])


def _describe_gpu(gpu: GpuLoad) -> str:
    memory = f"{byte_size(gpu.used_bytes)} of {byte_size(gpu.total_bytes)}"
    return f"GPU {gpu.index} {percent(gpu.busy, 0)}, {memory}{_degrees(gpu.celsius)}"


def _degrees(celsius: float | None) -> str:
    return "" if celsius is None else f", {celsius:.0f} °C"
