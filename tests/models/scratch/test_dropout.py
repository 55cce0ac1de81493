"""Dropout keeps the expected value, and does nothing in evaluation."""

import pytest
import torch

from studio.models.scratch import Dropout
from tests.models.scratch.conftest import gradcheck


@pytest.mark.parametrize("p", [0.0, 0.25, 0.5])
def test_a_fraction_is_zero_and_the_others_are_scaled(p):
    values = torch.ones(100_000)
    output = Dropout(p)(values)
    assert (output == 0).float().mean() == pytest.approx(p, abs=0.01)
    torch.testing.assert_close(output[output > 0].unique(), torch.tensor([1 / (1 - p)]))


def test_the_gradient_has_the_mask_of_the_values():
    values = torch.ones(1000, requires_grad=True)
    output = Dropout(0.5)(values)
    output.sum().backward()
    assert torch.equal(values.grad, output.detach())


def test_evaluation_changes_nothing():
    values = torch.randn(10)
    assert torch.equal(Dropout(0.5).eval()(values), values)
    assert gradcheck(Dropout(0.5).eval(), 3, 4)


@pytest.mark.parametrize(("option", "value"), [("p", 1.0), ("p", -0.1), ("inplace", True)])
def test_unsupported_options_are_refused_by_name(option, value):
    with pytest.raises(ValueError, match=f"Dropout.*{option}"):
        Dropout(**{option: value})
