"""Mixup: each training image and its label are blended with another one of the batch."""

from typing import Final

import numpy as np
import torch
from torch import Tensor

from studio.training.distributed.sharding import Sharding

_LARGEST_SEED: Final = 2**63 - 1


class Mixup:
    """Draws partners and a weight on the CPU before the step, as `Augmentation` does.

    H. Zhang et al., mixup: Beyond Empirical Risk Minimization, 2018. As in their code, a batch has
    one weight, drawn from Beta(alpha, alpha), and each image a partner from a permutation of the
    batch. The weight is that of the image itself, and at least 0.5: a pair of weights (1 - w, w) is
    the pair (w, 1 - w) of the inverse permutation, which is as likely, so that batches have the
    same distribution as without this limit, and the label of an image is the one that prevails.
    """

    def __init__(self, alpha: float, seed: int, sharding: Sharding) -> None:
        """`alpha` is 0 to turn it off; then nothing is drawn."""
        self.generator = torch.Generator().manual_seed(seed)
        self._alpha = alpha
        self._sharding = sharding

    def draw(self, labels: Tensor) -> tuple[Tensor, ...]:
        """Draw for labels [N]: partners int64 [N] in the batch of all processes, and the weight.

        Both are on the device of the labels; nothing is returned if mixup is off.
        """
        if not self._alpha:
            return ()
        # torch has no beta distribution with a generator of its own.
        seed = int(torch.randint(_LARGEST_SEED, (), generator=self.generator))
        rng = np.random.default_rng(seed)
        weight = rng.beta(self._alpha, self._alpha)
        permutation = torch.from_numpy(rng.permutation(self._sharding.batch_size(len(labels))))
        drawn = self._sharding.select(permutation), torch.tensor(max(weight, 1 - weight)).float()
        if labels.device.type != "cuda":
            return tuple(values.to(labels.device) for values in drawn)
        # Copying from memory that is not pinned would wait for the device.
        return tuple(values.pin_memory().to(labels.device, non_blocking=True) for values in drawn)

    @torch.no_grad()
    def apply(
        self, inputs: Tensor, labels: Tensor, partners: Tensor, weight: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return the blended inputs [N, ...], float32, and the labels [N] of the partners.

        Images are blended before the normalization, which is linear: the result is the same.
        """
        inputs = inputs.float()
        others = self._sharding.gather(inputs)[partners]
        return torch.lerp(others, inputs, weight), self._sharding.gather(labels)[partners]
