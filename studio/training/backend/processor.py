"""The processor of this machine: its name and its cores. No torch here."""

import os
import platform
from functools import cache
from pathlib import Path

import psutil


def count_cores() -> int:
    """Return the number of physical cores that this process may use."""
    cores = psutil.cpu_count(logical=False) or 1
    return min(cores, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else cores


@cache
def processor_name() -> str:
    """Return the product name of the processor, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not Linux
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
