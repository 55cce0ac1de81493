"""The choice of a device, and why."""

import pytest
import torch

from studio.config import EngineConfig
from studio.errors import DeviceError
from studio.training.devices import choose_precision, choose_threads, describe_device


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


def test_what_is_asked_for_is_taken():
    assert choose_precision(EngineConfig(precision="float32"), "cpu") is torch.float32
    assert choose_precision(EngineConfig(precision="bfloat16"), "cpu") is torch.bfloat16
    assert choose_threads(EngineConfig(threads=3)) == 3
    assert choose_threads(EngineConfig()) >= 1
