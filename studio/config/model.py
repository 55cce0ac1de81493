"""Settings of the network."""

from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from studio.config.setting_field import Section, setting_field

Norm = Literal["none", "batch", "layer", "group"]  # after convolutions
FlatNorm = Literal["none", "batch", "layer"]  # after linear layers
Activation = Literal["relu", "leaky_relu", "elu", "gelu", "silu", "tanh"]
Kernel = Literal[1, 3, 5, 7]  # odd, so that padding keeps the size of the feature maps
Pool = Literal["max", "avg"]
PoolSide = Literal[1, 2, 3, 4, 5, 6, 7, 8]
# A hundred thousand layers, which fit into a model card, would take minutes to build.
Filters = Annotated[tuple[Annotated[int, Field(ge=1, le=4096)], ...], Field(max_length=64)]

# Values of `backbone` that are no file: the weights of torchvision, or a run by its id.
IMAGENET = "imagenet"
OF_RUN = "run:"

_NORMS = {"none": "None", "batch": "Batch norm", "layer": "Layer norm"}
_variant_field = partial(setting_field, None, none_label="As the variant")
_FROM_DATASET = "Set from the dataset when a training starts."


def absolute(path: str) -> str:
    """A path that a run finds again whatever the working folder of the next command is."""
    return str(Path(path).expanduser().absolute())


class ModelConfig(Section):
    """A network: a variant of the VGG family and the values in which it differs from the variant.

    None stands for the value of the variant; `studio.models.Variant` describes each field.
    `kernel_size`, `pool_size` and `pool_stride` are one number, or one for each block.
    `backbone` is empty, `imagenet`, `run:` and the id of a run or `bundled`, or the path of a
    weights file; the network then has the blocks of that run or file.
    """

    variant: str = setting_field(
        "simple-vgg",
        "Network",
        "Variant of the VGG family to train. Deeper and wider networks can learn more and take "
        "longer.",
        example="tiny-vgg",
    )
    layers: Literal["native", "scratch"] = setting_field(
        "native",
        "Implementation",
        "Whether PyTorch's layers run or those written by hand in studio/models/scratch. The "
        "hand-written layers compute the same values in a few readable lines, but more slowly.",
        choices={"native": "PyTorch", "scratch": "Written by hand"},
    )
    in_channels: int = setting_field(
        1, "Input channels", f"Color channels of the input. {_FROM_DATASET}", ge=1, le=4
    )
    image_size: int = setting_field(
        28,
        "Input size",
        f"Height and width of the input. {_FROM_DATASET}",
        unit="pixels",
        ge=1,
        le=1024,
    )
    num_classes: int = setting_field(
        10, "Classes", f"Number of classes. {_FROM_DATASET}", ge=1, le=10_000
    )
    filters: Annotated[tuple[Filters, ...], Field(min_length=1, max_length=8)] | None = (
        _variant_field(
            "Filters",
            "Filters of each convolution, in blocks that end with a pooling layer: “64×2 | 128” is "
            "two convolutions of 64 filters and one of 128. More filters learn more and take "
            "longer.",
            example="[[64, 64], [128]]",
        )
    )
    kernel_size: Kernel | tuple[Kernel, ...] | None = _variant_field(
        "Kernel size",
        "Height and width of the filters, one value or one for each block. VGG uses 3 × 3: two "
        "such layers see as much as one of 5 × 5, with fewer weights.",
        choices={side: f"{side} × {side}" for side in (1, 3, 5, 7)},
    )
    conv_bias: bool | None = _variant_field(
        "Convolution bias",
        "Whether convolutions add a bias to each filter. It has no effect before batch norm.",
        choices={False: "Off", True: "On"},
    )
    norm: Norm | None = _variant_field(
        "Normalization layer",
        "Layer after each convolution that normalizes its outputs, so that larger learning rates "
        "work. Layer and group norm do not depend on the batch size.",
        choices=_NORMS | {"group": "Group norm"},
    )
    activation: Activation | None = _variant_field(
        "Activation",
        "Nonlinear function after each layer. ReLU is the usual choice and the fastest.",
        choices={
            "relu": "ReLU",
            "leaky_relu": "Leaky ReLU",
            "elu": "ELU",
            "gelu": "GELU",
            "silu": "SiLU",
            "tanh": "Tanh",
        },
    )
    pool: Pool | None = _variant_field(
        "Pooling",
        "How the end of a block reduces its feature maps: to the maximum or to the mean of each "
        "window.",
        choices={"max": "Max pooling", "avg": "Average pooling"},
    )
    pool_size: PoolSide | tuple[PoolSide, ...] | None = _variant_field(
        "Pooling size",
        "Height and width of the pooling window, one value or one for each block.",
        choices={side: f"{side} × {side}" for side in range(1, 9)},
    )
    pool_stride: PoolSide | tuple[PoolSide, ...] | None = _variant_field(
        "Pooling stride",
        "Step of the pooling window, one value or one for each block. By default the pooling size.",
        choices={step: str(step) for step in range(1, 9)},
    )
    global_pool: bool | None = _variant_field(
        "Head input",
        "Whether the head gets every value of the last feature maps or their means. Global average "
        "pooling needs far fewer weights.",
        choices={False: "Flatten", True: "Global average"},
    )
    flat_norm: FlatNorm | None = _variant_field(
        "Normalization before the head",
        "Layer that normalizes the input of the head.",
        choices=_NORMS,
    )
    hidden: Filters | None = _variant_field(
        "Hidden layers",
        "Units of each fully connected layer before the output layer, such as “4096, 4096”. "
        "Networks with global average pooling need none.",
        example="[4096, 4096]",
    )
    hidden_norm: FlatNorm | None = _variant_field(
        "Normalization of hidden layers",
        "Layer after each hidden layer that normalizes its outputs.",
        choices=_NORMS,
    )
    dropout: float | None = _variant_field(
        "Dropout",
        "Fraction of hidden units that are dropped at random in each step. Raise it when the "
        "validation loss rises while the training loss falls.",
        unit="fraction",
        step=0.05,
        ge=0,
        lt=1,
    )
    backbone: str = setting_field(
        "",
        "Initial weights",
        "Trained network whose convolutional blocks are reused. A pretrained backbone needs only a "
        "few hundred images to reach a good accuracy.",
        none_label="Random initialization",
        example="imagenet",
    )
    unfrozen: int = setting_field(
        0,
        "Trainable blocks",
        "How many of the last blocks of a pretrained backbone are trained with the head. With 0 "
        "only the head is trained, on features that are computed once, which is fast.",
        ge=0,
        le=8,
    )
    views: int = setting_field(
        4,
        "Augmented versions",
        "How many augmented versions of each training sample are stored as features while the "
        "whole backbone is frozen. More of them reduce overfitting and take more time and memory.",
        ge=1,
        le=64,
    )

    @field_validator("backbone")
    @classmethod
    def _absolute(cls, backbone: str) -> str:
        named = backbone in ("", IMAGENET) or backbone.startswith(OF_RUN)
        return backbone if named else absolute(backbone)
