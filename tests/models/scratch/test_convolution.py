"""The convolution agrees with torch's own for every shape and layout, and refuses the rest."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from studio.models.scratch import Conv2d
from tests.models.scratch.conftest import assert_alike, gradcheck

KERNELS = [1, 3, 5, 7]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("channels", range(1, 6))
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_every_kernel_for_few_channels(kernel, channels, padding):
    arguments = (channels, 4, kernel, 1, padding)
    assert_alike(Conv2d(*arguments), nn.Conv2d(*arguments), torch.randn(2, channels, 9, 11))


@given(
    batch=st.integers(1, 3),
    channels=st.integers(1, 20),
    filters=st.integers(1, 6),
    kernel=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    spare=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    bias=st.booleans(),
    channels_last=st.booleans(),
)
@settings(max_examples=60)
def test_any_shape(batch, channels, filters, kernel, stride, padding, spare, bias, channels_last):
    arguments = {"stride": stride, "padding": padding, "bias": bias}
    ours = Conv2d(channels, filters, kernel, **arguments)
    theirs = nn.Conv2d(channels, filters, kernel, **arguments)
    images = torch.randn(batch, channels, kernel[0] + spare[0], kernel[1] + spare[1])
    if channels_last:
        images = images.to(memory_format=torch.channels_last)
    assert_alike(ours, theirs, images)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")  # torch's
@pytest.mark.parametrize("kernel", [2, (4, 1), (2, 5)])
def test_same_padding_of_even_kernels(kernel):
    ours, theirs = (layer(3, 2, kernel, padding="same") for layer in (Conv2d, nn.Conv2d))
    assert_alike(ours, theirs, torch.randn(1, 3, 6, 5))


def test_images_and_weights_can_have_any_memory_format():
    ours, theirs = (layer(3, 4, 3, padding=1) for layer in (Conv2d, nn.Conv2d))
    for images in (
        torch.randn(2, 3, 8, 16)[..., ::2],
        torch.randn(8, 8, 2, 3).permute(2, 3, 0, 1),
        torch.randn(2, 1, 8, 8).expand(2, 3, 8, 8).transpose(2, 3),
    ):
        assert not images.is_contiguous()
        assert_alike(ours, theirs, images)
        assert_alike(ours.to(memory_format=torch.channels_last), theirs, images)


@pytest.mark.parametrize(("channels", "stride"), [(1, 1), (4, 2)])
def test_gradients_are_the_limits_of_differences(channels, stride):
    assert gradcheck(Conv2d(channels, 2, 3, stride, padding=1), 2, channels, 6, 5)


def test_it_is_initialized_as_torchs_layer():
    torch.manual_seed(1)
    ours = Conv2d(3, 8, 5).state_dict()
    torch.manual_seed(1)
    torch.testing.assert_close(ours, nn.Conv2d(3, 8, 5).state_dict())


def test_an_image_smaller_than_the_window_is_an_error():
    with pytest.raises(RuntimeError):
        Conv2d(1, 1, 5)(torch.zeros(1, 1, 4, 9))


@pytest.mark.parametrize(
    ("option", "value"), [("dilation", 2), ("groups", 3), ("padding_mode", "reflect")]
)
def test_unsupported_options_are_refused_by_name(option, value):
    with pytest.raises(ValueError, match=f"Conv2d.*{option}"):
        Conv2d(3, 3, 3, **{option: value})


def test_same_padding_needs_stride_one():
    with pytest.raises(ValueError, match="padding"):
        Conv2d(3, 3, 3, stride=2, padding="same")
