"""Texts about the network. No Qt here."""

from collections.abc import Mapping, Sequence
from typing import Any

from studio.config import setting
from studio.formatting import byte_size, short_count
from studio.models import Layer, Summary
from studio.ui.train.form.layer_widths_text import parse_widths


def network_summary(summary: Summary, frozen: Sequence[Layer]) -> str:
    """Return the size and the cost of a network; `frozen` layers are not trained."""
    frozen_parameters = sum(layer.parameters for layer in frozen)
    trainable = short_count(summary.parameters - frozen_parameters)
    text = f"{short_count(summary.parameters)} parameters"
    if frozen_parameters:
        text += f", {trainable} of them trainable"
    return (
        f"{text} · {short_count(summary.multiply_adds)} multiply-adds and "
        f"{byte_size(summary.activation_bytes)} of activations per image"
    )


def kernel_text(text: str) -> str:
    """Return kernel sizes, one or one for each block, as “3 × 3, 5 × 5”."""
    sizes = parse_widths(text, "model.kernel_size")
    return ", ".join(f"{size} × {size}" for size in sizes)


def layers_summary(values: Mapping[str, Any]) -> str:
    """Return kernel, norm and activation, and what else is unusual, in one line."""
    items = [kernel_text(values["model.kernel_size"])]
    if values["model.norm"] != "none":
        items.append(_choice(values, "model.norm").lower())
    items.append(_choice(values, "model.activation"))
    if values["model.pool"] != "max":
        items.append(_choice(values, "model.pool").lower())
    if values["model.global_pool"]:
        items.append("global pooling")
    if values["model.layers"] != "native":
        items.append(_choice(values, "model.layers").lower())
    return ", ".join(items)


def _choice(values: Mapping[str, Any], name: str) -> str:
    return setting(name).format(values[name])
