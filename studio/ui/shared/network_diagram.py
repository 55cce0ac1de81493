"""Convert the layers of a network into those of the diagram. No Qt here."""

from dataclasses import replace

from studio.config import ModelConfig
from studio.models import Layer, plan_layers
from studio.models.backbone import frozen_layers
from studio.ui.widgets.layer_geometry import DiagramLayer


def diagram_layers(model: ModelConfig) -> list[DiagramLayer]:
    """Return input, convolutions, pools and linear layers in order. Raises ConfigError.

    Activations, norms and dropout keep the shape: the text of the layer before them names them.
    """
    diagram = [_input_layer(model)]
    frozen = {layer.name for layer in frozen_layers(model)}
    for layer in plan_layers(model):
        if layer.kind in ("conv", "pool", "linear"):
            diagram.append(_diagram_layer(layer, layer.name in frozen))
        elif layer.kind != "flatten":
            diagram[-1] = _with_follower(diagram[-1], layer)
    return [*diagram[:-1], replace(diagram[-1], kind="output")]


def all_diagram_layers(model: ModelConfig) -> list[tuple[int, DiagramLayer]]:
    """Return the input and every layer that changes values, each with its depth. ConfigError.

    The depth is the number of layers of the model up to and including this one. Flatten and dropout
    change no value of a trained model.
    """
    frozen = {layer.name for layer in frozen_layers(model)}
    diagram = [(0, _input_layer(model))]
    for depth, layer in enumerate(plan_layers(model), 1):
        if layer.kind in ("conv", "pool", "linear"):
            diagram.append((depth, _diagram_layer(layer, layer.name in frozen)))
        elif layer.kind in ("norm", "activation"):
            diagram.append((depth, _changing_layer(layer, layer.name in frozen)))
    depth, last = diagram[-1]
    return [*diagram[:-1], (depth, replace(last, kind="output"))]


def _changing_layer(layer: Layer, frozen: bool) -> DiagramLayer:
    """Return a norm or an activation, which keeps the shape of the layer before."""
    is_vector = len(layer.out_shape) == 1
    side = 1 if is_vector else layer.out_shape[1]
    text = f"{layer.name}: {layer.description}\nout {_size(layer)}"
    if layer.parameters:
        text += f", {layer.parameters:,} parameters"
    kind = f"vector_{layer.kind}" if is_vector else layer.kind
    return DiagramLayer(kind, side, layer.out_shape[0], layer.name, text, frozen=frozen)


def _size(layer: Layer) -> str:
    return " × ".join(map(str, layer.out_shape))


def _input_layer(model: ModelConfig) -> DiagramLayer:
    side, channels = model.image_size, model.in_channels
    color = "grayscale" if channels == 1 else f"{channels} channels"
    text = f"Input: {side} × {side} pixels, {color}"
    return DiagramLayer("input", side, channels, "input", text)


def _diagram_layer(layer: Layer, frozen: bool) -> DiagramLayer:
    depth = layer.out_shape[0]
    side = layer.out_shape[1] if len(layer.out_shape) == 3 else 1
    size = f"{depth} × {side} × {side}" if layer.kind != "linear" else f"{depth}"
    text = f"{layer.name}: {_description(layer)}\nout {size}"
    if layer.parameters:
        text += f", {layer.parameters:,} parameters, {layer.multiply_adds:,} multiply-adds"
    if layer.parameters and frozen:
        text += ", frozen"
    kernel = layer.kernel_size if layer.kind == "conv" else 0
    return DiagramLayer(layer.kind, side, depth, layer.name, text, kernel, frozen)


def _description(layer: Layer) -> str:
    values = layer.kernel_size**2
    match layer.kind, layer.variety:
        case "conv", _:
            return f"{layer.description}, {layer.out_shape[0]} filters"
        case "pool", "max":
            return f"{layer.description}: the maximum of {values} values"
        case "pool", "avg":
            return f"{layer.description}: the mean of {values} values"
        case "linear", _:
            return f"{layer.out_shape[0]} fully connected units"
        case _:
            return layer.description


def _with_follower(diagram_layer: DiagramLayer, layer: Layer) -> DiagramLayer:
    """Return `diagram_layer` with the name of a layer after it in the first line of its text."""
    first, line, others = diagram_layer.text.partition("\n")
    then = ", " if ", then " in first else ", then "
    if diagram_layer.kind == "pool" and layer.kind == "activation":
        others += (
            f"\n{layer.description} after a max-pool gives the same result as before it, faster"
        )
    return replace(diagram_layer, text=f"{first}{then}{layer.description}{line}{others}")
