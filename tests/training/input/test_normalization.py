"""Input normalization by the moments of the data, or by a constant."""

import numpy as np
import pytest
import torch

from studio.config import DataConfig
from studio.data import load_dataset
from studio.training.input.normalization import Normalizer, pixel_moments


def test_normalized_pixels_have_mean_0_and_deviation_1():
    pixels = np.random.default_rng(0).integers(0, 256, (50, 2, 6, 6)).astype(np.uint8)
    mean, std = pixels.mean((0, 2, 3)), pixels.std((0, 2, 3))
    inputs = Normalizer(tuple(mean), tuple(std), "cpu")(torch.from_numpy(pixels))
    assert inputs.dtype == torch.float32
    assert inputs.mean((0, 2, 3)).abs().max() < 1e-5
    assert (inputs.std((0, 2, 3), correction=0) - 1).abs().max() < 1e-5


@pytest.mark.parametrize(("scale", "largest"), [(255, 1.0), (225, 255 / 225)])
def test_unit_divides_pixels_by_the_scale(scale, largest, tmp_path):
    config = DataConfig(source="digits", normalize="unit", scale=scale)
    normalize = Normalizer(*pixel_moments(config, load_dataset(config, tmp_path)), "cpu")
    inputs = normalize(torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1))
    assert inputs.flatten().tolist() == pytest.approx([0.0, largest])
