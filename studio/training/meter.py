"""Means of losses and hits that stay on the device until they are asked for."""

import torch
from torch import Tensor


class Meter:
    """Weighted by pictures; reading is the only moment the device is waited for."""

    def __init__(self, device: str) -> None:
        dtype = torch.float64 if device != "mps" else torch.float32
        self._sums = torch.zeros(2, dtype=dtype, device=device)
        self._loss, self._hits = self._sums
        self._start = self._sums.clone()
        self.images = 0
        self._start_images = 0

    def add(self, loss: Tensor, hits: Tensor, count: int) -> None:
        """Take in a batch's mean loss and hits."""
        self._loss.add_(loss, alpha=count)
        self._hits.add_(hits)
        self.images += count

    def read_recent(self) -> float:
        """Mean loss since the last call; NaN when nothing came."""
        loss = float(self._sums[0] - self._start[0])
        count = self.images - self._start_images
        self._start, self._start_images = self._sums.clone(), self.images
        return loss / count if count else float("nan")

    def read(self) -> tuple[float, float]:
        """Mean loss and accuracy since the beginning."""
        loss, hits = self._sums.tolist()
        return loss / max(self.images, 1), hits / max(self.images, 1)

    def state(self) -> list[float]:
        """For the training state."""
        return [*self._sums.tolist(), *self._start.tolist(), self.images, self._start_images]

    def restore(self, state: list[float]) -> None:
        """Take over what `state` gave."""
        self._sums.copy_(torch.tensor(state[:2], dtype=torch.float64))
        self._start.copy_(torch.tensor(state[2:4], dtype=torch.float64))
        self.images, self._start_images = int(state[4]), int(state[5])
