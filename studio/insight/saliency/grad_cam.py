"""Grad-CAM: the regions of the last convolutional layer that raise a class."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.config import ModelConfig
from studio.errors import Stopped
from studio.inference import Predictor
from studio.models.backbone import backbone_layers


def grad_cam(
    predictor: Predictor,
    image: NDArray[np.uint8],
    classes: Sequence[int],
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> NDArray[np.float32]:
    """Return maps float32 [K, h, w], at least 0, enlarged to the size of `image`.

    Each feature map A_k of the last convolutional layer is weighted with the mean gradient of the
    logit by it; what is positive of the sum remains. R. Selvaraju et al., Grad-CAM: Visual
    Explanations from Deep Networks via Gradient-based Localization (2017), equations 1 and 2.
    Raises Stopped.
    """
    if should_stop():
        raise Stopped
    count, is_activated = feature_depth(predictor.card.model)
    features, gradients = predictor.feature_gradients(image, classes, count)
    # Activation and max-pool may be swapped in this model: the paper weights activated maps.
    maps = features if is_activated else features.clamp(min=0)
    weights = gradients.mean((2, 3), keepdim=True)
    localized = (weights * maps).sum(1, keepdim=True).clamp(min=0)
    on_progress(1.0, "")
    return _enlarge(localized, image.shape[1:])


def feature_depth(config: ModelConfig) -> tuple[int, bool]:
    """Return how many layers lead to the maps of Grad-CAM, and whether they end activated.

    These are all layers of the blocks before the last pool, which would halve the resolution.
    """
    layers = backbone_layers(config)
    kinds = [layer.kind for layer in layers]
    last_conv = len(kinds) - 1 - kinds[::-1].index("conv")
    count = kinds.index("pool", last_conv) if "pool" in kinds[last_conv:] else len(kinds)
    return count, "activation" in kinds[last_conv:count]


def _enlarge(maps: Tensor, size: tuple[int, ...]) -> NDArray[np.float32]:
    enlarged = functional.interpolate(maps, size, mode="bilinear", align_corners=False)
    values: NDArray[np.float32] = enlarged[:, 0].to(torch.float32).numpy()
    return values
