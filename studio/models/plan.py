"""The layers of a network worked out without torch: shapes, parameters, multiply-adds.

The builder and the summary both follow this plan, so what is shown is what is built.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from studio.config import ModelConfig
from studio.errors import ConfigError, nearest_hint
from studio.models.family import VARIANTS, Variant

Kind = Literal["conv", "norm", "pool", "relu", "flatten", "linear", "dropout"]


@dataclass(frozen=True)
class Layer:
    """One layer for one picture: shapes without the batch axis, counts of scalars.

    `parameters` counts what is learned; `multiply_adds` what one forward pass of one picture costs.
    """

    name: str
    kind: Kind
    in_shape: tuple[int, ...]
    out_shape: tuple[int, ...]
    parameters: int = 0
    multiply_adds: int = 0
    kernel_size: int = 0
    dropout: float = 0.0


def find_variant(config: ModelConfig) -> Variant:
    """The table row of a configuration. Raises ConfigError for an unknown variant."""
    if config.variant in VARIANTS:
        return VARIANTS[config.variant]
    hint = nearest_hint(config.variant, VARIANTS)
    raise ConfigError("model.variant", f"There is no network “{config.variant}”.", hint)


def plan_layers(config: ModelConfig) -> list[Layer]:
    """Every layer in order. Raises ConfigError naming the layer a small picture does not reach."""
    variant = find_variant(config)
    layers = list(_features(config, variant))
    layers += _head(config, variant, layers[-1].out_shape)
    return layers


def _features(config: ModelConfig, variant: Variant) -> Iterator[Layer]:
    filters = config.filters or variant.filters
    kernel = config.kernel_size or variant.kernel_size
    batch_norm = (config.norm or variant.norm) == "batch"
    shape: tuple[int, ...] = (config.in_channels, config.image_size, config.image_size)
    for block, widths in enumerate(filters, 1):
        if not widths:
            raise ConfigError("model.filters", f"Block {block} has no convolution.")
        for place, width in enumerate(widths, 1):
            tag = f"{block}_{place}"
            conv = _conv(f"conv{tag}", shape, width, kernel)
            shape = conv.out_shape
            yield conv
            if batch_norm:
                yield Layer(f"norm{tag}", "norm", shape, shape, parameters=2 * width)
            if place == len(widths):
                # The pool comes before the ReLU: the maximum is the same, on a quarter of the work.
                pool = _pool(f"pool{block}", shape, len(filters))
                shape = pool.out_shape
                yield pool
            yield Layer(f"relu{tag}", "relu", shape, shape)


def _conv(name: str, shape: tuple[int, ...], width: int, kernel: int) -> Layer:
    channels, height, side = shape
    weights = channels * kernel * kernel * width
    out = (width, height, side)
    return Layer(name, "conv", shape, out, weights + width, weights * height * side, kernel)


def _pool(name: str, shape: tuple[int, ...], pools: int) -> Layer:
    channels, height, side = shape
    if side < 2:
        hint = f"Use pictures of at least {2**pools} pixels or fewer blocks."
        raise ConfigError("model.filters", f"The picture is too small for “{name}”.", hint)
    return Layer(name, "pool", shape, (channels, height // 2, side // 2), kernel_size=2)


def _head(config: ModelConfig, variant: Variant, shape: tuple[int, ...]) -> Iterator[Layer]:
    size = math.prod(shape)
    dropout = variant.dropout if config.dropout is None else config.dropout
    yield Layer("flatten", "flatten", shape, (size,))
    hidden = variant.hidden if config.hidden is None else config.hidden
    for place, width in enumerate(hidden, 1):
        yield _linear(f"fc{place}", size, width)
        yield Layer(f"relu_fc{place}", "relu", (width,), (width,))
        if dropout:
            yield Layer(f"drop{place}", "dropout", (width,), (width,), dropout=dropout)
        size = width
    yield _linear("output", size, config.num_classes)


def _linear(name: str, size: int, width: int) -> Layer:
    return Layer(name, "linear", (size,), (width,), size * width + width, size * width)
