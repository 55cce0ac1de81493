"""Activations against forward hooks, gradients against autograd, filters against the weights."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from studio.config import DataConfig, ModelConfig
from studio.errors import Stopped
from studio.inference import Predictor
from studio.insight.activations import (
    compute_activations,
    driving_regions,
    find_scale,
    is_signed,
    measure_strengths,
    rank_strongest,
    reduce_map,
)
from studio.insight.filters import find_filter
from studio.models import build_model, plan_layers
from studio.runs.checkpoints import ModelCard

pytestmark = pytest.mark.numeric

MEAN, STD = 30.0, 60.0
MODELS = {
    "simple": {"filters": ((4,), (6,)), "hidden": (8,)},
    "batch norm": {"filters": ((4, 4), (6,)), "hidden": (8,), "norm": "batch", "in_channels": 3},
    "by hand": {"variant": "mini-vgg-v2", "filters": ((4,), (6,)), "layers": "scratch"},
    "avg and gelu": {
        "filters": ((4,), (6,)),
        "norm": "group",
        "pool": "avg",
        "activation": "gelu",
        "global_pool": True,
    },
}


@dataclass(frozen=True)
class Case:
    """A model with random weights and statistics, and an image for it."""

    model: torch.nn.Module
    predictor: Predictor
    image: np.ndarray

    @property
    def layers(self):
        return plan_layers(self.predictor.card.model)

    def input(self):
        pixels = torch.from_numpy(self.image)[None].float()
        return ((pixels - MEAN) / STD).requires_grad_()


@pytest.fixture(scope="module", params=MODELS)
def case(request):
    values = {"variant": "simple-vgg", "image_size": 18, "in_channels": 1, "num_classes": 3}
    config = ModelConfig(**values | MODELS[request.param])
    torch.manual_seed(0)
    model = build_model(config)
    for buffer_name, buffer in model.named_buffers():
        if "running" in buffer_name:
            buffer.uniform_(0.5, 1.5)
    card = ModelCard(
        recipe="test",
        model=config,
        data=DataConfig(source="digits"),
        class_names=tuple("abc"),
        mean=(MEAN,) * config.in_channels,
        std=(STD,) * config.in_channels,
        drawing="picture",
    )
    image = np.random.default_rng(1).integers(0, 256, (config.in_channels, 18, 18), np.uint8)
    return Case(model, Predictor(model.eval(), card), image)


def hooked_outputs(case):
    """The output of each layer by a forward hook, cloned before the next one may overwrite it."""
    outputs = []
    hooks = [
        layer.register_forward_hook(lambda _m, _i, out: outputs.append(out.detach().clone()))
        for layer in case.model.layers
    ]
    with torch.no_grad():
        case.model(case.input().contiguous(memory_format=torch.channels_last))
    for hook in hooks:
        hook.remove()
    return [output[0].numpy() for output in outputs]


def test_activations_are_those_of_a_forward_hook(case):
    expected = [case.input().detach()[0].numpy(), *hooked_outputs(case)]
    assert len(expected) == len(case.layers) + 1
    for depth, output in enumerate(expected):
        found = compute_activations(case.predictor, case.image, depth)
        assert found.values.dtype == np.float32
        np.testing.assert_allclose(found.values, output, rtol=1e-5, atol=1e-5)
        if output.ndim == 3:
            number, thumbnail = found.strongest[depth]
            assert number == np.argmax(np.maximum(output, 0).max((1, 2)))
            np.testing.assert_allclose(thumbnail, output[number], rtol=1e-5, atol=1e-5)
        if depth and not is_signed(case.layers[:depth]):
            assert output.min() >= 0
    assert set(found.strongest) == {d for d, out in enumerate(expected) if out.ndim == 3}


def test_the_gradient_is_that_of_autograd(case):
    for depth in range(1, len(case.layers) + 1):
        inputs = case.input()
        hidden = inputs
        for layer in list(case.model.layers)[:depth]:
            hidden = layer(hidden.clone())  # the next one may work in place
        channel = hidden.shape[1] - 1
        output = hidden[0, channel]
        strength = torch.relu(output).mean() if output.dim() else output
        (expected,) = torch.autograd.grad(strength, inputs)
        expected = expected[0].numpy() / STD
        found = case.predictor.map_gradient(case.image, depth, channel)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)
        edges = [case.image[:, 0], case.image[:, -1], case.image[..., 0], case.image[..., -1]]
        background = np.floor(np.median(np.concatenate(edges, 1), axis=1))[:, None, None]
        driving = driving_regions(case.predictor, case.image, depth, channel)
        np.testing.assert_allclose(
            driving, (expected * (case.image - background)).sum(0), rtol=1e-3, atol=1e-5
        )


def test_filters_are_the_weights_with_the_largest_norm(case):
    for depth in range(1, len(case.layers) + 1):
        layers = case.layers[:depth]
        found = find_filter(case.predictor, layers, 1, limit=3)
        if layers[-1].kind == "flatten" or layers[-1].name == "norm_flat":
            assert found is None
            continue
        weight = case.model.get_parameter(f"layers.{found.layer}.weight").detach().numpy()[1]
        inputs = next(layer for layer in layers if layer.name == found.layer).in_shape[0]
        if weight.ndim == 1:
            flat = [layer for layer in layers if layer.kind in ("flatten", "linear")]
            before = flat[[layer.name for layer in flat].index(found.layer) - 1]
            weight = weight.reshape(before.in_shape if before.kind == "flatten" else (-1, 1, 1))
        assert found.total == len(weight) == (inputs if found.of_units else found.total)
        norms = np.linalg.norm(weight.reshape(len(weight), -1), axis=1)
        np.testing.assert_array_equal(found.values, weight[found.inputs])
        np.testing.assert_allclose(found.norms, norms[found.inputs], rtol=1e-5)
        if found.layer == "conv1_1":
            assert list(found.inputs) == list(range(min(3, len(weight))))
        else:
            np.testing.assert_allclose(found.norms, np.sort(norms)[::-1][:3], rtol=1e-5)


def test_a_superseded_computation_stops(case):
    with pytest.raises(Stopped):
        compute_activations(case.predictor, case.image, 1, lambda: True)


def test_strengths_order_and_scale():
    maps = np.zeros((3, 2, 2), np.float32)
    maps[0], maps[2, 0, 0], maps[1] = 1, 5, -7
    np.testing.assert_array_equal(measure_strengths(maps), [1, 0, 5])
    assert rank_strongest(measure_strengths(maps)).tolist() == [2, 0, 1]
    assert rank_strongest(np.array([1, 2, 2], np.float32)).tolist() == [1, 2, 0]
    units = np.array([-3, 2], np.float32)
    np.testing.assert_array_equal(measure_strengths(units), units)
    assert (find_scale(maps), find_scale(units), find_scale(0 * maps)) == (7, 3, 1)


def test_one_extreme_map_does_not_fade_the_others():
    maps = np.ones((40, 2, 2), np.float32)
    maps[7] = 1000
    assert find_scale(maps) == 1


def test_large_maps_are_averaged():
    values = np.arange(2 * 6 * 5, dtype=np.float32).reshape(2, 6, 5)
    assert reduce_map(values, 6) is not values
    np.testing.assert_array_equal(reduce_map(values, 6), values)
    expected = values[:, :6, :4].reshape(2, 3, 2, 2, 2).mean((2, 4))
    np.testing.assert_array_equal(reduce_map(values, 3), expected)
