"""Random augmentation of training batches, with a generator that is saved and restored."""

import torch
from torch import Tensor

from studio.config import AugmentConfig
from studio.data.augment import apply, draw, pack, unpack, weaken
from studio.training.distributed.sharding import Sharding


class Augmentation:
    """Augments images on their device with parameters that are drawn on the CPU before the step.

    So a CUDA graph of the step can read them, and a step that ran out of memory can be repeated.
    """

    def __init__(self, config: AugmentConfig, seed: int, sharding: Sharding) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.strength = 1.0  # 0..1: the fraction of the configured augmentation
        self._config = config
        self._sharding = sharding

    def draw(self, images: Tensor) -> Tensor:
        """Draw the parameters for images [N, C, H, W], packed to be copied to the device once."""
        config = self._config
        if not config.active:
            return torch.empty(0, device=images.device)
        parameters = pack(
            self._sharding.draw(
                lambda shape: weaken(draw(shape, config, self.generator), self.strength),
                tuple(images.shape),
            )
        )
        if images.device.type != "cuda":
            return parameters.to(images.device)
        # Copying from memory that is not pinned would wait for the device.
        return parameters.pin_memory().to(images.device, non_blocking=True)

    @torch.no_grad()
    def apply(self, images: Tensor, parameters: Tensor) -> Tensor:
        """Return the augmented images, float32; unchanged if augmentation is off."""
        config = self._config
        if not config.active:
            return images
        return apply(images, config, unpack(parameters, tuple(images.shape), config))
