"""Each change alone, with known parameters, against torchvision's operations on single images."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional
from torch.testing import assert_close
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2 import functional as reference

from studio.config import AugmentConfig
from studio.data.augment import apply, draw
from studio.data.augment.geometry import affine_grid

BILINEAR = InterpolationMode.BILINEAR
VALUES = (-1.0, -0.35, 0.0, 0.5, 1.0)
SIZES = [(1, 28, 28), (3, 32, 24), (1, 8, 8)]


@pytest.fixture(params=SIZES, ids=str)
def images(request):
    """One smooth image of 0..255 for each draw; smooth, so that a hundredth of a pixel is little.

    It is dark at the edges, so that what comes in from outside fits on.
    """
    channels, rows, columns = request.param
    down, across = torch.linspace(-2, 2, rows)[:, None], torch.linspace(-2, 2, columns)
    bell = (-(down**2) - across**2).exp()
    waves = [bell * (1 + (down * (k + 1) + across).sin()) for k in range(channels)]
    return (torch.stack(waves) / 2 * 255).expand(len(VALUES), -1, -1, -1)


def changed(images, config, **fixed):
    """The images under parameters that are 0, even and in the middle but for those given."""
    parameters = draw(tuple(images.shape), config, torch.Generator().manual_seed(0))
    still = {name: torch.zeros_like(numbers) for name, numbers in parameters.items()}
    return apply(images, config, still | fixed)


def check(ours, images, theirs, tolerance=0.05):
    for image, mine, value in zip(images, ours, VALUES, strict=True):
        assert (mine - theirs(image, value)).abs().max() < tolerance, value


def test_rotation(images):
    ours = changed(images, AugmentConfig(rotate=40), rotate=torch.tensor(VALUES))
    check(ours, images, lambda image, u: reference.rotate(image, 40 * u, BILINEAR))


def affine(image, angle=0.0, scale=1.0, shear=0.0):
    return reference.affine(image, angle, [0, 0], scale, [shear, 0.0], BILINEAR)


def test_shear(images):
    ours = changed(images, AugmentConfig(shear=15), shear=torch.tensor(VALUES))
    check(ours, images, lambda image, u: affine(image, shear=15 * u))


def test_zoom(images):
    ours = changed(images, AugmentConfig(zoom=0.3), zoom=torch.tensor(VALUES))
    check(ours, images, lambda image, u: affine(image, scale=1 + 0.3 * u))


def test_all_of_them_in_one_resampling():
    grid = torch.linspace(-2, 2, 128)
    bumps = (1 + (grid[:, None] * 2 + grid).sin()) * (-5 * (grid[:, None] ** 2 + grid**2)).exp()
    image = bumps.expand(1, 1, -1, -1) / 2 * 255
    names = ("rotate", "shear", "zoom", "across", "flip_horizontal")
    config = AugmentConfig(rotate=30, shear=10, zoom=0.2, shift=0.125, flip_horizontal=True)
    ours = changed(image, config, **dict.fromkeys(names, torch.ones(1)))
    shifted = reference.affine(image, 0, [-16, 0], 1.0, [0.0, 0.0])
    turned = reference.rotate(affine(shifted.flip(3), scale=1.2), 30, BILINEAR)
    assert (ours - affine(turned, shear=10)).abs().max() < 1  # four resamplings to our one


def test_a_shift_of_whole_pixels(images):
    rows, columns = images.shape[2:]
    config = AugmentConfig(shift=0.25)
    ours = changed(images, config, across=torch.ones(5), down=-torch.ones(5))
    far = [-columns // 4, rows // 4]
    check(ours, images, lambda image, u: reference.affine(image, 0, far, 1, [0.0, 0.0]))


def test_flips(images):
    chance = torch.tensor([0.0, 0.49, 0.5, 0.75, 0.99])
    turned = chance >= 0.5
    ours = changed(images, AugmentConfig(flip_horizontal=True), flip_horizontal=chance)
    wanted = torch.where(turned.view(-1, 1, 1, 1), reference.horizontal_flip(images), images)
    assert torch.allclose(ours, wanted, atol=0.01)
    ours = changed(images, AugmentConfig(flip_vertical=True), flip_vertical=chance)
    wanted = torch.where(turned.view(-1, 1, 1, 1), reference.vertical_flip(images), images)
    assert torch.allclose(ours, wanted, atol=0.01)


def test_half_of_the_images_are_flipped():
    config = AugmentConfig(flip_horizontal=True, flip_vertical=True)
    parameters = draw((10_000, 1, 8, 8), config, torch.Generator().manual_seed(0))
    for name in ("flip_horizontal", "flip_vertical"):
        assert abs(float((parameters[name] < 0.5).float().mean()) - 0.5) < 0.02


def test_brightness(images):
    ours = changed(images, AugmentConfig(brightness=0.8), brightness=torch.tensor(VALUES))
    check(ours / 255, images, lambda p, u: reference.adjust_brightness(p / 255, 1 + 0.8 * u), 1e-5)
    assert ours.max() == 255


def test_contrast(images):
    ours = changed(images, AugmentConfig(contrast=0.8), contrast=torch.tensor(VALUES))
    check(ours / 255, images, lambda p, u: reference.adjust_contrast(p / 255, 1 + 0.8 * u), 1e-5)
    assert ours.min() == 0


def test_brightness_and_contrast_in_one_pass(images):
    config = AugmentConfig(brightness=0.4, contrast=0.4)
    fixed = {"brightness": -torch.tensor(VALUES).abs(), "contrast": -torch.tensor(VALUES).abs()}

    def both(image, u):  # nothing is clamped on the way
        darker = reference.adjust_brightness(image / 255, 1 - 0.4 * abs(u))
        return reference.adjust_contrast(darker, 1 - 0.4 * abs(u))

    check(changed(images, config, **fixed) / 255, images, both, 1e-5)


@pytest.mark.parametrize("widest", [0.6, 2.0, 5.0])
def test_blur(images, widest):
    sharp = torch.randint(0, 256, images.shape, generator=torch.Generator().manual_seed(0)).float()
    share = torch.tensor(VALUES).abs()
    ours = changed(sharp, AugmentConfig(blur=widest), blur=share)
    sizes = [
        2 * min(round(3 * widest + 0.49), size - 1) + 1 for size in (sharp.shape[3], sharp.shape[2])
    ]

    def theirs(image, u):
        return reference.gaussian_blur(image, sizes, [abs(u) * widest] * 2) if u else image

    check(ours, sharp, theirs, 1e-3)


def test_noise_is_normal_and_as_wide_as_drawn():
    grey = torch.full((4, 3, 64, 64), 128.0)
    config = AugmentConfig(noise=0.1)
    parameters = draw(tuple(grey.shape), config, torch.Generator().manual_seed(0))
    parameters["noise"] = torch.tensor([0.0, 0.25, 0.5, 1.0])
    noise = apply(grey, config, parameters) - grey
    assert torch.equal(noise[0], torch.zeros(3, 64, 64))
    for image, wanted in zip(noise[1:], (0.025, 0.05, 0.1), strict=True):
        assert image.std() / 255 == pytest.approx(wanted, rel=0.05)
        assert abs(image.mean()) < 1
    assert not torch.equal(noise[3, 0], noise[3, 1])


def test_erasing_is_torchvisions_with_the_mean_of_the_image(images):
    where = torch.tensor([[0.1, 0.3, 0.5, 0.2, 0.8]]).repeat(5, 1)
    where[:, 1] = torch.tensor([0.0, 0.2, 0.5, 0.7, 1.0])
    ours = changed(images, AugmentConfig(erase=0.5), erase=where)
    for image, mine in zip(images, ours, strict=True):
        hidden = (mine != image).any(0)
        rows, columns = hidden.any(1).nonzero(), hidden.any(0).nonzero()
        top, left = int(rows.min()), int(columns.min())
        height, width = int(rows.max()) + 1 - top, int(columns.max()) + 1 - left
        mean = image.mean((1, 2), keepdim=True)
        assert torch.allclose(mine, reference.erase(image, top, left, height, width, mean))


def test_erased_rectangles_follow_the_paper():
    ramp = torch.arange(10_000.0).view(1, 1, 100, 100).expand(400, -1, -1, -1) / 10_000 * 255
    config = AugmentConfig(erase=0.5)
    parameters = draw(tuple(ramp.shape), config, torch.Generator().manual_seed(0))
    hidden = apply(ramp, config, parameters) == ramp.mean((2, 3), keepdim=True)
    shares = hidden.float().mean((1, 2, 3))
    assert 0.4 < (shares > 0).float().mean() < 0.6
    assert shares[shares > 0].min() > 0.015
    assert 0.35 < shares.max() < 0.41
    heights, widths = hidden.any(3).sum((1, 2)), hidden.any(2).sum((1, 2))
    proportions = (heights / widths)[shares > 0].log()
    assert abs(proportions.mean()) < 0.15
    assert proportions.abs().max() < 1.3


def test_thickness_is_the_three_by_three_maximum_and_half_the_minimum(images):
    parameters = torch.tensor(VALUES)
    ours = changed(images, AugmentConfig(thickness=0.8), thickness=parameters)
    grown = torch.nn.functional.max_pool2d(images, 3, stride=1, padding=1)
    worn = -torch.nn.functional.max_pool2d(-images, 3, stride=1, padding=1)
    for k, value in enumerate(VALUES):
        towards, share = (grown, 0.8 * value) if value > 0 else (worn, -0.4 * value)
        assert torch.allclose(ours[k], torch.lerp(images[k], towards[k], share), atol=1e-3)


@settings(max_examples=40)
@given(
    values=st.lists(st.floats(-4, 4, width=32), min_size=12, max_size=12),
    rows=st.integers(1, 40),
    columns=st.integers(1, 40),
)
def test_the_affine_grid_equals_torchs(values, rows, columns):
    maps = torch.tensor(values).view(2, 2, 3)
    expected = functional.affine_grid(maps, [2, 1, rows, columns], align_corners=False)
    assert_close(affine_grid(maps, rows, columns), expected, rtol=0, atol=1e-5)
