"""A network's layers as the boxes of a diagram. No Qt here."""

from dataclasses import replace

from studio.config import ModelConfig
from studio.models import Layer, plan_layers
from studio.models.backbone import frozen_layers
from studio.ui.widgets.layer_geometry import DiagramLayer


def diagram_slabs(model: ModelConfig) -> list[DiagramLayer]:
    """Input, convolutions, pools and linear layers in order. Raises ConfigError.

    Activations, norms and dropout change no shape; they are told about at the layer they follow.
    """
    slabs = [_input(model)]
    still = {layer.name for layer in frozen_layers(model)}
    for layer in plan_layers(model):
        if layer.kind in ("conv", "pool", "linear"):
            slabs.append(_slab(layer, layer.name in still))
        elif layer.kind != "flatten":
            slabs[-1] = _followed(slabs[-1], layer)
    return [*slabs[:-1], replace(slabs[-1], kind="output")]


def _input(model: ModelConfig) -> DiagramLayer:
    side, channels = model.image_size, model.in_channels
    planes = "grey" if channels == 1 else f"{channels} channels"
    return DiagramLayer(
        "input", side, channels, "input", f"Input: {side} × {side} pixels, {planes}"
    )


def _slab(layer: Layer, still: bool) -> DiagramLayer:
    depth = layer.out_shape[0]
    side = layer.out_shape[1] if len(layer.out_shape) == 3 else 1
    size = f"{depth} × {side} × {side}" if layer.kind != "linear" else f"{depth}"
    text = f"{layer.name}: {_head(layer)}\nout {size}"
    if layer.parameters:
        text += f", {layer.parameters:,} parameters, {layer.multiply_adds:,} multiply-adds"
    if layer.parameters and still:
        text += ", lent: it does not learn"
    kernel = layer.kernel_size if layer.kind == "conv" else 0
    return DiagramLayer(layer.kind, side, depth, layer.name, text, kernel, still)


def _head(layer: Layer) -> str:
    answers = layer.kernel_size**2
    match layer.kind, layer.variety:
        case "conv", _:
            return f"{layer.description}, {layer.out_shape[0]} filters"
        case "pool", "max":
            return f"{layer.description}: keeps the strongest answer of {answers}"
        case "pool", "avg":
            return f"{layer.description}: keeps the mean of {answers} answers"
        case "linear", _:
            return f"{layer.out_shape[0]} fully connected units"
        case _:
            return layer.description


def _followed(slab: DiagramLayer, layer: Layer) -> DiagramLayer:
    """The slab, telling in its first line of a layer after it too."""
    first, line, rest = slab.text.partition("\n")
    then = ", " if ", then " in first else ", then "
    if slab.kind == "pool" and layer.kind == "activation":
        rest += f"\n{layer.description} after a max-pool gives the same result as before it, faster"
    return replace(slab, text=f"{first}{then}{layer.description}{line}{rest}")
