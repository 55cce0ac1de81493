"""Dropout."""

import torch
from torch import Tensor, nn

from studio.models.scratch.arguments import refuse


class Dropout(nn.Module):
    """In training each number is 0 with probability `p`, the others are 1 / (1 - p) times larger.

    The expected value stays, so that nothing needs to be done in evaluation.
    N. Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting (2014).
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        refuse("Dropout", p=not 0 <= p < 1, inplace=inplace)
        self.p = p

    def forward(self, values: Tensor) -> Tensor:
        if not self.training:
            return values
        kept = torch.empty_like(values).bernoulli_(1 - self.p)
        return values * kept / (1 - self.p)
