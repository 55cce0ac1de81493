"""The layers of a pretrained model that are not trained."""

import torch
from torch import Tensor, nn

from studio.config import TrainConfig
from studio.training.backend.compute_settings import autocast
from studio.training.input.normalization import Normalizer


def uses_cached_features(config: TrainConfig) -> bool:
    """Whether only the head is trained: then features are computed once for all epochs."""
    return bool(config.model.backbone) and not config.model.unfrozen


class FrozenBackbone:
    """Normalizes images of 0..255 [N, C, H, W] and applies the frozen layers, without gradients.

    Without a pretrained model there are no frozen layers.
    """

    def __init__(
        self, layers: nn.Sequential, normalize: Normalizer, precision: torch.dtype
    ) -> None:
        self.layers = layers.requires_grad_(False)
        self.normalize = normalize
        self.precision = precision

    def eval(self) -> None:
        """Use the running statistics of batch norm, and do not update them."""
        self.layers.eval()

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Tensor:
        inputs = self.normalize(images)
        with autocast(inputs.device.type, self.precision):
            features: Tensor = self.layers(inputs)
        return features
