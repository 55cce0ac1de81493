"""The builder: torch's layers or the hand-written ones, the same model either way."""

from typing import get_args

import pytest
import torch
from torch.nn import functional

from studio.config import Activation, ModelConfig
from studio.models import VARIANTS, build_model, smallest_size

SMALL = {"filters": ((4, 4), (8,)), "hidden": (16,), "image_size": 12, "in_channels": 3}
NETWORKS = [
    *({"variant": name} for name in VARIANTS if len(VARIANTS[name].filters) < 5),
    {"variant": "vgg11-bn"} | SMALL,
    {"variant": "vgg19-cifar"} | SMALL | {"hidden": (16, 16, 16)},
    *(SMALL | {"norm": norm, "flat_norm": "layer"} for norm in ("batch", "layer", "group")),
    SMALL | {"pool": "avg", "pool_size": 3, "pool_stride": 2, "conv_bias": False},
    *(SMALL | {"activation": name} for name in get_args(Activation)),
    SMALL | {"global_pool": True, "hidden_norm": "batch", "kernel_size": (5, 1)},
]


def ids(changes):
    return "-".join(map(str, changes.values()))


def pair(changes):
    """The same model of torch's and of hand-written layers."""
    models = []
    for layers in ("native", "scratch"):
        torch.manual_seed(0)
        models.append(build_model(ModelConfig(**{"dropout": 0.0} | changes, layers=layers)))
    return models


@pytest.mark.parametrize("changes", NETWORKS, ids=ids)
def test_hand_written_layers_are_not_torchs(changes):
    _, scratch = pair(changes)
    homes = {type(module).__module__.rpartition(".")[0] for module in scratch.layers}
    assert homes == {"studio.models.scratch"}


@pytest.mark.parametrize("changes", NETWORKS, ids=ids)
def test_weights_start_the_same_and_can_be_exchanged(changes):
    native, scratch = pair(changes)
    assert list(native.state_dict()) == list(scratch.state_dict())
    for name, tensor in native.state_dict().items():
        assert torch.equal(scratch.state_dict()[name], tensor), name


@pytest.mark.parametrize("changes", NETWORKS, ids=ids)
def test_a_step_of_training_gives_the_same_either_way(changes):
    # In float32 rounding alone can make another pixel the largest of its pool.
    native, scratch = (model.double() for model in pair(changes))
    config, labels = native.config, torch.arange(6)
    shape = (6, config.in_channels, config.image_size, config.image_size)
    images = torch.randn(shape, dtype=torch.float64)
    for model in (native, scratch):
        functional.cross_entropy(model(images), labels).backward()
    for (name, ours), theirs in zip(scratch.named_parameters(), native.parameters(), strict=True):
        assert torch.allclose(ours.grad, theirs.grad, atol=1e-9), name
    with torch.no_grad():
        assert torch.allclose(native.eval()(images), scratch.eval()(images), atol=1e-9)


@pytest.mark.parametrize("layers", ["native", "scratch"])
def test_weights_can_be_planned_without_memory(layers):
    config = ModelConfig(variant="vgg19-cifar", in_channels=3, image_size=32, layers=layers)
    with torch.device("meta"):
        model = build_model(config)
    assert all(weight.is_meta for weight in model.state_dict().values())
    assert smallest_size(config) == 32


def test_the_start_keeps_the_size_of_the_signal():
    torch.manual_seed(0)
    model = build_model(ModelConfig(filters=((64, 64, 64), (64, 64)), dropout=0.0)).eval()
    with torch.no_grad():
        answers = model(torch.randn(32, 1, 28, 28))
    assert 0.3 < answers.std() < 10
    assert not any(weight.any() for name, weight in model.named_parameters() if "bias" in name)
