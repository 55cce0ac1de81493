"""Plan the layers of a model without torch: names, shapes, parameters, multiply-adds.

Both the module and the summary are made from this plan, so that they agree.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from studio.config import Activation, FlatNorm, ModelConfig, Norm
from studio.errors import ConfigError
from studio.models.layer import Layer, Shape
from studio.models.variants import Variant, of_block, pool_of, resolve_variant

# Monotone activations commute with the maximum, so that they can follow a max-pool.
_MONOTONE: tuple[Activation, ...] = ("relu", "leaky_relu", "elu", "tanh")


@dataclass(frozen=True)
class Summary:
    """The layers and their totals for one image; see `Layer` for what is counted."""

    layers: tuple[Layer, ...]
    parameters: int
    buffers: int
    multiply_adds: int
    activation_bytes: int


@lru_cache(64)  # a form needs the same plan several times at every keystroke
def plan_layers(config: ModelConfig) -> tuple[Layer, ...]:
    """Return every layer in order.

    Raises ConfigError for an unknown variant, for inconsistent values, and for an image that is too
    small, naming the layer it does not reach.
    """
    row = resolve_variant(config)
    features = tuple(_features(config, row))
    return features + tuple(_head(config, row, features[-1].out_shape))


def smallest_size(config: ModelConfig) -> int:
    """Return the side in pixels of the smallest image that fits. Raises ConfigError."""
    row = resolve_variant(config)
    side = 1
    for block in reversed(range(len(row.filters))):
        size, stride = pool_of(row, block)
        side = (side - 1) * stride + size
    return side


def summarize(config: ModelConfig) -> Summary:
    """Summarize the model of a configuration. Raises ConfigError as `plan_layers`."""
    layers = plan_layers(config)
    return Summary(
        layers,
        sum(layer.parameters for layer in layers),
        sum(layer.buffers for layer in layers),
        sum(layer.multiply_adds for layer in layers),
        sum(layer.activation_bytes for layer in layers),
    )


def _features(config: ModelConfig, row: Variant) -> Iterator[Layer]:
    shape: Shape = (config.in_channels, config.image_size, config.image_size)
    for block, widths in enumerate(row.filters):
        for number, width in enumerate(widths, 1):
            is_last = number == len(widths)
            tag = f"{block + 1}_{number}"
            for layer in _convolution_group(config, row, block, tag, width, shape, is_last):
                shape = layer.out_shape
                yield layer


def _convolution_group(
    config: ModelConfig, row: Variant, block: int, tag: str, width: int, shape: Shape, is_last: bool
) -> Iterator[Layer]:
    """A convolution with its norm and activation, and the pool after the last one of a block."""
    yield _conv(f"conv{tag}", shape, width, of_block(row.kernel_size, block), row.conv_bias)
    shape = (width, *shape[1:])
    if row.norm != "none":
        yield _norm(f"norm{tag}", shape, row.norm)
    # The activation has less to compute after the pool, where the result is the same.
    pool_first = row.pool == "max" and row.activation in _MONOTONE
    pooled = is_last and pool_of(row, block) != (1, 1)
    if pooled and pool_first:
        pool = _pool(config, row, block, shape)
        yield pool
        shape = pool.out_shape
    yield _activation(tag, shape, row.activation)
    if pooled and not pool_first:
        yield _pool(config, row, block, shape)


def _conv(name: str, shape: Shape, width: int, kernel: int, bias: bool) -> Layer:
    channels, height, side = shape
    weights = channels * kernel * kernel * width
    return Layer(
        name,
        "conv",
        shape,
        (width, height, side),
        parameters=weights + width * bias,
        multiply_adds=weights * height * side,
        kernel_size=kernel,
        bias=bias,
    )


def _norm(name: str, shape: Shape, variety: Norm | FlatNorm) -> Layer:
    width = shape[0]
    statistics = 2 * width if variety == "batch" else 0
    return Layer(name, "norm", shape, shape, variety, parameters=2 * width, buffers=statistics)


def _activation(tag: str, shape: Shape, variety: Activation) -> Layer:
    return Layer(f"{variety}{tag}", "activation", shape, shape, variety)


def _pool(config: ModelConfig, row: Variant, block: int, shape: Shape) -> Layer:
    name, (size, stride) = f"pool{block + 1}", pool_of(row, block)
    channels, _, side = shape
    if side < size:
        hint = f"Use images of at least {smallest_size(config)} pixels, or fewer blocks."
        raise ConfigError("model.filters", f"The image is too small for “{name}”.", hint)
    side = (side - size) // stride + 1
    out = (channels, side, side)
    return Layer(name, "pool", shape, out, row.pool, kernel_size=size, stride=stride)


def _head(config: ModelConfig, row: Variant, shape: Shape) -> Iterator[Layer]:
    side = 1 if row.global_pool else row.head_side
    if side is not None:
        name = "global_pool" if row.global_pool else "avgpool"
        out = (shape[0], side, side)
        yield Layer(name, "pool", shape, out, "adaptive")
        shape = out
    size = math.prod(shape)
    yield Layer("flatten", "flatten", shape, (size,))
    if row.flat_norm != "none":
        yield _norm("norm_flat", (size,), row.flat_norm)
    for number, width in enumerate(row.hidden, 1):
        yield from _hidden(row, number, size, width)
        size = width
    yield _linear("output", size, config.num_classes)


def _hidden(row: Variant, number: int, size: int, width: int) -> Iterator[Layer]:
    yield _linear(f"fc{number}", size, width)
    yield _activation(f"_fc{number}", (width,), row.activation)
    if row.dropout and (row.dropout_layers is None or number <= row.dropout_layers):
        yield Layer(f"drop{number}", "dropout", (width,), (width,), dropout=row.dropout)
    if row.hidden_norm != "none":
        yield _norm(f"norm_fc{number}", (width,), row.hidden_norm)


def _linear(name: str, size: int, width: int) -> Layer:
    weights = size * width
    return Layer(
        name, "linear", (size,), (width,), parameters=weights + width, multiply_adds=weights
    )
