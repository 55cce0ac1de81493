"""How the arithmetic of a training runs, and why so."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import torch

from studio.config import ModelConfig, TrainConfig
from studio.training.backend.devices import choose_precision, choose_threads, describe_machine

Reason = Literal["default", "chosen", "calibrated", "resumed"]


@dataclass(frozen=True)
class Engine:
    """`precision` is `float32` or `bfloat16`, `memory_format` `channels_last` or `contiguous`.

    `reason` says whether it is the usual one, the user's, the measured one, or the one with which
    the run began.
    """

    precision: str
    memory_format: str
    threads: int
    reason: Reason = "default"

    @property
    def dtype(self) -> torch.dtype:
        """The precision as torch has it."""
        return torch.bfloat16 if self.precision == "bfloat16" else torch.float32

    @property
    def layout(self) -> torch.memory_format:
        """The memory format as torch has it."""
        last = self.memory_format == "channels_last"
        return torch.channels_last if last else torch.contiguous_format

    def overlaps(self, model: ModelConfig) -> bool:
        """Whether on a processor the threads of a step are the two of `Overlap`, not OpenMP's.

        It shares torch's own convolutions that learn.
        """
        return self.threads == 2 and model.layers == "native" and not model.backbone

    def state(self) -> dict[str, object]:
        """For the training state."""
        return asdict(self) | {"machine": describe_machine()}


def default_engine(train: TrainConfig, device: str, processes: int = 1) -> Engine:
    """What the user set, and what usually is fastest for the rest.

    `processes` of one training share the cores of this machine.
    """
    config = train.engine
    own = "auto" not in (config.precision, config.memory_format) and config.threads
    return Engine(
        str(choose_precision(config, device)).removeprefix("torch."),
        # It lets convolutions read a pixel's channels in one go.
        "channels_last" if config.memory_format == "auto" else config.memory_format,
        choose_threads(train, processes),
        "chosen" if own else "default",
    )


def begun_engine(state: Mapping[str, Any], default: Engine, device: str) -> Engine:
    """What the training began with, so that it goes on with the same bits.

    Elsewhere the bits would be others anyway: `default`. States of earlier versions tell of the
    threads only, and were made with the defaults.
    """
    if state.get("device") != device:
        return default
    begun = state.get("engine")
    if begun is None:
        return replace(default, threads=state["threads"])
    if begun["machine"] != describe_machine():
        return default
    return Engine(begun["precision"], begun["memory_format"], begun["threads"], "resumed")
