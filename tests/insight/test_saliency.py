"""Saliency methods against closed forms, for every kind of model."""

import numpy as np
import pytest
import torch
from torch import nn

from studio.config import DataConfig, ModelConfig
from studio.errors import Stopped
from studio.inference import Predictor
from studio.insight.saliency import (
    GRAD_CAM,
    INPUT_TIMES_GRADIENT,
    INTEGRATED_GRADIENTS,
    METHODS,
    OCCLUSION,
    SaliencyMaps,
    compute_saliency,
)
from studio.insight.saliency.grad_cam import feature_depth
from studio.insight.saliency.gradients import integrated_gradients
from studio.insight.saliency.occlusion import patch_grid
from studio.models import build_model
from studio.runs.checkpoints import ModelCard

pytestmark = pytest.mark.numeric

MEAN, STD = 30.0, 60.0


class Wrapped(nn.Module):
    """A model of given layers."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, images):
        return self.layers(images)


def make_predictor(config, model=None):
    torch.manual_seed(0)
    card = ModelCard(
        recipe="test",
        model=config,
        data=DataConfig(source="digits"),
        class_names=tuple("abc"),
        mean=(MEAN,) * config.in_channels,
        std=(STD,) * config.in_channels,
        drawing="picture",
    )
    return Predictor((model or build_model(config)).eval(), card)


def make_config(**values):
    return ModelConfig(
        **{"variant": "simple-vgg", "image_size": 16, "in_channels": 1, "num_classes": 3} | values
    )


def make_image(channels=1, side=16):
    """Noise in a black border, which makes black the background."""
    image = np.random.default_rng(1).integers(0, 256, (channels, side, side), np.uint8)
    image[:, [0, -1]] = image[:, :, [0, -1]] = 0
    return image


@pytest.fixture(scope="module")
def bundled():
    return Predictor.load("bundled")


@pytest.fixture(scope="module")
def linear():
    """A linear classifier and its weights by the pixels 0..255, [3, 3, 16, 16]."""
    config = make_config(in_channels=3)
    torch.manual_seed(0)
    layer = nn.Linear(3 * 16 * 16, 3)
    predictor = make_predictor(config, Wrapped(nn.Flatten(), layer))
    return predictor, layer.weight.detach().numpy().reshape(3, 3, 16, 16) / STD


@pytest.mark.parametrize("method", [INPUT_TIMES_GRADIENT, INTEGRATED_GRADIENTS])
def test_in_a_linear_model_a_pixel_counts_its_weight_times_its_value(linear, method):
    predictor, weights = linear
    image = make_image(3)
    expected = (weights[[2, 0]] * image).sum(1)
    values = compute_saliency(predictor, image, (2, 0), method).values
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-5)


def test_the_input_is_relative_to_the_background(linear):
    predictor, weights = linear
    image = 255 - make_image(3)
    values = compute_saliency(predictor, image, (1,)).values
    np.testing.assert_allclose(
        values[0], (weights[1] * (image - 255.0)).sum(0), rtol=1e-3, atol=1e-5
    )


def test_occlusion_in_a_linear_model_is_the_mean_of_the_patches(linear):
    predictor, weights = linear
    image = make_image(3)
    shares = (weights[1] * image).sum(0)
    total, count = np.zeros((16, 16)), np.zeros((16, 16))
    for rows, columns in patch_grid(16, 16):
        total[rows, columns] += shares[rows, columns].sum()
        count[rows, columns] += 1
    values = compute_saliency(predictor, image, (1,), OCCLUSION).values
    np.testing.assert_allclose(values[0], total / count, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("side", "patches"), [(1, 1), (8, 64), (28, 625), (64, 3136), (224, 169)])
def test_patches_cover_every_pixel(side, patches):
    grid = patch_grid(side, side)
    covered = np.zeros((side, side), bool)
    for rows, columns in grid:
        covered[rows, columns] = True
    assert covered.all()
    assert len(grid) == patches


def test_grad_cam_before_a_global_average_is_the_class_activation_map():
    """B. Zhou et al., Learning Deep Features for Discriminative Localization (2016)."""
    config = make_config(filters=((4,),), global_pool=True, hidden=())
    torch.manual_seed(0)
    conv, head = nn.Conv2d(1, 4, 3, padding="same"), nn.Linear(4, 3)
    model = Wrapped(conv, nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)
    predictor = make_predictor(config, model)
    image = make_image()
    with torch.no_grad():
        maps = conv((torch.from_numpy(image)[None].float() - MEAN) / STD)
    features, gradients = predictor.feature_gradients(image, (0, 1, 2), 2)
    np.testing.assert_allclose(features, maps.clamp(min=0), rtol=1e-5, atol=1e-6)
    # The weight of a map is its weight in the linear layer, divided by the number of cells.
    np.testing.assert_allclose(
        gradients.mean((2, 3)), head.weight.detach() / 256, rtol=1e-4, atol=1e-7
    )


@pytest.mark.parametrize(
    ("values", "last", "is_activated"),
    [
        ({}, "conv3_1", False),  # convolution, pool, ReLU
        ({"norm": "batch"}, "norm3_1", False),
        ({"pool": "avg"}, "relu3_1", True),
    ],
)
def test_grad_cam_uses_the_maps_before_the_last_pool(values, last, is_activated):
    config = make_config(**values)
    depth, activated = feature_depth(config)
    names = [name for name, _ in build_model(config).layers.named_children()]
    assert (names[depth - 1], activated) == (last, is_activated)


def test_grad_cam_keeps_only_what_speaks_for_a_class(bundled):
    seven = np.zeros((1, 28, 28), np.uint8)
    seven[0, 5:7, 8:20] = seven[0, 7:23, 18:20] = 255
    values = compute_saliency(bundled, seven, range(10), GRAD_CAM).values
    assert values.shape == (10, 28, 28)
    assert values.min() >= 0
    assert values.max() > 0


def test_integrated_gradients_add_up_to_the_difference_of_the_logits(bundled):
    """The axiom of completeness in the paper."""
    drawing = np.zeros((100, 100), np.uint8)
    drawing[20:80, 46:54] = drawing[20:28, 30:54] = 255
    image = bundled.predict_drawing(drawing).network_input
    ends = bundled.logits(np.stack([image, np.zeros_like(image)])).numpy()
    values = integrated_gradients(bundled, image, range(10))
    difference = ends[0] - ends[1]
    # The paper calls up to 5 % of the difference an acceptable error of the integration.
    np.testing.assert_allclose(values.sum((1, 2)), difference, atol=0.02 * abs(difference).max())


def test_input_times_gradient_lies_on_the_strokes(bundled):
    drawing = np.zeros((100, 100), np.uint8)
    drawing[20:80, 46:54] = 255
    image = bundled.predict_drawing(drawing).network_input
    values = compute_saliency(bundled, image, (1,)).values
    assert np.abs(values[0][image[0] == 0]).max() == 0


CONFIGS = {
    "simple": {},
    "hand-written": {"layers": "scratch"},
    "batch norm, color": {"norm": "batch", "in_channels": 3},
    "hand-written with batch norm": {"norm": "batch", "layers": "scratch"},
    "smooth": {"activation": "gelu", "pool": "avg"},
    "global average": {"global_pool": True},
    "blocks": {"filters": ((8, 8), (8,), (8,), (8,), (8, 8)), "image_size": 32, "in_channels": 3},
}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.key)
@pytest.mark.parametrize("values", CONFIGS.values(), ids=CONFIGS)
def test_every_method_works_for_every_model(values, method):
    config = make_config(**values)
    predictor = make_predictor(config)
    image = make_image(config.in_channels, config.image_size)
    before = predictor.predict(image[None])
    progress = []
    maps = compute_saliency(
        predictor, image, (0, 2), method, lambda fraction, _: progress.append(fraction)
    )
    assert maps.values.shape == (2, config.image_size, config.image_size)
    assert np.isfinite(maps.values).all()
    assert np.abs(maps.values).max() > 0
    assert progress[-1] == 1
    assert np.array_equal(predictor.predict(image[None]), before)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.key)
def test_every_method_can_be_stopped(bundled, method):
    with pytest.raises(Stopped):
        compute_saliency(bundled, make_image(side=28), (0,), method, should_stop=lambda: True)


def test_maps_are_shown_on_one_scale():
    values = np.zeros((2, 10, 10), np.float32)
    values[0, 0] = 4
    values[1, 0, :5] = -2
    values[1, 0, 5] = 500
    scaled = SaliencyMaps(values).scaled()
    assert scaled.dtype == np.float32
    assert scaled[0, 0, 0] == 1
    assert scaled[1, 0, 0] == pytest.approx(-0.5)
    assert scaled.max() == 1
    assert SaliencyMaps(np.zeros((1, 4, 4), np.float32)).scaled().max() == 0
