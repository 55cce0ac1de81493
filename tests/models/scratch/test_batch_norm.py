"""Batch norm agrees with torch's own in training and evaluation, running statistics included."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from studio.models.scratch import BatchNorm1d, BatchNorm2d
from tests.models.scratch.conftest import assert_alike, gradcheck

LAYERS = [
    (BatchNorm1d, nn.BatchNorm1d, (5, 3)),
    (BatchNorm1d, nn.BatchNorm1d, (2, 3, 7)),
    (BatchNorm2d, nn.BatchNorm2d, (1, 3, 5, 4)),
    (BatchNorm2d, nn.BatchNorm2d, (4, 3, 1, 1)),
]


@pytest.mark.parametrize(("ours", "theirs", "shape"), LAYERS)
def test_running_statistics_follow_batch_by_batch(ours, theirs, shape):
    ours, theirs = ours(3, eps=1e-3, momentum=0.3), theirs(3, eps=1e-3, momentum=0.3)
    for batch in range(4):
        assert_alike(ours, theirs, batch + 2 * torch.randn(shape))
    assert ours.num_batches_tracked == 4
    assert_alike(ours.eval(), theirs.eval(), torch.randn(shape))


@given(
    shape=st.tuples(st.integers(2, 5), st.integers(1, 6), st.integers(1, 9), st.integers(1, 9)),
    training=st.booleans(),
    channels_last=st.booleans(),
)
@settings(max_examples=40)
def test_any_shape(shape, training, channels_last):
    maps = torch.randn(shape)
    if channels_last:
        maps = maps.to(memory_format=torch.channels_last)
    width = shape[1]
    assert_alike(BatchNorm2d(width).train(training), nn.BatchNorm2d(width).train(training), maps)


def test_a_large_mean_costs_no_accuracy():
    """The square of a mean of 1,000 would drown a variance of 1 in float32."""
    maps = BatchNorm2d(2)(1000 + torch.randn(8, 2, 9, 9))
    torch.testing.assert_close(maps.var((0, 2, 3)), torch.ones(2), rtol=1e-2, atol=0)


def test_maps_can_have_any_memory_format():
    maps = torch.randn(6, 5, 4, 3).permute(2, 3, 0, 1)
    assert_alike(BatchNorm2d(3), nn.BatchNorm2d(3), maps)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("layer", "_", "shape"), LAYERS)
def test_gradients_are_the_limits_of_differences(layer, _, shape, training):
    assert gradcheck(layer(3).train(training), *shape)


def test_one_value_per_map_is_too_few_in_training():
    with pytest.raises(ValueError, match="more than one"):
        BatchNorm2d(3)(torch.randn(1, 3, 1, 1))
    BatchNorm2d(3).eval()(torch.randn(1, 3, 1, 1))


@pytest.mark.parametrize(("layer", "shape"), [(BatchNorm1d, (2, 3, 4, 4)), (BatchNorm2d, (2, 3))])
def test_another_number_of_axes_is_an_error(layer, shape):
    with pytest.raises(ValueError, match="axes"):
        layer(3)(torch.randn(shape))


@pytest.mark.parametrize(
    ("option", "value"), [("momentum", None), ("affine", False), ("track_running_stats", False)]
)
def test_unsupported_options_are_refused_by_name(option, value):
    with pytest.raises(ValueError, match=f"BatchNorm2d.*{option}"):
        BatchNorm2d(3, **{option: value})
