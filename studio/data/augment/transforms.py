"""The augmentations: their random parameters, the functions that apply them, and two tables.

To add one: a setting in AugmentConfig, and here a function, a row at the end of `PARAMETERS` and a
row in `TRANSFORMS`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from studio.config import AugmentConfig
from studio.data.augment.geometry import transform_geometry

Parameters = Mapping[str, Tensor]

_LUMA = (0.2989, 0.587, 0.114)  # weights of red, green and blue in torchvision

_BLUR_TRUNCATE = 3  # standard deviations; 0.3 % of a Gaussian lies beyond
_SMALLEST_SIGMA = 1e-3  # px; here the weight of every neighbor is 0 already

# Zhong et al., Random Erasing Data Augmentation (2017): area and aspect ratio of the rectangle.
_ERASED_AREA = (0.02, 0.4)
_ERASED_ASPECT = (0.3, 1 / 0.3)


@dataclass(frozen=True)
class Parameter:
    """A random number, or several, for each image of a batch.

    It is drawn when any of the settings `fields` is on: `uniform` in 0..1, `symmetric` in -1..1,
    `normal` with mean 0 and deviation 1. Its shape is [N], or [N, count] with a `count`, or that
    of the images, [N, C, H, W], if it is `per_pixel`. A weaker augmentation has smaller amounts;
    a `chance`, whose first number is compared with a threshold, is met more rarely.
    """

    name: str
    fields: frozenset[str]
    distribution: Literal["uniform", "symmetric", "normal"] = "uniform"
    count: int | None = None
    per_pixel: bool = False
    chance: bool = False

    def shape(self, images_shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape for a batch of images of shape (N, C, H, W)."""
        if self.per_pixel:
            return images_shape
        return images_shape[:1] if self.count is None else (images_shape[0], self.count)


@dataclass(frozen=True)
class Transform:
    """A function that augments images [N, C, H, W] of 0..255 when any of `fields` is on."""

    fields: frozenset[str]
    apply: Callable[[Tensor, AugmentConfig, Parameters], Tensor]


def change_thickness(images: Tensor, config: AugmentConfig, parameters: Parameters) -> Tensor:
    """Grow bright strokes towards their 3x3 maximum, or thin them half as far to the minimum.

    Half, because a whole step would remove a stroke of two pixels.
    """
    amount = (parameters["thickness"] * config.thickness).to(images.device).view(-1, 1, 1, 1)
    sign = torch.where(amount > 0, 1.0, -1.0)
    target = max_3x3(images * sign).mul_(sign)  # the minimum is -max(-x)
    return torch.lerp(images, target, torch.where(amount > 0, amount, -amount / 2))


def max_3x3(images: Tensor) -> Tensor:
    """Return the 3x3 maximum, one axis at a time: on a CPU ten times as fast as max_pool2d."""
    padded = functional.pad(images, (1, 1, 1, 1), value=-torch.inf)
    rows = torch.maximum(torch.maximum(padded[..., :-2], padded[..., 1:-1]), padded[..., 2:])
    above, middle, below = rows[..., :-2, :], rows[..., 1:-1, :], rows[..., 2:, :]
    return torch.maximum(torch.maximum(above, middle), below)


def blur(images: Tensor, config: AugmentConfig, parameters: Parameters) -> Tensor:
    """Blur each image with a Gaussian of up to `config.blur` pixels standard deviation."""
    radius = math.ceil(_BLUR_TRUNCATE * config.blur)
    return gaussian_blur(images, parameters["blur"] * config.blur, radius)


def gaussian_blur(images: Tensor, sigma: Tensor, radius: int) -> Tensor:
    """Blur images [N, C, H, W] with Gaussians of `sigma` [N] pixels, cut off beyond `radius`.

    Borders reflect, as in torchvision's `gaussian_blur`. A sum of shifted copies for each axis was
    faster than a grouped convolution or a matrix product.
    """
    for axis in (3, 2):
        weights = _gaussian(sigma, min(radius, images.shape[axis] - 1))
        images = _convolve(images, weights.to(images.device), axis)
    return images


def _gaussian(sigma: Tensor, radius: int) -> Tensor:
    """Weights [2 * radius + 1, N, 1, 1, 1] that sum to 1 for each image."""
    offsets = torch.arange(-radius, radius + 1, device=sigma.device).unsqueeze(1)
    weights = (-0.5 * (offsets / sigma.clamp_min(_SMALLEST_SIGMA)) ** 2).exp()
    return (weights / weights.sum(0)).view(len(offsets), -1, 1, 1, 1)


def _convolve(images: Tensor, weights: Tensor, axis: int) -> Tensor:
    """The sum of the images shifted along `axis`, each times its weight."""
    size, radius = images.shape[axis], len(weights) // 2
    margins = (radius, radius, 0, 0) if axis == 3 else (0, 0, radius, radius)
    padded = functional.pad(images, margins, mode="reflect")
    total = padded.narrow(axis, 0, size) * weights[0]
    for offset in range(1, len(weights)):
        total.addcmul_(padded.narrow(axis, offset, size), weights[offset])
    return total


def adjust_color(images: Tensor, config: AugmentConfig, parameters: Parameters) -> Tensor:
    """Change brightness and contrast, add noise, then clamp once.

    The factor of brightness or contrast is 1 plus the parameter times the setting, and means what
    it does in torchvision's `adjust_brightness` and `adjust_contrast`.
    """
    if config.brightness or config.contrast:
        images = _scale_light(images, config, parameters)
    if config.noise:
        deviation = (parameters["noise"] * (255 * config.noise)).to(images.device)
        grain = parameters["grain"].to(images.device)
        images = torch.addcmul(images, grain, deviation.view(-1, 1, 1, 1))
    return images.clamp(0, 255)


def _scale_light(images: Tensor, config: AugmentConfig, parameters: Parameters) -> Tensor:
    """Apply brightness and contrast together, as one factor and one offset for each image."""
    factor, offset = images.new_ones(len(images)), images.new_zeros(len(images))
    if config.brightness:
        factor = 1 + parameters["brightness"].to(images.device) * config.brightness
    if config.contrast:
        contrast = 1 + parameters["contrast"].to(images.device) * config.contrast
        offset = factor * (1 - contrast) * _mean_luma(images)
        factor = factor * contrast
    return torch.addcmul(offset.view(-1, 1, 1, 1), images, factor.view(-1, 1, 1, 1))


def _mean_luma(images: Tensor) -> Tensor:
    """The mean [N] of each image as grey."""
    means = images.mean((2, 3))
    if means.shape[1] == len(_LUMA):
        red, green, blue = means.unbind(1)
        return red * _LUMA[0] + green * _LUMA[1] + blue * _LUMA[2]
    return means.mean(1)


def erase(images: Tensor, config: AugmentConfig, parameters: Parameters) -> Tensor:
    """Fill a rectangle of the fraction `config.erase` of the images with their mean color.

    The parameter [N, 5] holds whether to erase, area, aspect ratio, top and left, each in 0..1. Of
    the fills in the paper the mean disturbs drawings and photographs least.
    """
    uniform = parameters["erase"]
    image_height, image_width = images.shape[2:]
    top, left, height, width = _rectangles(uniform, image_height, image_width).to(images.device)
    height = torch.where(uniform[:, 0].to(images.device) < config.erase, height, 0)
    erased_rows = _is_within(top, height, image_height).unsqueeze(2)
    erased = erased_rows & _is_within(left, width, image_width).unsqueeze(1)
    return torch.where(erased.unsqueeze(1), images.mean((2, 3), keepdim=True), images)


def _rectangles(uniform: Tensor, image_height: int, image_width: int) -> Tensor:
    """Top, left, height and width [4, N] in whole pixels.

    A side longer than the image is cut to it; the paper would draw again.
    """
    _, area, aspect, vertical, horizontal = uniform.unbind(1)
    smallest, largest = _ERASED_AREA
    area = (smallest + area * (largest - smallest)) * image_height * image_width
    low, high = (math.log(value) for value in _ERASED_ASPECT)
    aspect = (low + aspect * (high - low)).exp()  # as many upright as lying rectangles
    height = (area * aspect).sqrt().round().clamp(1, image_height)
    width = (area / aspect).sqrt().round().clamp(1, image_width)
    top = (vertical * (image_height - height)).round()
    left = (horizontal * (image_width - width)).round()
    return torch.stack((top, left, height, width))


def _is_within(start: Tensor, length: Tensor, size: int) -> Tensor:
    """Whether each of `size` positions lies in `start` .. `start + length`, bool [N, size]."""
    positions = torch.arange(size, device=start.device)
    return (positions >= start.unsqueeze(1)) & (positions < (start + length).unsqueeze(1))


# Settings applied in one resampling, and those applied in one pass over the pixels.
_GEOMETRY = frozenset({"rotate", "shear", "zoom", "shift", "flip_horizontal", "flip_vertical"})
_COLOR = frozenset({"brightness", "contrast", "noise"})

# In the order in which they are drawn. Append new ones: another order would change the results of
# every recipe that uses augmentation.
PARAMETERS = (
    Parameter("rotate", _GEOMETRY, "symmetric"),
    Parameter("shear", _GEOMETRY, "symmetric"),
    Parameter("zoom", _GEOMETRY, "symmetric"),
    Parameter("across", _GEOMETRY, "symmetric"),
    Parameter("down", _GEOMETRY, "symmetric"),
    Parameter("flip_horizontal", frozenset({"flip_horizontal"}), chance=True),
    Parameter("thickness", frozenset({"thickness"}), "symmetric"),
    Parameter("flip_vertical", frozenset({"flip_vertical"}), chance=True),
    Parameter("blur", frozenset({"blur"})),
    Parameter("brightness", frozenset({"brightness"}), "symmetric"),
    Parameter("contrast", frozenset({"contrast"}), "symmetric"),
    Parameter("noise", frozenset({"noise"})),
    Parameter("grain", frozenset({"noise"}), "normal", per_pixel=True),
    Parameter("erase", frozenset({"erase"}), count=5, chance=True),
)

# In the order in which a photograph comes about: the object moves, the lens blurs it, the sensor
# adds light and noise, and something may hide part of it.
TRANSFORMS = (
    Transform(_GEOMETRY, transform_geometry),
    Transform(frozenset({"thickness"}), change_thickness),
    Transform(frozenset({"blur"}), blur),
    Transform(_COLOR, adjust_color),
    Transform(frozenset({"erase"}), erase),
)
