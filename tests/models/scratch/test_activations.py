"""The activations agree with torch's own, at zero and far out too."""

import pytest
import torch
from torch import nn

from studio.models import scratch
from tests.models.scratch.conftest import assert_alike, gradcheck

NAMES = ["ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Tanh"]


@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes(name):
    far_out = torch.tensor([0.0, -0.0, 1e-6, 80.0, -80.0, 200.0, -200.0])
    values = torch.cat([3 * torch.randn(300), far_out])
    assert_alike(getattr(scratch, name)(), getattr(nn, name)(), values)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_the_limits_of_differences(name):
    assert gradcheck(getattr(scratch, name)(), 4, 5)


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name):
    assert getattr(scratch, name)()(torch.tensor([float("nan")])).isnan().all()


def test_their_parameters_can_be_set():
    values = torch.randn(50)
    assert_alike(scratch.LeakyReLU(0.2), nn.LeakyReLU(0.2), values)
    assert_alike(scratch.ELU(0.5), nn.ELU(0.5), values)


def test_relu_does_not_change_its_input():
    values = torch.tensor([-1.0])
    assert scratch.ReLU(inplace=True)(values) == 0
    assert values == -1


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        ("LeakyReLU", "inplace", True),
        ("ELU", "inplace", True),
        ("SiLU", "inplace", True),
        ("GELU", "approximate", "tanh"),
    ],
)
def test_unsupported_options_are_refused_by_name(name, option, value):
    with pytest.raises(ValueError, match=f"{name}.*{option}"):
        getattr(scratch, name)(**{option: value})
