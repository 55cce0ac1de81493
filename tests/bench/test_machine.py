"""What is said of the machine."""

import psutil

from studio.bench import machine
from studio.bench.machine import describe_machine, format_machine


def test_the_machine_is_described_without_loading_torch():
    told = describe_machine()
    assert told["cpu"]
    assert told["cores"] >= 1
    assert told["memory_gb"] >= 1
    assert all(told[name] for name in ("os", "python", "torch", "torchvision", "pyside6"))


def test_in_words_for_a_person(monkeypatch):
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: 8)
    monkeypatch.setattr(machine, "_usable", lambda: 2)
    monkeypatch.setattr(machine, "_gpu", lambda: "")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("VGG_STUDIO_PROCESSOR", "amx")
    hardware, software = format_machine(describe_machine())
    assert "8 cores" in hardware
    assert "only 2 to be used, OMP_NUM_THREADS=1, VGG_STUDIO_PROCESSOR=amx" in hardware
    assert hardware.endswith("no GPU")
    assert f"torch {describe_machine()['torch']}" in software


def test_what_is_not_installed_has_no_version():
    assert machine._version("a-package-that-is-not-there") == ""
    assert machine._ask("a-command-that-is-not-there") == ""
