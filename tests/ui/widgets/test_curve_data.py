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


def test_every_change_has_another_version() -> None:
    data = CurveData()
    seen = [data.version]
    data.append(1, 1)
    seen.append(data.version)
    data.replace([1], [1])
    seen.append(data.version)
    assert len(set(seen)) == 3


def test_a_stretch_includes_the_points_its_line_comes_from_and_goes_to() -> None:
    data = CurveData()
    data.replace([0, 1, 2, 3, 4], [0, 0, 0, 0, 0])
    assert data.x[data.between(1.5, 2.5)].tolist() == [1, 2, 3]
    assert data.x[data.between(-5, 9)].tolist() == [0, 1, 2, 3, 4]


def test_short_curves_are_not_thinned() -> None:
    x = np.arange(20.0)
    assert peaks(x, x, np.linspace(0, 20, 11))[0] is x


ANY = st.floats(width=16)  # nan and infinities too
STEPS = st.floats(0, 3, width=16)  # several points may lie at one x


@given(st.lists(st.tuples(STEPS, ANY), min_size=1, max_size=300), st.integers(1, 12), st.data())
def test_every_pixel_column_keeps_its_lowest_and_its_highest_value(points, columns, data) -> None:
    steps, y = np.array(points).T
    x = np.cumsum(steps)
    low = data.draw(st.floats(-1, float(x[-1])))
    edges = np.linspace(low, low + data.draw(st.floats(0.5, 500)), columns + 1)
    thin_x, thin_y = peaks(x, y, edges)
    assert np.all(np.diff(thin_x) >= 0)
    assert len(thin_x) <= max(2 * columns, 0)
    for before, after in _columns(x, thin_x, edges):
        whole, thin = y[before], thin_y[after]
        finite = whole[np.isfinite(whole)]
        if finite.size and len(thin_x) < len(x):
            assert np.nanmin(thin) == finite.min()
            assert np.nanmax(thin) == finite.max()


def _columns(x, thin_x, edges):
    """Which points are in each column, before and after; the outer ones reach to both ends."""
    inner = edges[1:-1]
    before, after = np.searchsorted(inner, x, "right"), np.searchsorted(inner, thin_x, "right")
    return [(before == column, after == column) for column in range(len(edges) - 1)]


def test_a_rising_line_is_drawn_as_it_rises() -> None:
    x = np.arange(1000.0)
    thin_x, thin_y = peaks(x, x, np.linspace(0, 1000, 11))
    assert np.array_equal(thin_x, thin_y)


def test_noise_is_drawn_to_and_fro() -> None:
    y = np.tile([0.0, 1.0, 0.0], 400)
    _, thin_y = peaks(np.arange(1200.0), y, np.linspace(0, 1200, 5))
    assert thin_y.tolist() == [0, 1, 1, 0, 0, 1, 1, 0]
