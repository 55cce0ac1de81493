"""Growing point arrays, thinning to what a screen can show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.widgets.curve_data import CurveData, peaks


def test_appended_points_come_back_in_order_across_growth() -> None:
    data = CurveData()
    for i in range(1000):
        data.append(i, 2 * i)
    assert len(data) == 1000
    assert np.array_equal(data.x, np.arange(1000))
    assert np.array_equal(data.y, 2 * np.arange(1000))


def test_replace_then_append_goes_on_behind() -> None:
    data = CurveData()
    data.replace([1, 2], [5, 6])
    data.append(3, 7)
    assert data.x.tolist() == [1, 2, 3]
    assert data.y.tolist() == [5, 6, 7]


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="x has 2 values, y has 1"):
        CurveData().replace([1, 2], [1])


@pytest.mark.parametrize(("x", "expected"), [(-9, 10), (0.4, 10), (0.6, 11), (99, 12)])
def test_value_at_takes_the_nearest_point(x: float, expected: float) -> None:
    data = CurveData()
    data.replace([0, 1, 2], [10, 11, 12])
    assert data.value_at(x) == expected


def test_an_empty_curve_has_no_value() -> None:
    assert np.isnan(CurveData().value_at(1))


def test_short_curves_are_not_thinned() -> None:
    x = np.arange(40.0)
    assert peaks(x, x, 10)[0] is x


@given(st.integers(2, 40), st.integers(0, 5000), st.integers(0, 2**32 - 1))
def test_thinning_keeps_every_extreme_and_the_last_point(buckets: int, count: int, seed: int):
    y = np.random.default_rng(seed).normal(size=count)
    x = np.arange(float(count))
    thin_x, thin_y = peaks(x, y, buckets)
    assert np.all(np.diff(thin_x) >= 0)
    assert len(thin_x) <= max(4 * buckets, 3 * buckets)
    if count:
        assert thin_y.min() == y.min()
        assert thin_y.max() == y.max()
        if len(thin_x) == count:
            assert np.array_equal(thin_y, y)
