"""The choice of a device and its reason, and the bfloat16 support of the processor."""

import pytest
import torch

from studio.errors import DeviceError
from studio.processor_override import PROCESSOR_VARIABLE, PROCESSORS
from studio.training.backend.devices import (
    describe_device,
    describe_machine,
    has_bfloat16_instructions,
    has_fast_bfloat16,
)

pytestmark = pytest.mark.numeric


def test_the_automatic_choice_has_a_reason():
    choice = describe_device("auto")
    assert choice.reason
    assert choice.name
    if not (torch.cuda.is_available() or torch.backends.mps.is_available()):
        assert (choice.device, choice.reason) == ("cpu", "no CUDA device found")


@pytest.mark.parametrize("wanted", ["cuda", "cuda:77", "mps"])
def test_a_missing_device_is_refused(wanted):
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if there.get(wanted):
        pytest.skip("this machine has one")
    with pytest.raises(DeviceError):
        describe_device(wanted)


@pytest.mark.parametrize(
    ("processor", "is_fast", "has_instructions"),
    [
        ("none", False, False),
        ("avx512_bf16", False, True),
        ("amx", True, True),
    ],
)
def test_the_processor_decides_unless_it_is_overridden(
    monkeypatch, processor, is_fast, has_instructions
):
    instructions = {name: name in PROCESSORS[processor] for name in PROCESSORS["amx"]}
    monkeypatch.delenv(PROCESSOR_VARIABLE, raising=False)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: instructions, raising=False)
    assert has_fast_bfloat16("cpu") is is_fast
    assert has_bfloat16_instructions() is has_instructions
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict, raising=False)
    monkeypatch.setenv(PROCESSOR_VARIABLE, processor)
    assert has_fast_bfloat16("cpu") is is_fast
    assert has_bfloat16_instructions() is has_instructions


def test_an_unknown_override_is_refused_and_the_known_ones_are_listed(monkeypatch):
    monkeypatch.setenv(PROCESSOR_VARIABLE, "sse2")
    with pytest.raises(DeviceError, match="VGG_STUDIO_PROCESSOR is “sse2”") as caught:
        has_fast_bfloat16("cpu")
    assert "“amx”, “avx512_bf16”, “none”" in caught.value.hint


def test_an_overridden_processor_counts_as_another_machine(monkeypatch):
    machines = set()
    for processor in ("", *PROCESSORS):
        monkeypatch.setenv(PROCESSOR_VARIABLE, processor)
        machines.add(describe_machine())
    assert len(machines) == 4
