"""A network's layers as the boxes of a diagram. No Qt here."""

from studio.config import ModelConfig
from studio.models import Layer, summarize
from studio.ui.widgets.layer_geometry import Slab


def slabs_of(model: ModelConfig) -> list[Slab]:
    """Input, convolutions, pools and linear layers in order. Raises ConfigError.

    ReLUs, norms and dropout change no shape; they are told about at the layer they follow.
    """
    layers = summarize(model).layers
    slabs = [_input(model)]
    for index, layer in enumerate(layers):
        if layer.kind in ("conv", "pool", "linear"):
            slabs.append(_slab(layer, _followers(layers, index)))
    slabs[-1] = Slab("output", 1, slabs[-1].depth, slabs[-1].name, slabs[-1].text)
    return slabs


def _input(model: ModelConfig) -> Slab:
    side, channels = model.image_size, model.in_channels
    planes = "grey" if channels == 1 else f"{channels} channels"
    return Slab("input", side, channels, "input", f"Input: {side} × {side} pixels, {planes}")


def _slab(layer: Layer, followers: str) -> Slab:
    depth = layer.out_shape[0]
    side = layer.out_shape[1] if len(layer.out_shape) == 3 else 1
    head = {
        "conv": f"{layer.kernel_size} × {layer.kernel_size} convolution, {depth} filters",
        "pool": "2 × 2 max-pool: keeps the strongest answer of four",
        "linear": f"{depth} fully connected units",
    }[layer.kind]
    size = f"{depth} × {side} × {side}" if side > 1 or layer.kind != "linear" else f"{depth}"
    text = f"{layer.name}: {head}{followers}\nout {size}"
    if layer.parameters:
        text += f", {layer.parameters:,} parameters, {layer.multiply_adds:,} multiply-adds"
    kernel = layer.kernel_size if layer.kind == "conv" else 0
    return Slab(layer.kind, side, depth, layer.name, text, kernel)


def _followers(layers: tuple[Layer, ...], index: int) -> str:
    """What comes between this layer and the next one with a shape of its own."""
    words = {"relu": "ReLU", "norm": "batch norm", "dropout": "dropout"}
    found = []
    for layer in layers[index + 1 :]:
        if layer.kind not in (*words, "flatten"):
            break
        if layer.kind == "dropout":
            found.append(f"dropout {layer.dropout:g}")
        elif layer.kind in words:
            found.append(words[layer.kind])
    return f", then {', '.join(found)}" if found else ""
