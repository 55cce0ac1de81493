"""A description of the machine, made without loading torch or Qt."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from studio import __version__
from studio.processor_override import PROCESSOR_VARIABLE, processor_override

# Instruction sets that decide how fast a processor multiplies, the fastest first.
_INSTRUCTION_SETS = {
    "amx_bf16": "AMX",
    "avx512_bf16": "AVX-512 with bf16",
    "avx512f": "AVX-512",
    "avx2": "AVX2",
}
_PACKAGES = {"torch": "torch", "torchvision": "torchvision", "pyside6": "PySide6-Essentials"}


def describe_machine() -> dict[str, str | int]:
    """Return processor, memory, GPU, system and versions by name; empty if unknown."""
    return {
        "cpu": _processor(),
        "instructions": _instruction_set(),
        "cores": psutil.cpu_count(logical=False) or 1,
        "usable_cpus": _usable_cpus(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "gpu": _gpu_names(),
        "os": platform.platform(aliased=True, terse=True),
        "vgg_studio": __version__,
        "python": platform.python_version(),
        **{name: _version(package) for name, package in _PACKAGES.items()},
        "omp_num_threads": os.environ.get("OMP_NUM_THREADS", ""),
        "processor_override": processor_override() or "",
    }


def format_machine(machine: dict[str, str | int]) -> list[str]:
    """Return the description as two lines of text: hardware and software."""
    usable = int(machine["usable_cpus"])
    hardware = [
        machine["cpu"],
        f"{machine['cores']} cores",
        machine["instructions"],
        f"only {usable} usable" if usable < (psutil.cpu_count() or 1) else "",
        _format_variable("OMP_NUM_THREADS", machine["omp_num_threads"]),
        _format_variable(PROCESSOR_VARIABLE, machine["processor_override"]),
        f"{machine['memory_gb']} GB of memory",
        machine["gpu"] or "no GPU",
    ]
    software = [machine["os"], f"VGG Studio {machine['vgg_studio']}", f"Python {machine['python']}"]
    software += [f"{name} {machine[name]}" for name in _PACKAGES if machine[name]]
    return [", ".join(str(value) for value in line if value) for line in (hardware, software)]


def _format_variable(name: str, value: str | int) -> str:
    return f"{name}={value}" if value else ""


def _processor() -> str:
    """Return the name that the manufacturer gave it."""
    for line in _cpuinfo():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        return _run("sysctl", "-n", "machdep.cpu.brand_string")
    return platform.processor() or platform.machine()


def _instruction_set() -> str:
    flags = next((line.split() for line in _cpuinfo() if line.startswith("flags")), [])
    return next((name for flag, name in _INSTRUCTION_SETS.items() if flag in flags), "")


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


def _usable_cpus() -> int:
    """Return the number of processors this program may run on, which can be fewer than exist."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _gpu_names() -> str:
    return ", ".join(_run("nvidia-smi", "--query-gpu=name", "--format=csv,noheader").splitlines())


def _run(*command: str) -> str:
    """Return what a system command prints; empty if there is no such command."""
    if not shutil.which(command[0]):
        return ""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout.strip() if result.returncode == 0 else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
