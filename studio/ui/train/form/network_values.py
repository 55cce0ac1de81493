"""Convert the settings of the network into the values of the form and back. No Qt here."""

from collections.abc import Mapping
from typing import Any

from studio.config import ModelConfig
from studio.models import VARIANT_FIELDS, VARIANTS
from studio.models.backbone import BACKBONE_FIELDS
from studio.models.variants import resolve_variant
from studio.ui.train.form.layer_widths_text import (
    blocks_text,
    parse_blocks,
    parse_widths,
    widths_text,
)

_AS_TEXT = ("filters", "kernel_size", "hidden")  # the form shows tuples of numbers as text
_AS_VALUE = ("norm", "activation", "pool", "global_pool", "dropout")
_INDEPENDENT = ("variant", "layers", "backbone", "unfrozen")  # of the variant
# Fields of a variant that the form does not show and that mean nothing for another variant.
_HIDDEN = [f"model.{name}" for name in VARIANT_FIELDS if name not in (*_AS_TEXT, *_AS_VALUE)]


def network_values(model: ModelConfig) -> dict[str, Any]:
    """Return the values that the form shows for `model`, by dotted setting. Raises ConfigError."""
    independent = {f"model.{name}": getattr(model, name) for name in _INDEPENDENT}
    return independent | _resolved_values(model)


def variant_values(variant: str) -> dict[str, Any]:
    """Return the values that change in the form when a variant is chosen."""
    return _resolved_values(ModelConfig(variant=variant))


def read_network(base: ModelConfig, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the network; a value that equals the variant's becomes None.

    Hidden settings come from a backbone among `values`, or from `base` if it has the same variant.
    Raises ConfigError.
    """
    variant = values["model.variant"]
    shown = {name: values[f"model.{name}"] for name in _AS_VALUE} | {
        "filters": parse_blocks(values["model.filters"]),
        "kernel_size": _parse_kernel(values["model.kernel_size"]),
        "hidden": parse_widths(values["model.hidden"], "model.hidden"),
    }
    defaults = VARIANTS[variant]
    settings: dict[str, Any] = {
        f"model.{name}": None if value == getattr(defaults, name) else value
        for name, value in shown.items()
    }
    if variant != base.variant:
        settings |= dict.fromkeys(_HIDDEN)
    return settings | {name: values[name] for name in _HIDDEN if name in values}


def backbone_values(model: ModelConfig) -> dict[str, Any]:
    """Return the values that a backbone with the blocks of `model` decides, shown or hidden."""
    shown = network_values(model)
    names = [f"model.{name}" for name in BACKBONE_FIELDS]
    return {name: shown.get(name, getattr(model, name.removeprefix("model."))) for name in names}


def _resolved_values(model: ModelConfig) -> dict[str, Any]:
    resolved = resolve_variant(model)
    kernel = resolved.kernel_size
    return {f"model.{name}": getattr(resolved, name) for name in _AS_VALUE} | {
        "model.filters": blocks_text(resolved.filters),
        "model.kernel_size": widths_text(kernel if isinstance(kernel, tuple) else (kernel,)),
        "model.hidden": widths_text(resolved.hidden),
    }


def _parse_kernel(text: str) -> int | tuple[int, ...]:
    """Return one size for all blocks, or one for each."""
    sizes = parse_widths(text, "model.kernel_size")
    return sizes[0] if len(sizes) == 1 else sizes
