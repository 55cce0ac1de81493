"""A second copy of the network that follows the first one slowly."""

import copy
from typing import Any

import torch
from torch import nn


class Average:
    """An exponential moving average that starts fast, so that early epochs show it.

    Counts its steps on the host, where torch's own AveragedModel waits for the device at each.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network)
        self._decay = decay
        self._seen = 0

    @torch.no_grad()
    def update(self, current: nn.Module) -> None:
        """Take in the weights after one more step; running statistics are taken as they are."""
        # Steps 1 to 9 / (1 - decay) weigh more: x_t += max(1 - decay, 9 / (10 + t)) (w_t - x_t).
        weight = max(1 - self._decay, 9 / (10 + self._seen)) if self._seen else 1.0
        own, others = tuple(self.network.parameters()), tuple(current.parameters())
        torch._foreach_lerp_(own, others, weight)
        for buffer, other in zip(self.network.buffers(), current.buffers(), strict=True):
            buffer.copy_(other)
        self._seen += 1

    def state(self) -> dict[str, Any]:
        """For the training state."""
        return {"seen": self._seen, "network": self.network.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take over what `state` gave. Raises KeyError, RuntimeError if it cannot."""
        self.network.load_state_dict(state["network"])
        self._seen = int(state["seen"])
