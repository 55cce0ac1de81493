"""What torchrun's environment means for a process: its rank, its device and when it stops."""

import pytest
import torch

from studio.callbacks import never_stop
from studio.errors import ConfigError, DeviceError
from studio.training.backend.devices import DeviceChoice
from studio.training.distributed.torchrun_group import (
    SyncedStop,
    assign_device,
    require_sample_per_process,
)
from studio.training.torchrun import TorchrunLaunch, read_torchrun_launch


def test_stop_requests_are_synchronized_at_the_pace_of_the_slowest_process():
    synced = []

    def all_reduce_max(values):
        synced.append(values)
        # A step of another process takes a quarter of a second.
        return [float(len(synced) == 3), max(values[1], 0.25), values[2]]

    should_stop = SyncedStop(never_stop, 100, all_reduce_max)
    # The first two measure the time of a step, the third happens four steps later.
    assert [should_stop() for _ in range(6)] == [False] * 5 + [True]
    assert len(synced) == 3


def test_the_environment_of_torchrun_is_read():
    environ = {
        "TORCHELASTIC_RUN_ID": "none",
        "TORCHELASTIC_RESTART_COUNT": "1",
        "MASTER_ADDR": "node1",
        "RANK": "5",
        "WORLD_SIZE": "8",
        "LOCAL_RANK": "1",
        "LOCAL_WORLD_SIZE": "4",
    }
    launch = read_torchrun_launch(environ)
    assert (launch.rank, launch.world_size, launch.local_rank, launch.restarts) == (5, 8, 1, 1)
    assert read_torchrun_launch(environ | {"WORLD_SIZE": "1"}) is None
    assert read_torchrun_launch({}) is None


def test_devices_are_assigned_or_refused_with_the_reason(monkeypatch):
    launch = TorchrunLaunch("id", rank=2, world_size=3, local_rank=2, local_world_size=3)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    gpu = DeviceChoice("cuda", "GPU", "found")
    assert assign_device(gpu, launch) == DeviceChoice("cuda:2", "GPU", "found, 3 processes")
    cpu = DeviceChoice("cpu", "CPU", "chosen")
    assert assign_device(cpu, launch).device == "cpu"
    with pytest.raises(ConfigError, match="one GPU"):
        assign_device(DeviceChoice("cuda:0", "GPU", "chosen"), launch)
    with pytest.raises(DeviceError, match="Apple"):
        assign_device(DeviceChoice("mps", "GPU", "found"), launch)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(DeviceError, match="there are 2"):
        assign_device(gpu, launch)
    shared = assign_device(DeviceChoice("cuda:1", "GPU", "chosen"), launch)
    assert (shared.device, shared.reason) == ("cuda:1", "chosen, 3 processes on one GPU")


def test_batches_with_fewer_samples_than_processes_are_refused():
    launch = TorchrunLaunch("id", rank=2, world_size=3, local_rank=2, local_world_size=3)
    require_sample_per_process(3, launch)
    with pytest.raises(ConfigError, match="batches of 2"):
        require_sample_per_process(2, launch)
