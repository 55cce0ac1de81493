import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.quality import looks
from studio.data.quality.looks import FARTHEST, close_pairs
from studio.errors import Stopped


def brute(codes, reach=FARTHEST):
    apart = np.bitwise_count(codes[:, None] ^ codes[None])
    return {(int(a), int(b)) for a, b in zip(*np.nonzero(apart <= reach), strict=True) if a < b}


def as_set(pairs):
    return {(min(pair), max(pair)) for pair in pairs.tolist()}


@given(
    st.lists(st.integers(0, 2**64 - 1), min_size=0, max_size=12, unique=True),
    st.lists(st.tuples(st.integers(0, 11), st.sets(st.integers(0, 63), max_size=9)), max_size=12),
)
def test_the_pairs_are_those_of_comparing_each_with_each(codes, changed):
    for parent, bits in changed:
        if codes:
            codes.append(codes[parent % len(codes)] ^ sum(1 << bit for bit in bits))
    distinct = np.array(list(dict.fromkeys(codes)), np.uint64)
    assert as_set(close_pairs(distinct)[0]) == brute(distinct)


@pytest.mark.parametrize("free", [64, 24])
def test_so_too_among_many(free):
    rng = np.random.default_rng(free)
    codes = rng.integers(0, 2**64, 3000, np.uint64, endpoint=False) >> np.uint64(64 - free)
    codes[1000:1500] = codes[:500] ^ np.uint64(0b1010101)
    codes = np.unique(codes)
    rng.shuffle(codes)
    pairs, crowded = close_pairs(codes)
    assert as_set(pairs) == brute(codes)
    assert len(as_set(pairs)) == len(pairs) > 400
    assert crowded == (free == 24)


def test_equal_looks_hang_together():
    codes = np.array([5, 9 << 40, 5, 5, 9 << 40], np.uint64)
    assert as_set(close_pairs(codes)[0]) >= {(0, 2), (2, 3), (1, 4)}


def test_a_crowd_costs_no_quadratic_memory(monkeypatch):
    monkeypatch.setattr(looks, "_MOST_PAIRS", 250_000)
    codes = np.arange(4096).astype(np.uint64) << np.uint64(13)
    pairs, crowded = close_pairs(codes)
    assert crowded
    assert 0 < len(pairs) <= 250_000
    apart = np.bitwise_count(codes[pairs[:, 0]] ^ codes[pairs[:, 1]])
    assert apart.max() < FARTHEST


def test_a_stop_is_obeyed_and_progress_told():
    codes = np.random.default_rng(0).integers(0, 2**63, 100).astype(np.uint64)
    codes[50:] = codes[:50] ^ np.uint64(1)
    with pytest.raises(Stopped):
        close_pairs(codes, should_stop=lambda: True)
    told = []
    close_pairs(codes, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
