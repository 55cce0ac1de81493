"""The plan: figures computed by hand, and the smallest image of each model."""

import math
from typing import get_args

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.config import Activation, ModelConfig
from studio.errors import ConfigError
from studio.models import VARIANTS, build_model, plan_layers, smallest_size, summarize

sides = st.integers(1, 4)
blocks = st.integers(1, 4).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "filters": st.just(((2,),) * n),
            "pool_size": st.tuples(*[sides] * n),
            "pool_stride": st.none() | st.tuples(*[sides] * n),
            "pool": st.sampled_from(["max", "avg"]),
        }
    )
)


def test_multiply_adds_by_hand():
    layers = plan_layers(ModelConfig(filters=((4,),), hidden=(), image_size=6, num_classes=3))
    assert layers[0].multiply_adds == 4 * 9 * 36
    assert layers[-1].multiply_adds == math.prod((4, 3, 3)) * 3


def test_a_convolution_without_bias_has_none():
    first = plan_layers(ModelConfig(conv_bias=False))[0]
    assert first.parameters == 32 * 9
    assert build_model(ModelConfig(conv_bias=False)).layers.conv1_1.bias is None


@pytest.mark.parametrize("activation", get_args(Activation))
@pytest.mark.parametrize("pool", ["max", "avg"])
def test_the_activation_is_that_of_every_pixel_whatever_the_order(activation, pool):
    torch.manual_seed(0)
    model = build_model(ModelConfig(filters=((4,),), activation=activation, pool=pool)).eval()
    layers = dict(model.layers.named_children())
    images = torch.randn(2, 1, 28, 28)
    activated = layers[f"{activation}1_1"](layers["conv1_1"](images))
    wanted = layers["pool1"](activated)
    until = list(layers).index("flatten")
    assert torch.equal(model.layers[:until](images), wanted)


@settings(max_examples=40)
@given(blocks)
def test_the_smallest_size_works_and_one_less_is_refused(changes):
    config = ModelConfig(hidden=(), **changes)
    size = smallest_size(config)
    fits = config.model_copy(update={"image_size": size})
    assert build_model(fits).eval()(torch.zeros(1, 1, size, size)).shape == (1, 10)
    if size > 1:
        with pytest.raises(ConfigError, match="“pool") as caught:
            build_model(config.model_copy(update={"image_size": size - 1}))
        assert f"at least {size} pixels" in caught.value.hint


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_variant_refuses_one_pixel_less_than_its_smallest(variant):
    size = smallest_size(ModelConfig(variant=variant))
    summarize(ModelConfig(variant=variant, image_size=size))
    with pytest.raises(ConfigError, match=f"at least {size} pixels"):
        summarize(ModelConfig(variant=variant, image_size=size - 1))


def test_an_image_too_small_names_the_layer_and_the_size_that_works():
    with pytest.raises(ConfigError, match="pool3") as caught:
        summarize(ModelConfig(image_size=7))
    assert "8" in caught.value.hint


def test_the_smallest_images_by_hand():
    assert smallest_size(ModelConfig(variant="vgg16")) == 32
    assert smallest_size(ModelConfig(variant="mini-vgg-v2")) == 6
    # 1 <- 3 <- 7 <- 15 by (side - 1) * 2 + 3
    assert smallest_size(ModelConfig(pool_size=3, pool_stride=2)) == 15
