"""The load of the machine, and of GPUs through NVIDIA's library, which is simulated."""

import sys
from types import SimpleNamespace

import pytest

from studio.machine_load import GpuLoad, LoadMeter, MachineLoad, describe_load


def test_the_load_of_this_machine():
    meter = LoadMeter()
    load = meter.read()
    assert 0 <= load.cpu <= 1
    assert load.used_bytes > 10_000_000
    assert load.free_bytes > 0
    assert load.celsius is None or 0 < load.celsius < 150


class FakeNvml:
    """NVIDIA's library with two GPUs, of which the second one fails to answer."""

    NVML_TEMPERATURE_GPU = 0
    NVMLError = type("NVMLError", (Exception,), {})

    def __init__(self, has_driver=True):
        self._has_driver = has_driver

    def nvmlInit(self):  # noqa: N802
        if not self._has_driver:
            raise self.NVMLError("Driver Not Loaded")

    def nvmlDeviceGetCount(self):
        return 2

    def nvmlDeviceGetHandleByIndex(self, index):  # noqa: N802
        return index

    def nvmlDeviceGetMemoryInfo(self, handle):  # noqa: N802
        if handle == 1:
            raise self.NVMLError("GPU is lost")
        return SimpleNamespace(used=5 * 10**9, total=80 * 10**9)

    def nvmlDeviceGetUtilizationRates(self, handle):  # noqa: N802
        return SimpleNamespace(gpu=97)

    def nvmlDeviceGetTemperature(self, handle, kind):  # noqa: N802
        return 64


@pytest.mark.parametrize(
    ("visible", "indices"), [(None, [0]), ("0", [0]), ("1", []), ("", []), ("7", [])]
)
def test_gpus_that_answer_are_read(monkeypatch, visible, indices):
    monkeypatch.setitem(sys.modules, "pynvml", FakeNvml())
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    gpus = LoadMeter().read().gpus
    assert [gpu.index for gpu in gpus] == indices
    assert all(gpu == GpuLoad(0, 0.97, 5 * 10**9, 80 * 10**9, 64.0) for gpu in gpus)


def test_without_a_driver_there_are_no_gpus(monkeypatch):
    monkeypatch.setitem(sys.modules, "pynvml", FakeNvml(has_driver=False))
    assert LoadMeter().read().gpus == ()


def test_the_load_in_words():
    load = MachineLoad(0.96, 1_234_000_000, 20 * 10**9, None)
    assert describe_load(load) == "CPU 96 % · memory 1.23 GB, 20 GB free"
    gpu = GpuLoad(0, 0.97, 5 * 10**9, 80 * 10**9, 64.0)
    text = describe_load(MachineLoad(0.5, 10**9, 10**9, 61.4, (gpu,)))
    assert text == "CPU 50 %, 61 °C · memory 1 GB, 1 GB free · GPU 0 97 %, 5 GB of 80 GB, 64 °C"
