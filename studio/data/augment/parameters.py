"""The random parameters of a batch: drawn on the CPU, packed for one copy to the device."""

import math

import torch
from torch import Tensor

from studio.config import AugmentConfig
from studio.data.augment.transforms import PARAMETERS, Parameter, Parameters


def enabled_fields(config: AugmentConfig) -> set[str]:
    """Return the names of the settings that are not 0 or off."""
    return {name for name, value in config.model_dump().items() if value}


def draw(
    shape: tuple[int, ...], config: AugmentConfig, generator: torch.Generator
) -> dict[str, Tensor]:
    """Draw the parameters that `config` needs for images of a shape (N, C, H, W), on the CPU.

    `PARAMETERS` says which they are and how each is distributed.
    """
    return {row.name: _draw_one(row, shape, generator) for row in _needed(config)}


def weaken(parameters: Parameters, strength: float) -> Parameters:
    """Return drawn parameters for an augmentation of `strength`, 0 for none to 1 as configured.

    Amounts shrink, and flips and erasures become rarer. The numbers drawn from the generator are
    the same for every strength.
    """
    if strength == 1:
        return parameters
    rows = {row.name: row for row in PARAMETERS}
    return {name: _weaken_one(rows[name], values, strength) for name, values in parameters.items()}


def _weaken_one(row: Parameter, values: Tensor, strength: float) -> Tensor:
    if row.per_pixel:
        return values  # the grain, whose deviation shrinks
    if not row.chance:
        return values * strength
    # Compared with a threshold of at most 1: that of a weaker augmentation is smaller.
    chance = values[..., :1] if row.count else values
    rarer = chance / strength if strength else torch.full_like(chance, 2.0)
    return torch.cat((rarer, values[..., 1:]), -1) if row.count else rarer


def pack(parameters: Parameters) -> Tensor:
    """Pack a batch's parameters into one tensor [M], so that they are copied to a device once."""
    return torch.cat([values.flatten() for values in parameters.values()])


def unpack(packed: Tensor, shape: tuple[int, ...], config: AugmentConfig) -> dict[str, Tensor]:
    """Return views of `packed`, the parameters that `draw` made for `shape` and `config`."""
    rows = _needed(config)
    sizes = [math.prod(row.shape(shape)) for row in rows]
    split = zip(rows, torch.split(packed, sizes), strict=True)
    return {row.name: values.view(row.shape(shape)) for row, values in split}


def _needed(config: AugmentConfig) -> list[Parameter]:
    enabled = enabled_fields(config)
    return [row for row in PARAMETERS if enabled & row.fields]


def _draw_one(row: Parameter, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    if row.distribution == "normal":
        return torch.randn(row.shape(shape), generator=generator)
    uniform = torch.rand(row.shape(shape), generator=generator)
    return uniform * 2 - 1 if row.distribution == "symmetric" else uniform
