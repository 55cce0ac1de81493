"""Layer norm and group norm agree with torch's own."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from studio.models.scratch import GroupNorm, LayerNorm
from tests.models.scratch.conftest import assert_alike, gradcheck


@pytest.mark.parametrize(("shape", "axes"), [((4, 9), 1), ((2, 3, 9), 1), ((1, 3, 4, 5), 3)])
def test_layer_norm_over_the_last_axes(shape, axes):
    last = shape[-axes:]
    assert_alike(LayerNorm(last, 1e-3), nn.LayerNorm(last, 1e-3), torch.randn(shape))


def test_layer_norm_takes_one_number_for_one_axis():
    assert_alike(LayerNorm(6), nn.LayerNorm(6), torch.randn(6, 3).t())


@given(
    batch=st.integers(1, 3),
    groups=st.integers(1, 4),
    width=st.integers(1, 3),
    side=st.tuples(st.integers(2, 6), st.integers(2, 6)),
    channels_last=st.booleans(),
)
@settings(max_examples=40)
def test_group_norm_of_any_shape(batch, groups, width, side, channels_last):
    maps = torch.randn(batch, groups * width, *side)
    if channels_last:
        maps = maps.to(memory_format=torch.channels_last)
    assert_alike(GroupNorm(groups, groups * width), nn.GroupNorm(groups, groups * width), maps)


def test_group_norm_of_vectors():
    assert_alike(GroupNorm(2, 8), nn.GroupNorm(2, 8), torch.randn(3, 8))


@pytest.mark.parametrize(
    ("layer", "shape"), [(LayerNorm(5), (3, 5)), (GroupNorm(2, 4), (2, 4, 3, 2))]
)
def test_gradients_are_the_limits_of_differences(layer, shape):
    assert gradcheck(layer, *shape)


@pytest.mark.parametrize(
    ("layer", "arguments", "option", "value"),
    [
        (LayerNorm, (4,), "elementwise_affine", False),
        (LayerNorm, (4,), "bias", False),
        (GroupNorm, (2, 4), "affine", False),
        (GroupNorm, (), "num_groups", 3),
    ],
)
def test_unsupported_options_are_refused_by_name(layer, arguments, option, value):
    options = {option: value} | ({} if arguments else {"num_channels": 4})
    with pytest.raises(ValueError, match=f"{layer.__name__}.*{option}"):
        layer(*arguments, **options)
