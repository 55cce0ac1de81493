"""Transformations of samples, against torchvision, scipy and plain numpy."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as reference

from studio.insight.sample_transforms import (
    TRANSFORMS,
    add_noise,
    blur,
    change_brightness,
    change_contrast,
    change_thickness,
    estimate_background,
    find_transform,
    rotate,
    shift,
)


@pytest.fixture(params=[(2, 1, 28, 28), (2, 3, 32, 24)], ids=str)
def images(request):
    """Smooth images, dark at the border."""
    count, channels, rows, columns = request.param
    down, across = np.linspace(-2, 2, rows)[:, None], np.linspace(-2, 2, columns)
    bell = np.exp(-(down**2) - across**2)
    waves = [bell * (1 + np.sin(down * (k + 1) + across)) for k in range(count * channels)]
    return (np.stack(waves) / 2 * 255).astype(np.uint8).reshape(request.param)


def difference(images, others):
    return np.abs(images.astype(float) - np.asarray(others, float)).max()


@pytest.mark.parametrize("degrees", [-30, 7, 90])
def test_rotation_as_in_torchvision(images, degrees):
    theirs = reference.rotate(
        torch.from_numpy(images).float(), degrees, InterpolationMode.BILINEAR
    ).round()
    ours = rotate(images, degrees, np.zeros(images.shape[1], np.uint8))
    assert difference(ours, theirs) <= 1


def test_a_shift_of_whole_pixels_moves_right_and_down(images):
    rows, columns = images.shape[2:]
    moved = shift(images, 2 / columns, 3 / rows, np.full(images.shape[1], 9, np.uint8))
    assert difference(moved[:, :, 3:, 2:], images[:, :, :-3, :-2]) <= 1
    assert (moved[:, :, :3] == 9).all()
    assert (moved[:, :, :, :2] == 9).all()


@pytest.mark.parametrize("background", [0, 255])
@pytest.mark.parametrize("pixels", [-2, -1, 1, 2])
def test_whole_pixels_of_thickness_are_dilations_and_erosions(images, pixels, background):
    grown = ndimage.grey_dilation if (pixels > 0) == (background == 0) else ndimage.grey_erosion
    side = 2 * abs(pixels) + 1
    theirs = grown(images, size=(1, 1, side, side), mode="nearest")
    ours = change_thickness(images, pixels, np.full(images.shape[1], background, np.uint8))
    assert np.array_equal(ours, theirs)


def test_half_a_pixel_of_thickness_lies_in_between(images):
    black = np.zeros(images.shape[1], np.uint8)
    half, whole = (change_thickness(images, pixels, black) for pixels in (0.5, 1))
    assert difference(half, (images.astype(float) + whole) / 2) <= 0.5


@pytest.mark.parametrize("sigma", [0.5, 1.5])
def test_blur_as_in_scipy(images, sigma):
    radius = int(np.ceil(3 * sigma))
    theirs = ndimage.gaussian_filter(
        images.astype(float), (0, 0, sigma, sigma), mode="mirror", radius=(0, 0, radius, radius)
    )
    assert difference(blur(images, sigma), theirs) <= 0.6


@pytest.mark.parametrize("factor", [0.3, 1.7])
def test_contrast_as_in_torchvision(images, factor):
    theirs = reference.adjust_contrast(torch.from_numpy(images).float() / 255, factor) * 255
    assert difference(change_contrast(images, factor), theirs) <= 1


def test_noise_has_its_deviation_and_depends_on_the_seed():
    gray = np.full((4, 1, 64, 64), 128, np.uint8)
    noisy = add_noise(gray, 0.1, seed=3)
    assert noisy.std() == pytest.approx(25.5, rel=0.05)
    assert np.array_equal(noisy, add_noise(gray, 0.1, seed=3))
    assert not np.array_equal(noisy, add_noise(gray, 0.1, seed=4))


def test_brightness_is_added_and_clipped():
    image = np.array([0, 100, 250], np.uint8).reshape(1, 1, 1, 3)
    assert change_brightness(image, 0.2).tolist() == [[[[51, 151, 255]]]]
    assert change_brightness(image, -0.2).tolist() == [[[[0, 49, 199]]]]


def test_the_background_is_that_of_the_borders():
    paper = np.full((3, 3, 9, 9), 250, np.uint8)
    paper[:, 0] = 40
    paper[:, :, 3:6] = 0
    assert estimate_background(paper).tolist() == [40, 250, 250]
    turned = rotate(paper, 45)
    assert turned[0, :, 0, 0].tolist() == [40, 250, 250]


@given(
    transform=st.sampled_from(TRANSFORMS),
    fraction=st.floats(0, 1),
    shape=st.sampled_from([(1, 1, 8, 8), (3, 3, 12, 9), (0, 1, 8, 8)]),
)
@settings(max_examples=60, deadline=None)
def test_every_transformation_keeps_shape_and_leaves_its_input_alone(transform, fraction, shape):
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    original = images.copy()
    images.setflags(write=False)
    value = transform.low + fraction * (transform.high - transform.low)
    background = np.zeros(shape[1], np.uint8)
    changed = transform.apply(images, value, background, 0)
    assert changed.shape == shape
    assert changed.dtype == np.uint8
    assert np.array_equal(images, original)
    assert 0 <= transform.strength(value) <= 1 + 1e-9


@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda transform: transform.key)
def test_the_identity_changes_nothing(images, transform):
    same = transform.apply(images, transform.identity, None, 0)
    assert difference(same, images) <= 1
    assert transform.strength(transform.identity) == 0
    assert transform.strength(transform.high) == 1


def test_a_change_is_described_in_words():
    assert find_transform("rotation").describe(7) == "Rotated by 7° counterclockwise"
    assert find_transform("rotation").describe(-7.25) == "Rotated by 7.25° clockwise"
    assert find_transform("shift_y").describe(-0.07) == "Shifted up by 7 % of its side"
    assert find_transform("thickness").describe(-0.5) == "Strokes 0.5 px thinner"
    assert find_transform("contrast").describe(0.6) == "Contrast × 0.6"
