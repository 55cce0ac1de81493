"""Augmentation: each change alone against torchvision or by hand, and its chance."""

import math

import pytest
import torch
from torchvision.transforms import functional as reference

from studio.config import AugmentConfig
from studio.data import augment as module
from studio.data.augment import augment

EVERYTHING = AugmentConfig(
    rotate=20, shear=10, zoom=0.2, shift=0.1, thickness=0.5, flip_horizontal=True
)


@pytest.fixture
def pictures():
    grid = torch.linspace(-2, 2, 32)
    bumps = (grid[:, None] * 2 + grid).sin() * (-(grid[:, None] ** 2 + grid**2)).exp()
    return (bumps.clamp(0) * 255).to(torch.uint8).expand(4, 1, 32, 32).clone()


@pytest.fixture
def draw_limit(monkeypatch):
    """Every draw is the largest one."""
    monkeypatch.setattr(module, "_draw", lambda count, limit, _g: torch.full((count,), limit))


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_same_seed_same_pictures_other_seed_others(pictures):
    first, again = (augment(pictures, EVERYTHING, generator()) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.equal(first, augment(pictures, EVERYTHING, generator(1)))
    assert first.shape == pictures.shape
    assert first.dtype == torch.float32
    assert first.min() >= 0
    assert first.max() <= 255


def test_every_picture_has_its_own_draw(pictures):
    changed = augment(pictures, AugmentConfig(rotate=20), generator())
    assert len({tuple(picture.flatten().tolist()) for picture in changed}) == len(pictures)


def test_rotation_is_torchvisions(pictures, draw_limit):
    ours = augment(pictures, AugmentConfig(rotate=20), generator())
    bilinear = reference.InterpolationMode.BILINEAR
    theirs = reference.rotate(pictures.float(), 20, bilinear)
    assert (ours - theirs).abs().max() < 0.05


def test_shear_and_zoom_are_torchvisions(pictures, draw_limit):
    bilinear = reference.InterpolationMode.BILINEAR
    ours = augment(pictures, AugmentConfig(zoom=0.25), generator())
    theirs = reference.affine(pictures.float(), 0, [0, 0], 1.25, [0.0], bilinear)
    assert (ours - theirs).abs().max() < 0.05
    ours = augment(pictures, AugmentConfig(shear=15), generator())
    theirs = reference.affine(pictures.float(), 0, [0, 0], 1.0, [15.0, 0.0], bilinear)
    assert (ours - theirs).abs().max() < 0.05


def test_a_shift_of_whole_pixels_moves_them(pictures, draw_limit):
    ours = augment(pictures, AugmentConfig(shift=4 / 32), generator())
    assert torch.allclose(ours[..., :-4, :-4], pictures[..., 4:, 4:].float(), atol=0.02)


def test_flips_are_mirror_images(pictures):
    many = pictures[:1].expand(40, -1, -1, -1)
    changed = augment(many, AugmentConfig(flip_horizontal=True), generator())
    plain, mirrored = pictures[0].float(), pictures[0].float().flip(-1)
    as_it_was = [torch.allclose(picture, plain, atol=0.02) for picture in changed]
    turned = [torch.allclose(picture, mirrored, atol=0.02) for picture in changed]
    assert all(a != b for a, b in zip(as_it_was, turned, strict=True))
    assert 5 < sum(turned) < 35


def test_thickness_adds_and_takes_ink():
    stroke = torch.zeros(1, 1, 9, 9)
    stroke[..., 3:6, :] = 255
    ink = [
        float(augment(stroke, AugmentConfig(thickness=1), generator(seed)).sum())
        for seed in range(30)
    ]
    assert min(ink) < float(stroke.sum()) < max(ink)
    assert min(ink) > 0.3 * float(stroke.sum())


def test_draws_keep_to_their_limits():
    draws = module._draw(10_000, math.radians(20), generator())
    assert draws.abs().max() <= math.radians(20)
    assert abs(float(draws.mean())) < 0.01
