"""The lists of the network part of the form, and their sum in a line. No Qt here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.ui.train.form.filters_text import parse_widths

# Small networks first; a line between groups.
VARIANT_GROUPS = (
    ("mini-vgg-v1", "mini-vgg-v2", "simple-vgg", "tiny-vgg"),
    ("vgg11", "vgg11-bn", "vgg13", "vgg13-bn", "vgg16", "vgg16-bn", "vgg19", "vgg19-bn"),
    ("vgg19-cifar", "custom"),
)


@dataclass(frozen=True)
class Choice:
    """A setting with few values; `items` maps each to its word. `name` is of its combo box."""

    setting: str
    label: str
    name: str
    items: Mapping[Any, str]
    tip: str


KERNEL = Choice(
    "model.kernel_size",
    "Kernel",
    "kernel_combo",
    {side: f"{side} × {side}" for side in ("1", "3", "5", "7")},
    "The window of one filter. VGG's idea is many small ones: two of 3 × 3 see as much as one "
    "of 5 × 5, with fewer weights",
)
NORM = Choice(
    "model.norm",
    "Norm",
    "norm_combo",
    {"none": "None", "batch": "Batch norm", "layer": "Layer norm", "group": "Group norm"},
    "Keeps the size of answers even after each convolution, so that larger learning rates work. "
    "Batch norm compares pictures of a batch; layer and group norm also work in small batches",
)
ACTIVATION = Choice(
    "model.activation",
    "Activation",
    "activation_combo",
    {
        "relu": "ReLU",
        "leaky_relu": "Leaky ReLU",
        "elu": "ELU",
        "gelu": "GELU",
        "silu": "SiLU",
        "tanh": "Tanh",
    },
    "What bends the answers between layers; without it, all layers would add up to a single one",
)
POOL = Choice(
    "model.pool",
    "Pooling",
    "pool_combo",
    {"max": "Max-pool", "avg": "Average pool"},
    "How the end of a block shrinks the picture: to the strongest answer or to the mean",
)
HEAD_INPUT = Choice(
    "model.global_pool",
    "Into the head",
    "head_combo",
    {False: "Flatten", True: "Mean of maps"},
    "What the fully connected layers get: every answer at its place (flatten), or the mean "
    "of each filter's map (global average pooling), which needs far fewer weights",
)
LAYERS = Choice(
    "model.layers",
    "Implementation",
    "layers_combo",
    {"native": "PyTorch's own", "scratch": "Hand-written"},
    "PyTorch's layers are fast. The hand-written ones of studio/models/scratch give the same "
    "answers in a few lines that can be read",
)
CHOICES = (KERNEL, NORM, ACTIVATION, POOL, HEAD_INPUT, LAYERS)


def kernel_word(text: str) -> str:
    """The word for one side or for one a block."""
    sides = parse_widths(text, KERNEL.setting)
    return KERNEL.items.get(text) or ", ".join(f"{side} × {side}" for side in sides)


def choice_words(values: Mapping[str, Any]) -> str:
    """What the folded part says: only what is unusual beside kernel, norm and activation."""
    words = [kernel_word(values[KERNEL.setting])]
    if values[NORM.setting] != "none":
        words.append(NORM.items[values[NORM.setting]].lower())
    words.append(ACTIVATION.items[values[ACTIVATION.setting]])
    if values[POOL.setting] != "max":
        words.append(POOL.items[values[POOL.setting]].lower())
    if values[HEAD_INPUT.setting]:
        words.append("means")
    if values[LAYERS.setting] != "native":
        words.append("by hand")
    return ", ".join(words)
