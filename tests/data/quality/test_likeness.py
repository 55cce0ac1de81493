import numpy as np
import pytest

from studio.data.quality.likeness import ALIKE, alike
from tests.data.quality.conftest import photo


def is_alike(one, other, least=ALIKE):
    return bool(alike(np.stack([one, other]), np.array([[0, 1]]), least)[0])


@pytest.mark.parametrize("size", [8, 20, 32, 50])
def test_light_contrast_and_noise_change_nothing(size):
    picture = photo(1, size)
    noise = np.random.default_rng(0).normal(0, 6, picture.shape)
    changed = np.clip(picture * 0.6 + 40 + noise, 0, 255).astype(np.uint8)
    assert is_alike(picture, changed)
    assert not is_alike(picture, photo(2, size))
    assert not is_alike(picture, 255 - picture)


def test_a_shift_of_a_pixel_is_the_same_picture():
    picture = photo(3, 64)
    assert is_alike(picture, np.roll(picture, 1, axis=2))


def test_flat_pictures_are_like_nothing():
    flat = np.full((3, 32, 32), 90, np.uint8)
    assert not is_alike(flat, flat)


def test_many_pairs_are_answered_one_by_one():
    pixels = np.stack([photo(k // 2) for k in range(40)])
    pairs = np.array([(k, j) for k in range(40) for j in range(k)])
    repeated = np.tile(pairs, (8, 1))  # more than are looked at a time
    assert np.array_equal(
        alike(pixels, repeated, ALIKE), np.tile(pairs[:, 0] // 2 == pairs[:, 1] // 2, 8)
    )


def test_no_pairs_are_no_answers():
    assert alike(np.zeros((2, 1, 8, 8), np.uint8), np.zeros((0, 2), np.int64), ALIKE).shape == (0,)
