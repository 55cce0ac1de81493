"""Transformations of samples of known strength: rotation, shift, thickness, blur, noise, light.

All work on batches of images, uint8 [N, C, H, W], and return as many of the same shape. They are
what the Edit pane offers, what the smallest change is searched among, and what robustness is
measured against. Unlike the augmentations of a training they draw nothing at random but the noise,
whose pattern depends on its seed alone. torch is imported when the first of them runs.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Images = NDArray[np.uint8]
Background = NDArray[np.uint8]

_LUMA = (0.2989, 0.587, 0.114)  # weights of red, green and blue in torchvision
_BLUR_TRUNCATE = 3  # standard deviations
_MID_GRAY = 127.5


def estimate_background(images: Images) -> Background:
    """Return the color, uint8 [C], of the background: the median of all border pixels.

    0 for drawings on black, 255 for scans on white, a middling color for photographs.
    """
    edges = (images[..., 0, :], images[..., -1, :], images[..., 0], images[..., -1])
    border = np.concatenate(edges, axis=-1)
    return np.asarray(np.median(border, axis=(0, 2)), np.uint8)


def rotate(images: Images, degrees: float, background: Background | None = None) -> Images:
    """Rotate counterclockwise around the center, bilinearly; corners get the background color."""
    angle, aspect = math.radians(degrees), images.shape[2] / images.shape[3]
    sine, cosine = math.sin(angle), math.cos(angle)
    # From output to input coordinates, which run -1..1 on both axes.
    matrix = ((cosine, -sine * aspect, 0.0), (sine / aspect, cosine, 0.0))
    return _resample(images, matrix, background)


def shift(
    images: Images, right: float, down: float = 0.0, background: Background | None = None
) -> Images:
    """Shift by fractions of width and height, bilinearly; the gap gets the background color."""
    return _resample(images, ((1.0, 0.0, -2 * right), (0.0, 1.0, -2 * down)), background)


def change_thickness(images: Images, pixels: float, background: Background | None = None) -> Images:
    """Dilate the strokes by a number of pixels, or erode them by a negative number.

    A stroke is what is brighter than a dark background or darker than a bright one. Each whole
    pixel is a maximum or minimum over 3x3; a fraction blends with the next one.
    """
    from studio.data.augment.transforms import max_3x3

    is_dark = _gray(_background(images, background)) < _MID_GRAY
    sign = 1.0 if (pixels > 0) == is_dark else -1.0  # the minimum is -max(-x)
    thickness = abs(pixels)
    values = _as_float(images) * sign
    for _ in range(int(thickness)):
        values = max_3x3(values)
    if rest := thickness % 1:
        values = values.lerp(max_3x3(values), rest)
    return _as_pixels(values * sign)


def blur(images: Images, sigma: float) -> Images:
    """Blur with a Gaussian of `sigma` pixels standard deviation; borders reflect."""
    import torch

    from studio.data.augment.transforms import gaussian_blur

    if not sigma:
        return images.copy()
    radius = math.ceil(_BLUR_TRUNCATE * sigma)
    return _as_pixels(gaussian_blur(_as_float(images), torch.full((len(images),), sigma), radius))


def add_noise(images: Images, deviation: float, seed: int = 0) -> Images:
    """Add Gaussian noise of a standard deviation in 0..1, where 1 is white, to each channel."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    pattern = torch.randn(images.shape, generator=generator)
    return _as_pixels(_as_float(images).add_(pattern, alpha=255 * deviation))


def change_contrast(images: Images, factor: float) -> Images:
    """Scale the distance of every pixel from the image's mean gray, as torchvision does."""
    values = _as_float(images)
    means = values.mean((2, 3))
    gray = (means * means.new_tensor(_luma(images.shape[1]))).sum(1).view(-1, 1, 1, 1)
    return _as_pixels(gray + factor * (values - gray))


def change_brightness(images: Images, amount: float) -> Images:
    """Add a fraction -1..1 of the full brightness to every pixel."""
    return _as_pixels(_as_float(images) + 255 * amount)


@dataclass(frozen=True)
class SampleTransform:
    """A transformation with one parameter, for sliders, searches and sweeps.

    The parameter lies in `low`..`high`; `identity` changes nothing. `apply` takes images, the
    parameter, the background color or None, and the seed of the noise. `describe` says in words
    what was done: “Rotated by 7° counterclockwise”.
    """

    key: str
    title: str
    unit: str
    low: float
    high: float
    step: float
    apply: Callable[[Images, float, Background | None, int], Images]
    describe: Callable[[float], str]
    identity: float = 0.0

    def strength(self, value: float) -> float:
        """Return how far the parameter is from the identity: 0 none, 1 the end of its range."""
        if value == self.identity:
            return 0.0
        end = self.high if value > self.identity else self.low
        return abs(value - self.identity) / abs(end - self.identity)


def _describe_rotation(degrees: float) -> str:
    sense = "counterclockwise" if degrees > 0 else "clockwise"
    return f"Rotated by {abs(degrees):.3g}° {sense}"


def _describe_shift(positive: str, negative: str) -> Callable[[float], str]:
    def describe(fraction: float) -> str:
        direction = positive if fraction > 0 else negative
        return f"Shifted {direction} by {abs(100 * fraction):.3g} % of its side"

    return describe


def _describe_thickness(pixels: float) -> str:
    return f"Strokes {abs(pixels):.3g} px {'thicker' if pixels > 0 else 'thinner'}"


def _describe_brightness(amount: float) -> str:
    return f"{'Brighter' if amount > 0 else 'Darker'} by {abs(100 * amount):.3g} %"


TRANSFORMS: tuple[SampleTransform, ...] = (
    SampleTransform(
        "rotation",
        "Rotation",
        "°",
        -45,
        45,
        1,
        lambda images, value, background, _: rotate(images, value, background),
        _describe_rotation,
    ),
    SampleTransform(
        "shift_x",
        "Shift right",
        "%",
        -0.3,
        0.3,
        0.01,
        lambda images, value, background, _: shift(images, value, 0, background),
        _describe_shift("right", "left"),
    ),
    SampleTransform(
        "shift_y",
        "Shift down",
        "%",
        -0.3,
        0.3,
        0.01,
        lambda images, value, background, _: shift(images, 0, value, background),
        _describe_shift("down", "up"),
    ),
    SampleTransform(
        "thickness",
        "Thickness",
        "px",
        -2,
        2,
        0.1,
        lambda images, value, background, _: change_thickness(images, value, background),
        _describe_thickness,
    ),
    SampleTransform(
        "blur",
        "Blur",
        "px",
        0,
        3,
        0.1,
        lambda images, value, _, __: blur(images, value),
        lambda value: f"Blurred by {value:.3g} px",
    ),
    SampleTransform(
        "noise",
        "Noise",
        "%",
        0,
        0.5,
        0.01,
        lambda images, value, _, seed: add_noise(images, value, seed),
        lambda value: f"With noise of {100 * value:.3g} % added",
    ),
    SampleTransform(
        "contrast",
        "Contrast",
        "×",
        0.2,
        1.8,
        0.02,
        lambda images, value, _, __: change_contrast(images, value),
        lambda value: f"Contrast × {value:.3g}",
        identity=1,
    ),
    SampleTransform(
        "brightness",
        "Brightness",
        "%",
        -0.5,
        0.5,
        0.01,
        lambda images, value, _, __: change_brightness(images, value),
        _describe_brightness,
    ),
)


def find_transform(key: str) -> SampleTransform:
    """Return the transformation of that key. Raises KeyError."""
    return {transform.key: transform for transform in TRANSFORMS}[key]


def _resample(
    images: Images,
    matrix: tuple[tuple[float, float, float], tuple[float, float, float]],
    background: Background | None,
) -> Images:
    """Move pixels by a matrix from output to input coordinates, both -1..1, bilinearly."""
    import torch
    from torch.nn import functional

    from studio.data.augment.geometry import affine_grid

    height, width = images.shape[2:]
    grid = affine_grid(torch.tensor([matrix], dtype=torch.float32), height, width)
    # What comes in from outside is 0, so the background must be 0 meanwhile.
    fill = torch.from_numpy(_background(images, background).astype(np.float32)).view(-1, 1, 1)
    relative = _as_float(images).sub_(fill)
    moved = functional.grid_sample(
        relative, grid.expand(len(images), -1, -1, -1), align_corners=False
    )
    return _as_pixels(moved + fill)


def _background(images: Images, background: Background | None) -> Background:
    return estimate_background(images) if background is None else background


def _gray(color: Background) -> float:
    return float(np.dot(color, _luma(len(color))))


def _luma(channels: int) -> tuple[float, ...]:
    return _LUMA if channels == len(_LUMA) else (1 / channels,) * channels


def _as_float(images: Images) -> "Tensor":
    import torch

    return torch.from_numpy(images.astype(np.float32))


def _as_pixels(values: "Tensor") -> Images:
    import torch

    pixels: Images = values.round_().clamp_(0, 255).to(torch.uint8).numpy()
    return pixels
