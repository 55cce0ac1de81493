"""Exponential moving average of the weights (EMA)."""

import copy
from typing import Any

import torch
from torch import nn


class WeightAverage:
    """A copy of a model whose weights follow those of the trained model.

    Its weights follow quickly at first, so that early epochs are not dominated by the random
    initial weights. It counts steps on the host, while torch's AveragedModel waits for the device
    in every step.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.model = copy.deepcopy(model)
        self._decay = decay
        self._steps = 0

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Average the weights after a step; copy buffers such as running statistics."""
        # x_t += max(1 - decay, 9 / (10 + t)) (w_t - x_t): the first steps have more weight.
        weight = max(1 - self._decay, 9 / (10 + self._steps)) if self._steps else 1.0
        averages, weights = tuple(self.model.parameters()), tuple(model.parameters())
        torch._foreach_lerp_(averages, weights, weight)
        for average, buffer in zip(self.model.buffers(), model.buffers(), strict=True):
            average.copy_(buffer)
        self._steps += 1

    def state_dict(self) -> dict[str, Any]:
        """Return the average and the number of steps for the training state."""
        return {"seen": self._steps, "network": self.model.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned. Raises KeyError, RuntimeError if it does not fit."""
        self.model.load_state_dict(state["network"])
        self._steps = int(state["seen"])
