"""Dropout."""

import torch
from torch import Tensor, nn

from studio.models.scratch.arguments import reject_unsupported


class Dropout(nn.Module):
    """Set each value to 0 with probability `p` in training and scale the others by 1 / (1 - p).

    The expected value is unchanged, so that evaluation needs no scaling.
    N. Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting (2014).
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        reject_unsupported("Dropout", p=not 0 <= p < 1, inplace=inplace)
        self.p = p

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return values
        kept = torch.empty_like(values).bernoulli_(1 - self.p)
        return values * kept / (1 - self.p)
