"""Augment a few samples as a training would, while the settings change. No Qt here."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.config import AugmentConfig

if TYPE_CHECKING:
    from torch import Tensor

Pixels = NDArray[np.uint8]

MAX_SIDE = 64  # px; a tile shows no more, and larger images could not follow a slider

# These act on single pixels: on an image that was shrunk by a factor they are divided by it.
_IN_PIXELS = ("thickness", "blur", "noise")
_ALL_ENABLED = AugmentConfig(
    **{
        name: True if isinstance(info.default, bool) else 0.5
        for name, info in AugmentConfig.model_fields.items()
    }
)


class AugmentPreview:
    """Images uint8 [N, C, H, W] under the random parameters of one `seed`.

    The parameters cover all augmentations, so that each image follows a slider smoothly and turning
    one augmentation on does not change another. Imports torch when it is first used.
    """

    def __init__(self, batch: Pixels, seed: int = 0) -> None:
        self.batch, self.seed = batch, seed

    def augment(self, config: AugmentConfig) -> Pixels:
        """Return the augmented images, uint8, at most MAX_SIDE pixels wide."""
        from studio.data.augment import apply

        scaled = {name: getattr(config, name) / self._factor for name in _IN_PIXELS}
        images = apply(self._images, config.model_copy(update=scaled), self._parameters)
        return images.round().clamp(0, 255).byte().numpy()

    @property
    def _factor(self) -> int:
        return -(-max(self.batch.shape[2:]) // MAX_SIDE)

    @cached_property
    def _images(self) -> "Tensor":
        import torch
        from torch.nn import functional

        images = torch.from_numpy(np.ascontiguousarray(self.batch)).float()
        return functional.avg_pool2d(images, self._factor) if self._factor > 1 else images

    @cached_property
    def _parameters(self) -> dict[str, Any]:
        import torch

        from studio.data.augment import draw

        generator = torch.Generator().manual_seed(self.seed)
        return draw(tuple(self._images.shape), _ALL_ENABLED, generator)
