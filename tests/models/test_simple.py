"""The Simple VGG as a class."""

import pytest
import torch

import studio.models
from studio.config import ModelConfig
from studio.errors import ConfigError
from studio.models import SimpleVGGModel, build_model


def test_it_is_the_variant_of_that_name():
    ours, variant = SimpleVGGModel(num_classes=10), build_model(ModelConfig())
    assert str(ours.layers) == str(variant.layers)
    ours.load_state_dict(variant.state_dict())
    images = torch.randn(2, 1, 28, 28)
    assert torch.equal(ours.eval()(images), variant.eval()(images))


def test_it_accepts_large_images():
    model = SimpleVGGModel(num_classes=3, image_size=224, in_channels=3, hidden=8)
    assert model(torch.zeros(1, 3, 224, 224)).shape == (1, 3)


def test_its_layers_can_be_configured():
    model = SimpleVGGModel(filters=(4, 8), hidden=16, dropout=0.1)
    assert model.layers.conv2_1.out_channels == 8
    assert model.layers.output.in_features == 16
    assert model.layers.drop1.p == 0.1


def test_too_small_images_are_refused():
    with pytest.raises(ConfigError, match="pool3"):
        SimpleVGGModel(image_size=7)


def test_other_names_are_still_unknown():
    with pytest.raises(AttributeError, match="SimplerVGGModel"):
        _ = studio.models.SimplerVGGModel
