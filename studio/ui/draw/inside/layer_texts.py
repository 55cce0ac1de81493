"""What the view says about layers, maps, units and filters. No Qt here."""

from collections.abc import Sequence

from studio.formatting import count, duration
from studio.insight.filters import FilterSlices
from studio.insight.receptive_field import Region
from studio.models import Layer
from studio.ui.shared.live_predictor import LivePredictor

EMPTY = ("Draw on the left", "The layers fill as you draw.")
NO_IMAGE = ("Open an image on the left", "The layers fill as soon as there is one.")
COMPUTING = ("Computing the layers", "A large model takes a moment.")
WAITING = ("Waiting for the model", "Its layers appear once it is loaded.")
STRENGTH = "The maps with the largest values first."
ACTIVE = "Map"
SLOW_S = 0.15  # from which on the maps do not follow the pen
_COLORS = ("red", "green", "blue")


def channel_names(
    layers: Sequence[Layer], shape: tuple[int, ...], model: LivePredictor
) -> tuple[str, ...]:
    """Return a name for each map or unit of the last of `layers`."""
    if not layers:
        return input_names(shape[0])
    if layers[-1].name == "output":
        return model.class_names
    what = "Map" if len(shape) == 3 else "Unit"
    return tuple(f"{what} {number}" for number in range(shape[0]))


def input_names(channels: int) -> tuple[str, ...]:
    """Return the names of the channels of an image."""
    if channels == len(_COLORS):
        return _COLORS
    return ("input",) if channels == 1 else tuple(f"input {i}" for i in range(channels))


def layer_title(
    layers: Sequence[Layer], in_channels: int, image_size: int, is_short: bool = False
) -> str:
    """Return name, description and size of the output of the last of `layers`.

    A short title has no description.
    """
    if not layers:
        size = f"{in_channels} × {image_size} × {image_size}"
        return f"Input · {size}" if is_short else f"Input · normalized pixels · {size}"
    layer = layers[-1]
    if len(layer.out_shape) == 3:
        maps, height, width = layer.out_shape
        is_square = is_short and height == width
        size = f"{count(maps)} maps of {f'{height}²' if is_square else f'{height} × {width}'}"
    else:
        size = f"{count(layer.out_shape[0])} units"
    if layer.name == "output":
        return f"output · logits of {count(layer.out_shape[0])} classes"
    parts = (layer.name, size) if is_short else (layer.name, layer.description, size)
    return " · ".join(parts)


def speed_note(layers_s: float) -> str:
    """Say that the layers of a model take long, in seconds; empty for those that do not."""
    if layers_s < SLOW_S:
        return ""
    return f"The layers of this model take {duration(layers_s)}: they follow when the pen rests."


def active_caption(region: Region, side: int) -> str:
    """Return what a map over the input shows; the frame is the receptive field."""
    if region.height == region.width == side:
        return f"{ACTIVE} · sees the whole input"
    return f"{ACTIVE} · sees {region.height} × {region.width}"


def filter_title(weights: FilterSlices) -> str:
    """Return the heading above the slices of a filter."""
    if weights.of_units:
        return f"Weights in {weights.layer}, largest of {count(weights.total)}"
    size = f"{weights.values.shape[1]} × {weights.values.shape[2]}"
    if weights.total == len(weights.values):
        return f"Filter of {weights.layer} · {size}"
    return f"Filter of {weights.layer} · {size}, largest of {count(weights.total)} slices"


def slice_labels(weights: FilterSlices, is_first: bool) -> list[str]:
    """Return a short label for each slice: the channel of the image, or the number of the map."""
    if is_first:
        names = input_names(weights.total)
        return [names[int(number)] for number in weights.inputs]
    return [str(int(number)) for number in weights.inputs]


def slice_texts(weights: FilterSlices, is_first: bool) -> list[str]:
    """Return a description of each slice."""
    if weights.of_units:
        values = weights.values[:, 0, 0]
        pairs = zip(weights.inputs, values, strict=True)
        return [f"Weight of input {int(number)}: {value:.3f}" for number, value in pairs]
    labels = slice_labels(weights, is_first)
    names = labels if is_first else [f"input map {label}" for label in labels]
    return [
        f"Weights of {name}, norm {norm:.2f}"
        for name, norm in zip(names, weights.norms, strict=True)
    ]
