"""The family: every variant is built as planned, learns, and refuses the impossible."""

import math

import pytest
import torch
from torch.nn import functional

from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models import VARIANTS, build_model, plan_layers, summarize

SHAPES = [(1, 8, 10), (1, 28, 10), (3, 32, 7)]


def config_of(variant, shape):
    channels, size, classes = shape
    return ModelConfig(variant=variant, in_channels=channels, image_size=size, num_classes=classes)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_network_is_what_its_plan_says(variant, shape):
    config = config_of(variant, shape)
    network = build_model(config).eval()
    summary = summarize(config)
    assert summary.parameters == sum(p.numel() for p in network.parameters())
    seen = []
    for module in network.layers:
        module.register_forward_hook(lambda _m, _i, output: seen.append(tuple(output.shape[1:])))
    network(torch.zeros(2, *config_shape(shape)))
    assert seen == [layer.out_shape for layer in summary.layers]


def config_shape(shape):
    return shape[0], shape[1], shape[1]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_few_steps_lower_the_loss(variant, norm):
    torch.manual_seed(0)
    config = ModelConfig(variant=variant, image_size=8, norm=norm, dropout=0.0)
    network = build_model(config)
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    images, labels = torch.randn(20, 1, 8, 8), torch.arange(20) % 10
    losses = []
    for _ in range(12):
        loss = functional.cross_entropy(network(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]


def test_simple_vgg_has_the_layers_its_source_describes():
    layers = plan_layers(ModelConfig(variant="simple-vgg"))
    assert [layer.name for layer in layers if layer.parameters] == [
        "conv1_1", "conv2_1", "conv3_1", "fc1", "output",
    ]  # fmt: skip
    assert [layer.out_shape for layer in layers if layer.kind == "pool"] == [
        (32, 14, 14), (64, 7, 7), (128, 3, 3),
    ]  # fmt: skip
    by_hand = 320 + 18_496 + 73_856 + (1152 * 256 + 256) + 2570
    assert summarize(ModelConfig(variant="simple-vgg")).parameters == by_hand


def test_multiply_adds_by_hand():
    layers = plan_layers(ModelConfig(filters=((4,),), hidden=(), image_size=6, num_classes=3))
    assert layers[0].multiply_adds == 4 * 9 * 36
    assert layers[-1].multiply_adds == math.prod((4, 3, 3)) * 3


def test_settings_replace_the_rows_values():
    config = ModelConfig(filters=((8, 8), (16,)), hidden=(32, 16), dropout=0.25, kernel_size=5)
    layers = plan_layers(config)
    assert [layer.kernel_size for layer in layers if layer.kind == "conv"] == [5, 5, 5]
    assert [layer.dropout for layer in layers if layer.kind == "dropout"] == [0.25, 0.25]
    assert build_model(config)(torch.zeros(1, 1, 28, 28)).shape == (1, 10)


def test_a_picture_too_small_names_the_layer_and_the_size_that_works():
    with pytest.raises(ConfigError, match="pool3") as caught:
        summarize(ModelConfig(image_size=7))
    assert "8" in caught.value.hint


def test_an_unknown_variant_names_the_nearest():
    with pytest.raises(ConfigError, match="tiny-vgg"):
        summarize(ModelConfig(variant="tinyvgg"))
