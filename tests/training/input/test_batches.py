"""The order of pictures, and what a network gets of them."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from studio.config import DataConfig
from studio.data import load_dataset
from studio.training.input.batches import Normalizer, epoch_order, pixel_moments, steps_per_epoch


@given(count=st.integers(1, 300), size=st.integers(1, 64), epoch=st.integers(0, 50))
def test_an_epoch_shows_every_picture_once_and_none_alone(count, size, epoch):
    batches = epoch_order(count, size, seed=3, epoch=epoch)
    assert sorted(torch.cat(batches).tolist()) == list(range(count))
    assert len(batches) == steps_per_epoch(count, size)
    assert count == 1 or size == 1 or all(len(batch) > 1 for batch in batches)


def test_epochs_and_seeds_have_orders_of_their_own():
    orders = {
        tuple(torch.cat(epoch_order(50, 8, seed, epoch)).tolist())
        for seed, epoch in [(0, 0), (0, 1), (1, 0)]
    }
    assert len(orders) == 3


def test_normalised_pixels_have_mean_0_and_deviation_1():
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
