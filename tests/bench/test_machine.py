"""The description of the machine."""

import psutil

from studio.bench import machine
from studio.bench.machine import describe_machine, format_machine


def test_the_machine_is_described_without_loading_torch():
    described = describe_machine()
    assert described["cpu"]
    assert described["cores"] >= 1
    assert described["memory_gb"] >= 1
    assert all(described[name] for name in ("os", "python", "torch", "torchvision", "pyside6"))


def test_hardware_and_software_are_a_line_each(monkeypatch):
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: 8)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("VGG_STUDIO_PROCESSOR", "amx")
    described = describe_machine() | {"usable_cpus": 2, "gpu": ""}
    hardware, software = format_machine(described)
    assert "8 cores" in hardware
    assert "only 2 usable, OMP_NUM_THREADS=1, VGG_STUDIO_PROCESSOR=amx" in hardware
    assert hardware.endswith("no GPU")
    assert f"torch {described['torch']}" in software


def test_missing_packages_and_commands_leave_empty_values(monkeypatch):
    monkeypatch.setattr(machine, "_PACKAGES", {"torch": "a-package-that-does-not-exist"})
    monkeypatch.setenv("PATH", "")
    described = describe_machine()
    assert described["torch"] == ""
    assert described["gpu"] == ""
