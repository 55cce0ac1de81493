"""Saliency from gradients by the pixels: input times gradient, and integrated gradients."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.callbacks import OnProgress, ShouldStop, ignore_progress, never_stop
from studio.errors import Stopped
from studio.inference import Predictor
from studio.insight.sample_transforms import estimate_background

INTEGRATION_STEPS = 64
_CHUNK_PIXELS = 1 << 18  # of the images whose gradients are computed together


def input_times_gradient(
    predictor: Predictor,
    image: NDArray[np.uint8],
    classes: Sequence[int],
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
) -> NDArray[np.float32]:
    """Return input times gradient, float32 [K, h, w], summed over the channels of `image`.

    The input is taken relative to the background color, so that the background counts as 0.
    A. Shrikumar et al., Not Just a Black Box (2016). Raises Stopped.
    """
    if should_stop():
        raise Stopped
    pixels, baseline = _as_float(image), _baseline(image)
    gradients = predictor.gradients(pixels[None], classes)[:, 0]
    on_progress(1.0, "")
    return _sum_channels(gradients * (pixels - baseline))


def integrated_gradients(
    predictor: Predictor,
    image: NDArray[np.uint8],
    classes: Sequence[int],
    on_progress: OnProgress = ignore_progress,
    should_stop: ShouldStop = never_stop,
    steps: int = INTEGRATION_STEPS,
) -> NDArray[np.float32]:
    """Return integrated gradients, float32 [K, h, w], summed over the channels of `image`.

    The path leads straight from an image of the background color to `image`; its integral is
    approximated at `steps` Gauss-Legendre nodes. The values sum to the difference of the logits of
    both ends. M. Sundararajan et al., Axiomatic Attribution for Deep Networks (2017). Raises
    Stopped.
    """
    pixels, baseline = _as_float(image), _baseline(image)
    nodes, weights = (
        torch.from_numpy(values).float() / 2
        for values in np.polynomial.legendre.leggauss(steps)  # on -1..1
    )
    total = torch.zeros(len(classes), *pixels.shape)
    chunk = max(1, _CHUNK_PIXELS // pixels[0].numel())
    for start in range(0, steps, chunk):
        if should_stop():
            raise Stopped
        part = slice(start, start + chunk)
        path = baseline + (nodes[part] + 0.5).view(-1, 1, 1, 1) * (pixels - baseline)
        gradients = predictor.gradients(path, classes)
        total += (gradients * weights[part].view(-1, 1, 1, 1)).sum(1)
        on_progress(min(1.0, (start + chunk) / steps), "")
    return _sum_channels(total * (pixels - baseline))


def _as_float(image: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(image.astype(np.float32))


def _baseline(image: NDArray[np.uint8]) -> Tensor:
    """The background color as float32 [C, 1, 1]."""
    return _as_float(estimate_background(image[None])).view(-1, 1, 1)


def _sum_channels(maps: Tensor) -> NDArray[np.float32]:
    summed: NDArray[np.float32] = maps.sum(1).numpy()
    return summed
