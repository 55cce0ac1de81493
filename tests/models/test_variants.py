"""The family: every variant is built as planned and can learn; the published sizes are met."""

import pytest
import torch
from torch.nn import functional

from studio.config import ModelConfig
from studio.models import VARIANTS, build_model, smallest_size, summarize


def config_of(variant, size=None, **changes):
    """The variant for grey images of `size`, or the smallest it takes; the large ones narrow."""
    row = VARIANTS[variant]
    if len(row.filters) == 5:
        filters = tuple(tuple(width // 16 for width in block) for block in row.filters)
        changes = {"filters": filters, "hidden": (32,) * len(row.hidden)} | changes
    config = ModelConfig(variant=variant, **changes)
    return config.model_copy(update={"image_size": size or max(8, smallest_size(config))})


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("shape", [(1, 0, 10), (1, 28, 10), (3, 40, 7)])
def test_the_model_agrees_with_its_plan(variant, shape):
    channels, size, classes = shape
    size = max(size, smallest_size(ModelConfig(variant=variant)))
    config = config_of(variant, size, in_channels=channels, num_classes=classes)
    model = build_model(config).eval()
    summary = summarize(config)
    shapes = []
    for module in model.layers:
        module.register_forward_hook(lambda _m, _i, output: shapes.append(tuple(output.shape[1:])))
    model(torch.zeros(2, channels, size, size))
    assert shapes == [layer.out_shape for layer in summary.layers]
    for layer in summary.layers:
        assert_counts(model.layers.get_submodule(layer.name), layer)


def assert_counts(module, layer):
    assert sum(p.numel() for p in module.parameters()) == layer.parameters
    statistics = [b for name, b in module.named_buffers() if name.startswith("running")]
    assert sum(b.numel() for b in statistics) == layer.buffers


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_few_steps_lower_the_loss(variant):
    torch.manual_seed(0)
    config = config_of(variant, dropout=0.0)
    model = build_model(config)
    optimizer = torch.optim.Adam(model.parameters(), 2e-3)
    side = config.image_size
    images, labels = torch.randn(20, 1, side, side), torch.arange(20) % 10
    losses = []
    for _ in range(20):
        loss = functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_weight_of_every_variant_gets_a_finite_gradient(variant):
    torch.manual_seed(0)
    model = build_model(config_of(variant))
    side = model.config.image_size
    model(torch.randn(4, 1, side, side)).square().mean().backward()
    for name, weight in model.named_parameters():
        assert torch.isfinite(weight.grad).all(), name
    assert sum(weight.grad.abs().sum() for weight in model.parameters()) > 0


# https://pytorch.org/vision/stable/models/vgg.html, for 1000 classes
PUBLISHED = {
    "vgg11": 132_863_336,
    "vgg11-bn": 132_868_840,
    "vgg13": 133_047_848,
    "vgg13-bn": 133_053_736,
    "vgg16": 138_357_544,
    "vgg16-bn": 138_365_992,
    "vgg19": 143_667_240,
    "vgg19-bn": 143_678_248,
}


@pytest.mark.parametrize("variant", PUBLISHED)
def test_the_published_models_have_the_published_sizes(variant):
    config = ModelConfig(variant=variant, in_channels=3, image_size=224, num_classes=1000)
    with torch.device("meta"):
        model = build_model(config)
    assert sum(p.numel() for p in model.parameters()) == PUBLISHED[variant]
    assert summarize(config).parameters == PUBLISHED[variant]


def test_simple_vgg_has_the_layers_its_source_describes():
    summary = summarize(ModelConfig(variant="simple-vgg"))
    assert [layer.name for layer in summary.layers if layer.parameters] == [
        "conv1_1", "conv2_1", "conv3_1", "fc1", "output",
    ]  # fmt: skip
    assert [layer.out_shape for layer in summary.layers if layer.kind == "pool"] == [
        (32, 14, 14), (64, 7, 7), (128, 3, 3),
    ]  # fmt: skip
    assert summary.parameters == 320 + 18_496 + 73_856 + (1152 * 256 + 256) + 2570


def test_the_mini_vggs_have_the_layers_their_source_describes():
    def kinds(variant):
        layers = summarize(ModelConfig(variant=variant)).layers
        return [layer.description for layer in layers if layer.kind != "flatten"]

    # The ReLU stands after the max-pool, where it does the same to fewer numbers.
    first, second = (
        ["5 × 5 convolution", "3 × 3 max-pool", "ReLU"],
        ["3 × 3 convolution", "2 × 2 max-pool", "ReLU"],
    )
    mlp = ["linear", "ReLU", "linear"]
    assert kinds("mini-vgg-v1") == first + second + mlp
    first.insert(1, "batch norm")
    second.insert(1, "batch norm")
    assert kinds("mini-vgg-v2") == [*first, *second, "layer norm", *mlp]
