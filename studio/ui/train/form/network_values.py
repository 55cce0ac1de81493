"""What the form holds of the network as plain values, and how they become settings. No Qt here."""

from collections.abc import Mapping
from typing import Any

from studio.config import ModelConfig
from studio.models import VARIANT_FIELDS, VARIANTS
from studio.models.backbone import BACKBONE_FIELDS
from studio.models.variants import resolve_variant
from studio.ui.train.form.filters_text import (
    blocks_text,
    parse_blocks,
    parse_widths,
    widths_text,
)

# As the form holds them: numbers in a row are text.
_TEXTS = ("filters", "kernel_size", "hidden")
_PLAIN = ("norm", "activation", "pool", "global_pool", "dropout")
_SHOWN = (*_TEXTS, *_PLAIN)
_OF_NO_VARIANT = ("variant", "layers", "backbone", "unfrozen")
# Settings of one variant that the form does not show and that mean nothing for another.
_HIDDEN = [f"model.{name}" for name in VARIANT_FIELDS if name not in _SHOWN]


def network_values(model: ModelConfig) -> dict[str, Any]:
    """The values a form shows for `model`, by dotted field. Raises ConfigError."""
    own = {f"model.{name}": getattr(model, name) for name in _OF_NO_VARIANT}
    return own | _row_values(model)


def variant_values(variant: str) -> dict[str, Any]:
    """The values that change in the form when a variant is chosen."""
    return _row_values(ModelConfig(variant=variant))


def read_network(base: ModelConfig, values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by dotted field; what equals the variant's own value becomes None.

    What the form does not show is that of a backbone among `values`, or of `base` while the variant
    is. Raises ConfigError.
    """
    variant = values["model.variant"]
    given = {name: values[f"model.{name}"] for name in _PLAIN} | {
        "filters": parse_blocks(values["model.filters"]),
        "kernel_size": _kernel(values["model.kernel_size"]),
        "hidden": parse_widths(values["model.hidden"], "model.hidden"),
    }
    row = VARIANTS[variant]
    settings: dict[str, Any] = {
        f"model.{name}": None if value == getattr(row, name) else value
        for name, value in given.items()
    }
    if variant != base.variant:
        settings |= dict.fromkeys(_HIDDEN)
    return settings | {name: values[name] for name in _HIDDEN if name in values}


def lent_values(model: ModelConfig) -> dict[str, Any]:
    """The values that a backbone with the blocks of `model` decides, shown in the form or not."""
    shown = network_values(model)
    names = [f"model.{name}" for name in BACKBONE_FIELDS]
    return {name: shown.get(name, getattr(model, name.removeprefix("model."))) for name in names}


def _row_values(model: ModelConfig) -> dict[str, Any]:
    row = resolve_variant(model)
    kernel = row.kernel_size if isinstance(row.kernel_size, tuple) else (row.kernel_size,)
    return {f"model.{name}": getattr(row, name) for name in _PLAIN} | {
        "model.filters": blocks_text(row.filters),
        "model.kernel_size": widths_text(kernel),
        "model.hidden": widths_text(row.hidden),
    }


def _kernel(text: str) -> int | tuple[int, ...]:
    """One side for all blocks, or one a block."""
    sides = parse_widths(text, "model.kernel_size")
    return sides[0] if len(sides) == 1 else sides
