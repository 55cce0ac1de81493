"""The choice of a device, and why."""

import pytest
import torch

from studio.config import EngineConfig, TrainConfig
from studio.errors import DeviceError
from studio.processor import PROCESSOR_VARIABLE, PROCESSORS
from studio.training.backend import devices
from studio.training.backend.devices import (
    choose_precision,
    choose_threads,
    describe_device,
    describe_machine,
    evaluation_threads,
    multiplies_bfloat16,
)

pytestmark = pytest.mark.numeric


def test_auto_says_why():
    choice = describe_device("auto")
    assert choice.reason
    assert choice.name
    if not (torch.cuda.is_available() or torch.backends.mps.is_available()):
        assert (choice.device, choice.reason) == ("cpu", "no CUDA device found")


@pytest.mark.parametrize("wanted", ["cuda", "cuda:77", "mps"])
def test_a_device_that_is_not_there_is_refused(wanted):
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if there.get(wanted):
        pytest.skip("this machine has one")
    with pytest.raises(DeviceError):
        describe_device(wanted)


@pytest.mark.parametrize(
    ("processor", "precision", "multiplies"),
    [
        ("none", torch.float32, False),
        ("avx512_bf16", torch.float32, True),  # has the instructions, which are no faster
        ("amx", torch.bfloat16, True),
    ],
)
def test_the_processor_decides_unless_it_is_overridden(
    monkeypatch, processor, precision, multiplies
):
    instructions = {name: name in PROCESSORS[processor] for name in PROCESSORS["amx"]}
    monkeypatch.delenv(PROCESSOR_VARIABLE, raising=False)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: instructions, raising=False)
    assert choose_precision(EngineConfig(), "cpu") is precision
    assert multiplies_bfloat16() is multiplies
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict, raising=False)
    monkeypatch.setenv(PROCESSOR_VARIABLE, processor)
    assert choose_precision(EngineConfig(), "cpu") is precision
    assert multiplies_bfloat16() is multiplies


def test_an_unknown_override_is_refused_with_those_there_are(monkeypatch):
    monkeypatch.setenv(PROCESSOR_VARIABLE, "sse2")
    with pytest.raises(DeviceError, match="VGG_STUDIO_PROCESSOR is “sse2”") as caught:
        choose_precision(EngineConfig(), "cpu")
    assert "“amx”, “avx512_bf16”, “none”" in caught.value.hint


def test_an_overridden_processor_is_another_machine(monkeypatch):
    machines = set()
    for processor in ("", *PROCESSORS):
        monkeypatch.setenv(PROCESSOR_VARIABLE, processor)
        machines.add(describe_machine())
    assert len(machines) == 4


def test_what_is_asked_for_is_taken():
    assert choose_precision(EngineConfig(precision="float32"), "cpu") is torch.float32
    assert choose_precision(EngineConfig(precision="bfloat16"), "cpu") is torch.bfloat16
    assert choose_threads(TrainConfig(engine=EngineConfig(threads=3))) == 3


@pytest.mark.parametrize(
    ("cores", "filters", "processes", "threads"),
    [
        (1, ((64, 64),), 1, 1),
        (2, ((64, 64),), 1, 2),
        (3, ((64, 64),), 1, 2),  # from three cores on, one is for the window and other programs
        (8, ((64, 64),), 1, 7),
        (8, ((64, 64),), 2, 4),
        (8, ((2,),), 1, 1),  # nothing to share
    ],
)
def test_threads_are_as_many_as_there_is_work_for(monkeypatch, cores, filters, processes, threads):
    monkeypatch.setattr(devices, "count_cores", lambda: cores)
    config = TrainConfig().with_values(
        {"model.variant": "custom", "model.filters": filters, "model.image_size": 64}
    )
    assert choose_threads(config, processes) == threads


def test_an_evaluation_leaves_the_cores_to_a_training(monkeypatch):
    monkeypatch.setattr(devices, "count_cores", lambda: 8)
    assert evaluation_threads(beside_training=False) == 7
    assert evaluation_threads(beside_training=True) == 1
