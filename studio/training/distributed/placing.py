"""Where each of several processes does its arithmetic."""

import dataclasses

import torch

from studio.errors import ConfigError, DeviceError
from studio.training.backend.devices import DeviceChoice
from studio.training.distributed.launch import Launch


def place_process(choice: DeviceChoice, launch: Launch) -> DeviceChoice:
    """The CPU for all, for each process a GPU of its own, or the one GPU that was chosen for all.

    Raises DeviceError when there are too few, ConfigError when one was chosen and there are enough.
    """
    kind, _, index = choice.device.partition(":")
    placed = dataclasses.replace(choice, reason=f"{choice.reason}, {launch.size} processes")
    if kind == "cpu":
        return placed
    if kind != "cuda":
        raise DeviceError("An Apple GPU serves one process only.", "Add --device cpu.")
    if index and not has_gpu_each(launch):
        return dataclasses.replace(placed, reason=f"{placed.reason} on one GPU")
    if index:
        message = f"“{choice.device}” is one GPU, and each process takes one of its own."
        raise ConfigError("engine.device", message, "Choose “cuda”.")
    found = torch.cuda.device_count()
    if launch.local_size > found:
        message = f"{launch.local_size} processes want a GPU each, and there are {found}."
        hint = f"Start --nproc-per-node={found}, or add --device cpu, or cuda:0 to share that one."
        raise DeviceError(message, hint)
    return dataclasses.replace(placed, device=f"cuda:{launch.local_rank}")


def has_gpu_each(launch: Launch) -> bool:
    """Whether every process of this machine can have a GPU of its own."""
    return launch.local_size <= torch.cuda.device_count()


def require_shares(batch_size: int, launch: Launch) -> None:
    """Raise ConfigError where some processes would never have a picture."""
    if batch_size < launch.size:
        raise ConfigError(
            "optim.batch_size",
            f"{launch.size} processes cannot share batches of {batch_size}.",
            "Start fewer processes, or raise optim.batch_size.",
        )
