"""The pools agree with torch's own, equals and overlaps included."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from studio.models.scratch import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from tests.models.scratch.conftest import assert_alike, gradcheck

POOLS = [(MaxPool2d, nn.MaxPool2d), (AvgPool2d, nn.AvgPool2d)]


@pytest.mark.parametrize(("ours", "theirs"), POOLS)
@given(
    batch=st.integers(1, 3),
    channels=st.integers(1, 5),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.none() | st.tuples(st.integers(1, 4), st.integers(1, 4)),
    padded=st.booleans(),
    spare=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    levels=st.sampled_from([2, 1000]),
    channels_last=st.booleans(),
)
@settings(max_examples=60)
def test_any_shape(
    ours, theirs, batch, channels, kernel, stride, padded, spare, levels, channels_last
):
    """With two levels nearly every window has several equal largest numbers."""
    padding = (kernel[0] // 2, kernel[1] // 2) if padded else 0
    shape = (batch, channels, kernel[0] + spare[0], kernel[1] + spare[1])
    maps = torch.randint(levels, shape).float()
    if channels_last:
        maps = maps.to(memory_format=torch.channels_last)
    assert_alike(ours(kernel, stride, padding), theirs(kernel, stride, padding), maps)


@pytest.mark.parametrize(("ours", "theirs"), POOLS)
def test_maps_can_have_any_memory_format(ours, theirs):
    maps = torch.randn(9, 7, 2, 3).permute(2, 3, 0, 1)
    assert not maps.is_contiguous()
    assert_alike(ours(2), theirs(2), maps)


@pytest.mark.parametrize(
    "pool", [MaxPool2d(3, 2, 1), AvgPool2d(3, 2, 1), AdaptiveAvgPool2d((2, 3))]
)
def test_gradients_are_the_limits_of_differences(pool):
    assert gradcheck(pool, 2, 2, 7, 5)


@given(side=st.tuples(*[st.integers(1, 12)] * 2), output=st.tuples(*[st.integers(1, 9)] * 2))
@settings(max_examples=40)
def test_adaptive_means_of_any_map(side, output):
    maps = torch.randn(2, 3, *side)
    assert_alike(AdaptiveAvgPool2d(output), nn.AdaptiveAvgPool2d(output), maps)


@pytest.mark.parametrize("kernel", [1, 2])
def test_a_max_pool_returns_a_new_tensor(kernel):
    maps = torch.ones(1, 1, 2, 2)
    MaxPool2d(kernel)(maps).zero_()
    assert maps.all()


@pytest.mark.parametrize("pool", [MaxPool2d(3), AvgPool2d(3)])
def test_a_map_smaller_than_the_window_is_an_error(pool):
    with pytest.raises(RuntimeError, match="fit"):
        pool(torch.zeros(1, 1, 5, 2))


@pytest.mark.parametrize(
    ("pool", "option", "value"),
    [
        (MaxPool2d, "dilation", 2),
        (MaxPool2d, "return_indices", True),
        (MaxPool2d, "ceil_mode", True),
        (MaxPool2d, "padding", 2),
        (AvgPool2d, "ceil_mode", True),
        (AvgPool2d, "count_include_pad", False),
        (AvgPool2d, "divisor_override", 2),
        (AvgPool2d, "padding", (0, 2)),
    ],
)
def test_unsupported_options_are_refused_by_name(pool, option, value):
    with pytest.raises(ValueError, match=f"{pool.__name__}.*{option}"):
        pool(3, **{option: value})
