"""Maps become one vector a picture."""

from torch import Tensor, nn


class Flatten(nn.Module):
    """[N, C, H, W] becomes [N, C * H * W], the pixels of the first map first."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, values: Tensor) -> Tensor:
        return values.flatten(self.start_dim, self.end_dim)
