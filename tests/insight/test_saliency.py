"""Saliency maps of the bundled model."""

import numpy as np
import pytest

from studio.inference import Predictor
from studio.insight.saliency import saliency_map


def test_saliency_lies_on_the_strokes():
    drawing = np.zeros((100, 100), np.uint8)
    drawing[20:80, 46:54] = 255
    bundled = Predictor.load("bundled")
    image = bundled.predict_drawing(drawing).network_input
    saliency = saliency_map(bundled, image, 1)
    assert saliency.shape == (28, 28)
    assert saliency.dtype == np.float32
    assert saliency.max() == pytest.approx(1)
    assert saliency[image[0] == 0].max() == 0
