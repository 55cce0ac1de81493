"""The hand-written layers use no layer of torch: their source code is checked."""

import ast
from pathlib import Path

import pytest

from studio.models import scratch

SOURCES = sorted(Path(scratch.__file__).parent.glob("*.py"))

IMPORTS = {"torch", "Tensor", "nn", "functional", "once_differentiable"}

# What hand-written layers may use of the library of layers: to hold weights, and to put zeros
# around an image.
ALLOWED = {"nn": {"Module", "Parameter"}, "functional": {"pad"}}

# The same layers, or the way to them, under other names.
BORROWED = {
    "_C", "adaptive_avg_pool2d", "avg_pool2d", "batch_norm", "bilinear", "celu", "col2im", "conv1d",
    "conv2d", "conv3d", "convolution", "dropout", "elu", "gelu", "group_norm", "im2col",
    "layer_norm", "leaky_relu", "linear", "max_pool2d", "max_pool2d_with_indices",
    "mkldnn_convolution", "native_batch_norm", "native_dropout", "native_group_norm",
    "native_layer_norm", "ops", "relu", "relu_", "silu", "threshold",
}  # fmt: skip


def borrowed(source: str) -> list[str]:
    """Everything a source imports from torch or uses of it that makes a layer."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.split(".")[0] == "torch":
                found += [name.name for name in names if name.name not in IMPORTS]
            case ast.Import(names=names):
                found += [n.name for n in names if n.name.startswith("torch.") or n.asname]
            case ast.Attribute(value=ast.Name(id=base), attr=name) if base in ALLOWED:
                found += [name] if name not in ALLOWED[base] else []
            case ast.Attribute(attr=name) if name in BORROWED:
                found.append(name)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_layer_is_borrowed(path):
    assert borrowed(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "nn.Conv2d(1, 1, 1)",
        "class Mine(nn.Linear): ...",
        "functional.unfold(x, 3)",
        "torch.nn.functional.max_pool2d(x, 2)",
        "torch.conv2d(x, w)",
        "torch.ops.aten.convolution(x)",
        "x.relu()",
        "from torch.nn.functional import batch_norm",
        "from torch import layer_norm",
        "import torch.nn.functional as F",
        "import torch as t",
    ],
)
def test_a_borrowed_layer_is_found(source):
    assert borrowed(source)
