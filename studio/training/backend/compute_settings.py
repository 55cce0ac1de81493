"""How a training computes: precision, memory format and threads, and why."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import torch

from studio.config import ModelConfig, TrainConfig
from studio.training.backend.devices import describe_machine, has_fast_bfloat16
from studio.training.backend.threads import choose_threads

Reason = Literal["default", "chosen", "calibrated", "resumed"]


@dataclass(frozen=True)
class ComputeSettings:
    """`precision` is `float32` or `bfloat16`, `memory_format` `channels_last` or `contiguous`.

    `reason` says whether they are the defaults, the user's choice, the result of a calibration, or
    those with which a resumed run began.
    """

    precision: str
    memory_format: str
    threads: int
    reason: Reason = "default"

    @property
    def torch_dtype(self) -> torch.dtype:
        """The precision as a torch dtype."""
        return torch.bfloat16 if self.precision == "bfloat16" else torch.float32

    @property
    def torch_memory_format(self) -> torch.memory_format:
        """The memory format of torch."""
        is_channels_last = self.memory_format == "channels_last"
        return torch.channels_last if is_channels_last else torch.contiguous_format

    def overlaps(self, model: ModelConfig) -> bool:
        """Whether `Overlap` uses the two threads of a step on the CPU, instead of OpenMP.

        It supports torch's own convolutions when all of them are trained.
        """
        return self.threads == 2 and model.layers == "native" and not model.backbone

    def state_dict(self) -> dict[str, object]:
        """Return the settings and the machine for the training state."""
        return asdict(self) | {"machine": describe_machine()}


def default_settings(config: TrainConfig, device: str, processes: int = 1) -> ComputeSettings:
    """Return the user's choices, and for the others what is usually fastest.

    `processes` of one training share the cores of this machine.
    """
    engine = config.engine
    is_chosen = "auto" not in (engine.precision, engine.memory_format) and engine.threads
    return ComputeSettings(
        _fastest_precision(device) if engine.precision == "auto" else engine.precision,
        # Convolutions read all channels of a pixel from consecutive memory.
        "channels_last" if engine.memory_format == "auto" else engine.memory_format,
        choose_threads(config, processes),
        "chosen" if is_chosen else "default",
    )


def _fastest_precision(device: str) -> str:
    return "bfloat16" if has_fast_bfloat16(device) else "float32"


def resume_settings(
    state: Mapping[str, Any], default: ComputeSettings, device: str
) -> ComputeSettings:
    """Return the settings with which a training began, so that it continues with the same bits.

    On another device or machine the bits differ anyway: the result is `default`. States of earlier
    versions contain only the threads; their other settings were the defaults.
    """
    if state.get("device") != device:
        return default
    saved = state.get("engine")
    if saved is None:
        return replace(default, threads=state["threads"])
    if saved["machine"] != describe_machine():
        return default
    return ComputeSettings(saved["precision"], saved["memory_format"], saved["threads"], "resumed")


def describe_other_origin(state: Mapping[str, Any], device: str) -> str:
    """Return what differs from where a saved training began, in a sentence; empty if nothing does.

    A resumed training continues with the same bits only on the same device, processor, number of
    cores and version of torch. States of earlier versions do not contain the machine.
    """
    if state.get("device") != device:
        return f"The run began on the device “{state.get('device')}” and continues on “{device}”."
    began = (state.get("engine") or {}).get("machine")
    here = describe_machine()
    return f"The run began on {began} and continues on {here}." if began not in (None, here) else ""


def autocast(device_type: str, precision: torch.dtype) -> torch.autocast:
    """Return the autocast context for `precision`, which is off for float32."""
    return torch.autocast(device_type, precision, precision != torch.float32)
