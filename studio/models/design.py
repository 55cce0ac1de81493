"""A configuration laid over its variant's row."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TypeVar

from studio.config import ModelConfig
from studio.errors import ConfigError, nearest_hint
from studio.models.family import VARIANTS, Variant

T = TypeVar("T", bound=int)

# Fields of ModelConfig that stand for the row's own while they are None.
VARIANT_FIELDS = tuple(
    field.name for field in fields(Variant) if field.name in ModelConfig.model_fields
)
_OF_EACH_BLOCK = ("kernel_size", "pool_size", "pool_stride")


def resolve(config: ModelConfig) -> Variant:
    """The variant's row with the values that the configuration gives in their place.

    Raises ConfigError for an unknown variant, a block without a convolution, or a list of values
    that is not as long as the blocks are many.
    """
    if config.variant not in VARIANTS:
        hint = nearest_hint(config.variant, VARIANTS)
        raise ConfigError("model.variant", f"There is no network “{config.variant}”.", hint)
    given = {name: getattr(config, name) for name in VARIANT_FIELDS}
    row = replace(VARIANTS[config.variant], **{k: v for k, v in given.items() if v is not None})
    _check_blocks(row, given)
    return row


def _check_blocks(row: Variant, given: Mapping[str, object]) -> None:
    for block, widths in enumerate(row.filters, 1):
        if not widths:
            raise ConfigError("model.filters", f"Block {block} has no convolution.")
    for name in _OF_EACH_BLOCK:
        values = given[name]
        if isinstance(values, tuple) and len(values) != len(row.filters):
            message = f"“model.{name}” has {len(values)} values for {len(row.filters)} blocks."
            raise ConfigError(f"model.{name}", message, "Give one for each block, or one for all.")


def of_block(value: T | tuple[T, ...], block: int) -> T:
    """The value for a block, counted from 0, of one that is for all or one a block."""
    return value[min(block, len(value) - 1)] if isinstance(value, tuple) else value


def pool_of(row: Variant, block: int) -> tuple[int, int]:
    """Side and stride of a block's pool."""
    size = of_block(row.pool_size, block)
    return size, size if row.pool_stride is None else of_block(row.pool_stride, block)
