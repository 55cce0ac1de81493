"""The table of VGG variants, and a variant with the values of a configuration."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from studio.config import Activation, FlatNorm, Kernel, ModelConfig, Norm, Pool, PoolSide
from studio.errors import ConfigError, nearest_hint, quoted

T = TypeVar("T", bound=int)
Blocks = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Variant:
    """A VGG variant: blocks of convolutions, each followed by a pool, then linear layers.

    `filters` has a tuple for each block with the filters of each convolution. `kernel_size`,
    `pool_size` and `pool_stride` are one value for all blocks, or a tuple of one for each, whose
    last value also holds for further blocks. A pool of size and stride 1 is left out; without a
    `pool_stride` it is the size. `norm` follows each convolution. `global_pool` averages each
    feature map to one value; otherwise maps are flattened, after an average pool to `head_side` if
    given. `flat_norm` precedes the linear layers, `hidden_norm` follows each hidden one and its
    dropout. `hidden` are the widths of the linear layers before the output; the first
    `dropout_layers` of them (all if None) have dropout. `input_shape` (channels, size, classes) is
    that of the publication.
    """

    title: str
    summary: str
    filters: Blocks
    hidden: tuple[int, ...]
    dropout: float
    kernel_size: Kernel | tuple[Kernel, ...] = 3
    conv_bias: bool = True
    norm: Norm = "none"
    activation: Activation = "relu"
    pool: Pool = "max"
    pool_size: PoolSide | tuple[PoolSide, ...] = 2
    pool_stride: PoolSide | tuple[PoolSide, ...] | None = None
    global_pool: bool = False
    head_side: int | None = None
    flat_norm: FlatNorm = "none"
    hidden_norm: FlatNorm = "none"
    dropout_layers: int | None = None
    input_shape: tuple[int, int, int] = (1, 28, 10)


def _vgg(*counts: int) -> Blocks:
    """The five blocks of a published VGG with these numbers of convolutions."""
    return tuple((width,) * n for width, n in zip((64, 128, 256, 512, 512), counts, strict=True))


def _published() -> Iterator[tuple[str, Variant]]:
    """K. Simonyan and A. Zisserman (2015), tables A, B, D and E, in torchvision's layout."""
    tables = {11: _vgg(1, 1, 2, 2, 2), 13: _vgg(2, 2, 2, 2, 2)}
    tables |= {16: _vgg(2, 2, 3, 3, 3), 19: _vgg(2, 2, 4, 4, 4)}
    for depth, filters in tables.items():
        plain = Variant(
            f"VGG-{depth}",
            f"{depth - 3} convolutions and 3 large linear layers, as published for ImageNet.",
            filters=filters,
            hidden=(4096, 4096),
            dropout=0.5,
            head_side=7,
            input_shape=(3, 224, 1000),
        )
        yield f"vgg{depth}", plain
        title = f"{plain.title} with batch norm"
        summary = f"{plain.title} with batch norm after each convolution, which trains faster."
        yield f"vgg{depth}-bn", replace(plain, title=title, summary=summary, norm="batch")


_MINI_VGG = Variant(
    "Mini VGG 1",
    "A 5 by 5 and a 3 by 3 convolution with a large pool between them, one hidden layer.",
    # The source gives kernels and pools but no widths: 16, 32 and 128 are our choice.
    filters=((16,), (32,)),
    hidden=(128,),
    dropout=0.0,
    kernel_size=(5, 3),
    pool_size=(3, 2),
)

VARIANTS: dict[str, Variant] = {
    "simple-vgg": Variant(
        "Simple VGG",
        "Three convolutions of 32, 64 and 128 filters, a max-pool after each, one hidden layer.",
        filters=((32,), (64,), (128,)),
        hidden=(256,),
        dropout=0.5,
    ),
    "tiny-vgg": Variant(
        "Tiny VGG",
        "Three blocks of two convolutions with 64, 128 and 256 filters, one hidden layer.",
        filters=((64, 64), (128, 128), (256, 256)),
        hidden=(256,),
        dropout=0.0,
    ),
    "mini-vgg-v1": _MINI_VGG,
    "mini-vgg-v2": replace(
        _MINI_VGG,
        title="Mini VGG 2",
        summary="Mini VGG 1 with batch norm after each convolution and layer norm before the "
        "hidden layer.",
        norm="batch",
        flat_norm="layer",
    ),
    "vgg19-cifar": Variant(
        "VGG-19 for CIFAR",
        "16 convolutions for images of 32 pixels, batch norm between four linear layers.",
        filters=_vgg(2, 2, 4, 4, 4),
        hidden=(4096, 4096, 1000),
        dropout=0.5,
        flat_norm="batch",
        hidden_norm="batch",
        dropout_layers=2,
        input_shape=(3, 32, 10),
    ),
    "custom": Variant(
        "Custom",
        "Two blocks to start from; everything is a setting.",
        filters=((32, 32), (64, 64)),
        hidden=(128,),
        dropout=0.25,
        norm="batch",
    ),
    **dict(_published()),
}

# Fields of ModelConfig that, while None, mean the variant's own value.
VARIANT_FIELDS = tuple(
    field.name for field in fields(Variant) if field.name in ModelConfig.model_fields
)
_PER_BLOCK_FIELDS = ("kernel_size", "pool_size", "pool_stride")


def resolve_variant(config: ModelConfig) -> Variant:
    """Return the variant of a configuration, with the values that the configuration replaces.

    Raises ConfigError for an unknown variant, a block without a convolution, or a tuple of values
    with another length than the number of blocks.
    """
    if config.variant not in VARIANTS:
        hint = nearest_hint(config.variant, VARIANTS)
        raise ConfigError("model.variant", f"There is no variant {quoted(config.variant)}.", hint)
    given = {name: getattr(config, name) for name in VARIANT_FIELDS}
    row = replace(VARIANTS[config.variant], **{k: v for k, v in given.items() if v is not None})
    _check_blocks(row, given)
    return row


def _check_blocks(row: Variant, given: Mapping[str, object]) -> None:
    for block, widths in enumerate(row.filters, 1):
        if not widths:
            raise ConfigError("model.filters", f"Block {block} has no convolution.")
    for name in _PER_BLOCK_FIELDS:
        values = given[name]
        if isinstance(values, tuple) and len(values) != len(row.filters):
            message = f"“model.{name}” has {len(values)} values for {len(row.filters)} blocks."
            raise ConfigError(f"model.{name}", message, "Set one for each block, or one for all.")


def of_block(value: T | tuple[T, ...], block: int) -> T:
    """Return the value for a block, counted from 0."""
    return value[min(block, len(value) - 1)] if isinstance(value, tuple) else value


def pool_of(row: Variant, block: int) -> tuple[int, int]:
    """Return size and stride of a block's pool."""
    size = of_block(row.pool_size, block)
    return size, size if row.pool_stride is None else of_block(row.pool_stride, block)
