"""The fully connected layer agrees with torch's own."""

import pytest
import torch
from torch import nn

from studio.models.scratch import Linear
from tests.models.scratch.conftest import assert_alike, gradcheck


@pytest.mark.parametrize("shape", [(1, 7), (5, 7), (2, 3, 7), (7,)])
@pytest.mark.parametrize("bias", [True, False])
def test_any_number_of_axes(shape, bias):
    assert_alike(Linear(7, 4, bias), nn.Linear(7, 4, bias), torch.randn(shape))


def test_values_can_have_any_memory_format():
    assert_alike(Linear(7, 4), nn.Linear(7, 4), torch.randn(7, 3).t())


def test_gradients_are_the_limits_of_differences():
    assert gradcheck(Linear(5, 3), 4, 5)


def test_it_is_initialized_as_torchs_layer():
    torch.manual_seed(1)
    ours = Linear(9, 4).state_dict()
    torch.manual_seed(1)
    torch.testing.assert_close(ours, nn.Linear(9, 4).state_dict())
