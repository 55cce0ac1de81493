"""Random augmentation of image batches on any device; each image has its own random parameters."""

import torch
from torch import Tensor

from studio.config import AugmentConfig
from studio.data.augment.parameters import draw, enabled_fields, pack, unpack, weaken
from studio.data.augment.transforms import TRANSFORMS, Parameters

__all__ = ["Parameters", "apply", "augment", "draw", "pack", "unpack", "weaken"]


def augment(images: Tensor, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Augment images [N, C, H, W] of 0..255; returns float32 of the same shape and range.

    `generator` is a CPU generator, so that the result does not depend on the device of the images.
    No random number is drawn for what `config` turns off.
    """
    return apply(images, config, draw(tuple(images.shape), config, generator))


def apply(images: Tensor, config: AugmentConfig, parameters: Parameters) -> Tensor:
    """Augment images [N, C, H, W] with parameters that cover at least what `config` turns on.

    Pixels from outside the image are 0. Rounding can leave 0..255 by less than 1e-3.
    """
    images, enabled = images.float(), enabled_fields(config)
    for transform in TRANSFORMS:
        if enabled & transform.fields:
            images = transform.apply(images, config, parameters)
    return images
