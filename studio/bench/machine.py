"""What it was measured on, found without loading torch or Qt."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from studio import __version__
from studio.processor import PROCESSOR_VARIABLE, processor_override

# What decides how fast a processor multiplies, the best first.
_INSTRUCTIONS = {"amx_bf16": "AMX", "avx512_bf16": "AVX-512 with bf16", "avx512f": "AVX-512"}
_INSTRUCTIONS |= {"avx2": "AVX2"}
_PACKAGES = {"torch": "torch", "torchvision": "torchvision", "pyside6": "PySide6-Essentials"}


def describe_machine() -> dict[str, str | int]:
    """Processor, memory, GPU, system and versions, by name; empty where nothing is known."""
    return {
        "cpu": _processor(),
        "instructions": _instructions(),
        "cores": psutil.cpu_count(logical=False) or 1,
        "usable_cpus": _usable(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "gpu": _gpu(),
        "os": platform.platform(aliased=True, terse=True),
        "vgg_studio": __version__,
        "python": platform.python_version(),
        **{name: _version(package) for name, package in _PACKAGES.items()},
        "omp_num_threads": os.environ.get("OMP_NUM_THREADS", ""),
        "processor_override": processor_override() or "",
    }


def format_machine(machine: dict[str, str | int]) -> list[str]:
    """The same as two lines for a person."""
    usable, omp = int(machine["usable_cpus"]), machine["omp_num_threads"]
    limited = usable < (psutil.cpu_count() or 1) and f"only {usable} to be used"
    hardware = [machine["cpu"], f"{machine['cores']} cores", machine["instructions"]]
    override = machine["processor_override"]
    hardware += [limited, omp and f"OMP_NUM_THREADS={omp}"]
    hardware += [override and f"{PROCESSOR_VARIABLE}={override}"]
    hardware += [f"{machine['memory_gb']} GB of memory", machine["gpu"] or "no GPU"]
    versions = [f"VGG Studio {machine['vgg_studio']}", f"Python {machine['python']}"]
    versions += [f"{name} {machine[name]}" for name in _PACKAGES if machine[name]]
    return [
        ", ".join(str(part) for part in parts if part)
        for parts in (hardware, [machine["os"], *versions])
    ]


def _processor() -> str:
    """Its name as its maker writes it."""
    for line in _cpuinfo():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    if platform.system() == "Darwin":
        return _ask("sysctl", "-n", "machdep.cpu.brand_string")
    return platform.processor() or platform.machine()


def _instructions() -> str:
    flags = next((line.split() for line in _cpuinfo() if line.startswith("flags")), [])
    return next((words for flag, words in _INSTRUCTIONS.items() if flag in flags), "")


def _cpuinfo() -> list[str]:
    try:
        return Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return []


def _usable() -> int:
    """Processors this program may run on, which can be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _gpu() -> str:
    return ", ".join(_ask("nvidia-smi", "--query-gpu=name", "--format=csv,noheader").splitlines())


def _ask(*command: str) -> str:
    """What a command of the system prints; nothing where there is none."""
    if not shutil.which(command[0]):
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
