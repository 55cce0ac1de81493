import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.quality import near_duplicates
from studio.data.quality.near_duplicates import (
    MAX_DISTANCE,
    MIN_CORRELATION,
    find_similar_pairs,
    is_correlated,
)
from studio.errors import Stopped
from tests.data.quality.conftest import photo


def brute(codes, reach=MAX_DISTANCE):
    apart = np.bitwise_count(codes[:, None] ^ codes[None])
    return {(int(a), int(b)) for a, b in zip(*np.nonzero(apart <= reach), strict=True) if a < b}


def as_set(pairs):
    return {(min(pair), max(pair)) for pair in pairs.tolist()}


@given(
    st.lists(st.integers(0, 2**64 - 1), min_size=0, max_size=12, unique=True),
    st.lists(st.tuples(st.integers(0, 11), st.sets(st.integers(0, 63), max_size=9)), max_size=12),
)
def test_the_pairs_equal_those_of_brute_force(codes, changed):
    for parent, bits in changed:
        if codes:
            codes.append(codes[parent % len(codes)] ^ sum(1 << bit for bit in bits))
    distinct = np.array(list(dict.fromkeys(codes)), np.uint64)
    assert as_set(find_similar_pairs(distinct)[0]) == brute(distinct)


@pytest.mark.parametrize("free", [64, 24])
def test_the_same_holds_for_many_hashes(free):
    rng = np.random.default_rng(free)
    codes = rng.integers(0, 2**64, 3000, np.uint64, endpoint=False) >> np.uint64(64 - free)
    codes[1000:1500] = codes[:500] ^ np.uint64(0b1010101)
    codes = np.unique(codes)
    rng.shuffle(codes)
    pairs, crowded = find_similar_pairs(codes)
    assert as_set(pairs) == brute(codes)
    assert len(as_set(pairs)) == len(pairs) > 400
    assert crowded == (free == 24)


def test_equal_hashes_are_paired():
    codes = np.array([5, 9 << 40, 5, 5, 9 << 40], np.uint64)
    assert as_set(find_similar_pairs(codes)[0]) >= {(0, 2), (2, 3), (1, 4)}


def test_a_crowded_dataset_needs_no_quadratic_memory(monkeypatch):
    monkeypatch.setattr(near_duplicates, "MAX_PAIRS", 250_000)
    codes = np.arange(4096).astype(np.uint64) << np.uint64(13)
    pairs, crowded = find_similar_pairs(codes)
    assert crowded
    assert 0 < len(pairs) <= 250_000
    apart = np.bitwise_count(codes[pairs[:, 0]] ^ codes[pairs[:, 1]])
    assert apart.max() < MAX_DISTANCE


def test_progress_is_reported_and_a_stop_raises():
    codes = np.random.default_rng(0).integers(0, 2**63, 100).astype(np.uint64)
    codes[50:] = codes[:50] ^ np.uint64(1)
    with pytest.raises(Stopped):
        find_similar_pairs(codes, should_stop=lambda: True)
    told = []
    find_similar_pairs(codes, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def is_alike(one, other, least=MIN_CORRELATION):
    return bool(is_correlated(np.stack([one, other]), np.array([[0, 1]]), least)[0])


@pytest.mark.parametrize("size", [8, 20, 32, 50])
def test_light_contrast_and_noise_keep_images_correlated(size):
    image = photo(1, size)
    noise = np.random.default_rng(0).normal(0, 6, image.shape)
    changed = np.clip(image * 0.6 + 40 + noise, 0, 255).astype(np.uint8)
    assert is_alike(image, changed)
    assert not is_alike(image, photo(2, size))
    assert not is_alike(image, 255 - image)


def test_a_shift_of_a_pixel_keeps_images_correlated():
    image = photo(3, 64)
    assert is_alike(image, np.roll(image, 1, axis=2))


def test_flat_images_correlate_with_nothing():
    flat = np.full((3, 32, 32), 90, np.uint8)
    assert not is_alike(flat, flat)


def test_pairs_beyond_one_chunk_are_all_compared():
    pixels = np.stack([photo(k // 2) for k in range(40)])
    pairs = np.array([(k, j) for k in range(40) for j in range(k)])
    repeated = np.tile(pairs, (8, 1))  # more than are looked at a time
    assert np.array_equal(
        is_correlated(pixels, repeated, MIN_CORRELATION),
        np.tile(pairs[:, 0] // 2 == pairs[:, 1] // 2, 8),
    )


def test_no_pairs_give_an_empty_result():
    assert is_correlated(
        np.zeros((2, 1, 8, 8), np.uint8), np.zeros((0, 2), np.int64), MIN_CORRELATION
    ).shape == (0,)
