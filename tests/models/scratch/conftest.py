"""Compare a hand-written layer with torch's: same weights and input, same output and gradients."""

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call


@pytest.fixture(autouse=True)
def seed() -> None:
    """The same numbers in every run."""
    torch.manual_seed(0)


def assert_alike(ours: nn.Module, theirs: nn.Module, values: Tensor) -> None:
    """Output, gradients of input and weights, and every buffer agree to 1e-5.

    Weights are random and handed over as a state dict. For numbers over 1 the tolerance is
    relative to the largest: sums of many terms round in another order.
    """
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.copy_(torch.randn_like(parameter))
    ours.load_state_dict(theirs.state_dict())
    mine, expected = _outcome(ours, values), _outcome(theirs, values)
    assert mine.keys() == expected.keys()
    for name, value in expected.items():
        tolerance = 1e-5 * max(1.0, value.abs().max().item())
        torch.testing.assert_close(
            mine[name], value, rtol=0, atol=tolerance, msg=lambda text, name=name: f"{name}: {text}"
        )


def _outcome(module: nn.Module, values: Tensor) -> dict[str, Tensor]:
    leaf = values.detach().requires_grad_()
    leaf.grad = None
    output = module(leaf)
    # Not the same everywhere: norms have no gradient for that.
    weights = torch.arange(output.numel(), dtype=output.dtype).sin().view(output.shape)
    (output * weights).sum().backward()
    found = {"output": output.detach(), "input": leaf.grad}
    found |= {name: parameter.grad for name, parameter in module.named_parameters()}
    return found | {name: buffer.clone() for name, buffer in module.named_buffers()}


def gradcheck(module: nn.Module, *shape: int) -> bool:
    """Compare first derivatives by input and weights with finite differences in float64.

    Second derivatives are not offered: the backward passes are written for one derivative.
    """
    module = module.double()
    names = [name for name, _ in module.named_parameters()]

    def call(values: Tensor, *weights: Tensor) -> Tensor:
        return functional_call(module, dict(zip(names, weights, strict=True)), (values,))

    values = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    return torch.autograd.gradcheck(call, (values, *module.parameters()))
