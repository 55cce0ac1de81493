"""A few pictures changed as a training would, again and again while the settings move. No Qt."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.config import AugmentConfig
from studio.ui.train.data.preview_samples import Pixels

if TYPE_CHECKING:
    from torch import Tensor

LARGEST = 64  # px; more is not seen on a tile, and would take too long to follow a slider

# Changes by so many pixels show less on a picture that was made smaller.
_IN_PIXELS = ("thickness", "blur", "noise")
_EVERYTHING = AugmentConfig(
    rotate=1,
    thickness=1,
    flip_horizontal=True,
    flip_vertical=True,
    brightness=1,
    contrast=0.5,
    blur=1,
    noise=1,
    erase=1,
)


class AugmentPreview:
    """Pictures uint8 [N, C, H, W] under draws of one `seed`, which all settings share.

    So each picture moves smoothly with a slider, and turning on one change shuffles no other.
    Imports torch when it is first asked.
    """

    def __init__(self, batch: Pixels, seed: int = 0) -> None:
        self.batch, self.seed = batch, seed

    def changed(self, config: AugmentConfig) -> Pixels:
        """The pictures as one training step would see them, uint8, at most LARGEST px wide."""
        from studio.data.augment import apply

        factor = self._factor
        less = {name: getattr(config, name) / factor for name in _IN_PIXELS}
        pictures = apply(self._pictures, config.model_copy(update=less), self._draws)
        return pictures.round().clamp(0, 255).byte().numpy()

    @property
    def _factor(self) -> int:
        return -(-max(self.batch.shape[2:]) // LARGEST)

    @cached_property
    def _pictures(self) -> "Tensor":
        import torch
        from torch.nn import functional

        pictures = torch.from_numpy(np.ascontiguousarray(self.batch)).float()
        return functional.avg_pool2d(pictures, self._factor) if self._factor > 1 else pictures

    @cached_property
    def _draws(self) -> dict[str, Any]:
        import torch

        from studio.data.augment import draw

        generator = torch.Generator().manual_seed(self.seed)
        return draw(tuple(self._pictures.shape), _EVERYTHING, generator)
