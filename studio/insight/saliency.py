"""Saliency maps: which pixels speak for or against a class."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from studio.inference import Predictor


def saliency_map(
    predictor: "Predictor", image: NDArray[np.uint8], class_index: int
) -> NDArray[np.float32]:
    """Magnitude of input times gradient, float32 [h, w] of 0..1, for a model input uint8 [C, h, w].

    The input is taken relative to a black image, so that the background of drawings counts as 0.
    A. Shrikumar et al., Not Just a Black Box (2016).
    """
    inputs, gradient = predictor.input_gradient(image, class_index)
    magnitude = (inputs * gradient).abs().sum(0).numpy()
    return np.asarray(magnitude / max(float(magnitude.max()), 1e-12), np.float32)
