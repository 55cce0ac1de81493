"""Augmentation as a whole: random parameters, value range and invariants."""

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch._subclasses.fake_tensor import FakeTensorMode

from studio.config import AugmentConfig
from studio.data.augment import apply, augment, draw, pack, unpack

ROUNDING = 1e-3
EVERYTHING = AugmentConfig(
    rotate=20,
    shear=10,
    zoom=0.2,
    shift=0.1,
    thickness=0.5,
    flip_horizontal=True,
    flip_vertical=True,
    brightness=0.4,
    contrast=0.4,
    blur=1,
    noise=0.1,
    erase=0.5,
)

share = st.floats(0, 0.89)
configs = st.builds(
    AugmentConfig,
    rotate=st.floats(0, 180),
    shear=st.floats(0, 60),
    zoom=share,
    shift=st.floats(0, 0.5),
    thickness=st.floats(0, 1),
    flip_horizontal=st.booleans(),
    flip_vertical=st.booleans(),
    brightness=st.floats(0, 1),
    contrast=share,
    blur=st.floats(0, 5),
    noise=st.floats(0, 1),
    erase=st.floats(0, 1),
)
side = st.integers(8, 20)
shapes = st.tuples(st.integers(1, 4), st.sampled_from((1, 3)), side, side)


def images(shape, seed=0):
    """Random pixels: nothing in them is symmetric or smooth."""
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator(seed))


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@settings(max_examples=40)
@given(config=configs, shape=shapes, seed=st.integers(0, 2**31))
def test_any_settings_give_a_valid_image(config, shape, seed):
    before = images(shape, seed)
    kept = before.clone()
    changed = augment(before, config, generator(seed))
    assert changed.shape == before.shape
    assert changed.dtype == torch.float32
    assert changed.isfinite().all()
    assert changed.min() >= 0
    assert changed.max() <= 255 + ROUNDING
    assert torch.equal(before, kept)
    assert torch.equal(changed, augment(before, config, generator(seed)))


@settings(max_examples=20)
@given(config=configs, seed=st.integers(0, 2**31))
def test_an_image_does_not_depend_on_others_in_its_batch(config, seed):
    shape = (4, 3, 12, 10)
    parameters = draw(shape, config, generator(seed))
    together = apply(images(shape), config, parameters)
    others = images(shape, seed=1)
    others[2] = images(shape)[2]
    assert torch.equal(apply(others, config, parameters)[2], together[2])
    alone = apply(others[2:3], config, {name: rows[2:3] for name, rows in parameters.items()})
    assert torch.allclose(alone[0], together[2], atol=ROUNDING)


def test_without_settings_nothing_is_changed_or_drawn():
    rng = generator()
    before = rng.get_state()
    changed = augment(images((3, 1, 8, 8)), AugmentConfig(), rng)
    assert torch.equal(changed, images((3, 1, 8, 8)).float())
    assert torch.equal(rng.get_state(), before)


@pytest.mark.parametrize("name", sorted(AugmentConfig.model_fields))
def test_each_setting_alone_changes_images(name):
    config = AugmentConfig(**{name: getattr(EVERYTHING, name)})
    before = images((8, 1, 16, 16))
    assert (augment(before, config, generator()) - before).abs().max() > 1


def test_seeds_and_images_have_different_parameters():
    many = images((1, 1, 16, 16)).expand(6, -1, -1, -1)
    first = augment(many, EVERYTHING, generator(0))
    assert not torch.equal(first, augment(many, EVERYTHING, generator(1)))
    assert len({tuple(image.flatten().tolist()) for image in first}) == len(many)


def test_parameters_for_all_settings_serve_any_settings():
    parameters = draw((4, 1, 16, 16), EVERYTHING, generator())
    before = images((4, 1, 16, 16))
    config = AugmentConfig(rotate=20)
    turned = apply(before, config, parameters)
    assert torch.equal(turned, augment(before, config, generator()))
    with_zero_flips = dict(parameters) | {"flip_horizontal": torch.zeros(4)}
    flipping = config.model_copy(update={"flip_horizontal": True})
    assert torch.equal(apply(before, flipping, with_zero_flips), turned)


def test_parameters_are_drawn_in_a_fixed_order():
    config = AugmentConfig(rotate=10, flip_horizontal=True, thickness=0.8)
    rng, plain = generator(1), generator(1)
    parameters = draw((5, 1, 8, 8), config, rng)
    for name in ("rotate", "shear", "zoom", "across", "down"):
        assert torch.equal(parameters[name], torch.rand(5, generator=plain) * 2 - 1)
    assert torch.equal(parameters["flip_horizontal"], torch.rand(5, generator=plain))
    assert torch.equal(parameters["thickness"], torch.rand(5, generator=plain) * 2 - 1)
    assert torch.equal(rng.get_state(), plain.get_state())


@settings(max_examples=40)
@given(config=configs, shape=shapes, seed=st.integers(0, 2**31))
def test_packed_parameters_can_be_unpacked(config, shape, seed):
    drawn = draw(shape, config, generator(seed))
    assume(drawn)
    back = unpack(pack(drawn), shape, config)
    assert list(back) == list(drawn)
    assert all(torch.equal(back[name], drawn[name]) for name in drawn)


def test_all_tensors_are_moved_to_the_device_of_the_images():
    """Fake tensors have a device even on a machine without it."""
    with FakeTensorMode():
        there = torch.empty(4, 3, 12, 12, device="cuda")
        drawn = draw(tuple(there.shape), EVERYTHING, torch.Generator())
        changed = apply(there, EVERYTHING, {name: part.to("cuda") for name, part in drawn.items()})
    assert changed.device == there.device
    assert changed.shape == there.shape
