"""What a validation shows about a model besides its accuracy: one-sided predictions, silent units.

Draws no random numbers and changes nothing.
"""

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor, nn

_FEW_UNITS = 8  # a layer with fewer says little


class MostPredicted(NamedTuple):
    """The class that is predicted most often; fractions of the samples, 0..1."""

    label: int
    predicted_fraction: float
    true_fraction: float


class SilentUnits(NamedTuple):
    """The largest fraction of silent units of a layer with ReLU, 0..1, and the layer's name."""

    fraction: float
    layer: str


def find_most_predicted(logits: Tensor, labels: Tensor) -> MostPredicted:
    """Return the class that is predicted most often, for logits [N, K] and labels [N]."""
    predicted = logits.argmax(1)
    label = int(predicted.bincount(minlength=logits.shape[1]).argmax())
    fractions = [float((values == label).double().mean()) for values in (predicted, labels)]
    return MostPredicted(label, *fractions)


@torch.no_grad()
def find_silent_units(layers: Iterable[tuple[str, nn.Module]], inputs: Tensor) -> SilentUnits:
    """Find the layer with the most units whose ReLU is 0 for all inputs [N, ...].

    `layers` are all layers from the inputs on, with their names.
    A map counts as one unit, and is silent if all of its values are. A unit that is silent for all
    training images gets no gradient (Lu et al., Dying ReLU and Initialization, 2019).
    """
    worst, name, values = SilentUnits(0.0, ""), "", inputs
    for child, layer in layers:
        values = layer(values)
        if type(layer).__name__.endswith(("Conv2d", "Linear")):  # also written by hand
            name = child
        elif type(layer).__name__ == "ReLU":
            active = (values > 0).transpose(0, 1).flatten(1).any(1)
            if len(active) < _FEW_UNITS:
                continue
            fraction = 1 - float(active.double().mean())
            worst = max(worst, SilentUnits(fraction, name), key=lambda one: one.fraction)
    return worst
