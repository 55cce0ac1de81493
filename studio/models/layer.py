"""One layer of a plan: its shapes, its costs and its description."""

import math
from dataclasses import dataclass
from typing import Literal

Shape = tuple[int, ...]
Kind = Literal["conv", "norm", "pool", "activation", "flatten", "linear", "dropout"]

_FLOAT_BYTES = 4
_POOLS = {"max": "max-pool", "avg": "average pool"}
_ACTIVATIONS = {
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "tanh": "tanh",
}


@dataclass(frozen=True)
class Layer:
    """One layer: shapes without the batch axis, counts of scalars for one image.

    `variety` is the name of the pool, norm or activation in the configuration; a pool to a fixed
    size is `adaptive`. `parameters` counts trained values, `buffers` running statistics,
    `multiply_adds` those of a forward pass in convolutions and linear layers.
    """

    name: str
    kind: Kind
    in_shape: Shape
    out_shape: Shape
    variety: str = ""
    parameters: int = 0
    buffers: int = 0
    multiply_adds: int = 0
    kernel_size: int = 0
    stride: int = 1
    bias: bool = True
    dropout: float = 0.0

    @property
    def activation_bytes(self) -> int:
        """Size of the output in float32."""
        return _FLOAT_BYTES * math.prod(self.out_shape)

    @property
    def description(self) -> str:
        """The layer in words, such as “3 × 3 convolution”."""
        match self.kind:
            case "conv":
                return f"{self.kernel_size} × {self.kernel_size} convolution"
            case "pool" if self.variety == "adaptive":
                side = self.out_shape[1]
                return "global average pool" if side == 1 else f"average pool to {side} × {side}"
            case "pool":
                text = f"{self.kernel_size} × {self.kernel_size} {_POOLS[self.variety]}"
                return text if self.stride == self.kernel_size else f"{text}, stride {self.stride}"
            case "norm":
                return f"{self.variety} norm"
            case "activation":
                return _ACTIVATIONS[self.variety]
            case "dropout":
                return f"dropout {self.dropout:g}"
            case "flatten" | "linear":
                return self.kind
