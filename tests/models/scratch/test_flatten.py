"""Flatten keeps torch's order of numbers in every memory layout."""

import torch
from torch import nn

from studio.models.scratch import Flatten
from tests.models.scratch.conftest import assert_alike, gradcheck


def test_the_order_is_torchs():
    maps = torch.randn(2, 3, 4, 5)
    assert_alike(Flatten(), nn.Flatten(), maps)
    assert_alike(Flatten(), nn.Flatten(), maps.to(memory_format=torch.channels_last))
    assert_alike(Flatten(2, 3), nn.Flatten(2, 3), maps)


def test_gradients_are_the_limits_of_differences():
    assert gradcheck(Flatten(), 2, 3, 2, 2)
