"""Adam for short work that must start at once and hear a cancel.

To make one of torch's optimizer objects takes more than a second the first time in a process,
because it imports a compiler. The function that they call needs none of it.
D. Kingma, J. Ba, Adam: A Method for Stochastic Optimization (2015).
"""

import torch
from torch import Tensor, nn
from torch.optim.adam import adam


class FunctionalAdam:
    """Moves parameters against the gradients of a loss, as `torch.optim.Adam` does."""

    def __init__(self, parameters: list[nn.Parameter]) -> None:
        self._parameters: list[Tensor] = [*parameters]
        self._means = [torch.zeros_like(parameter) for parameter in parameters]
        self._squares = [torch.zeros_like(parameter) for parameter in parameters]
        self._steps = [torch.zeros(()) for _ in parameters]

    def step(self, loss: Tensor, lr: float) -> None:
        """Make a step with this learning rate; the graph of the loss is freed."""
        gradients = torch.autograd.grad(loss, self._parameters)
        with torch.no_grad():
            adam(
                self._parameters,
                list(gradients),
                self._means,
                self._squares,
                [],
                self._steps,
                fused=True,
                amsgrad=False,
                beta1=0.9,
                beta2=0.999,
                lr=lr,
                weight_decay=0.0,
                eps=1e-8,
                maximize=False,
            )
