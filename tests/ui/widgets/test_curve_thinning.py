"""Thinning of long curves to the columns of a screen."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.widgets.curve_thinning import thin_curve


def test_short_curves_are_not_thinned() -> None:
    x = np.arange(20.0)
    assert thin_curve(x, x, np.linspace(0, 20, 11))[0] is x


ANY = st.floats(width=16)  # nan and infinities too
STEPS = st.floats(0, 3, width=16)  # several points may lie at one x


@given(st.lists(st.tuples(STEPS, ANY), min_size=1, max_size=300), st.integers(1, 12), st.data())
def test_every_column_keeps_its_minimum_and_maximum(points, columns, data) -> None:
    steps, y = np.array(points).T
    x = np.cumsum(steps)
    low = data.draw(st.floats(-1, float(x[-1])))
    edges = np.linspace(low, low + data.draw(st.floats(0.5, 500)), columns + 1)
    thin_x, thin_y = thin_curve(x, y, edges)
    assert np.all(np.diff(thin_x) >= 0)
    assert len(thin_x) <= max(2 * columns, 0)
    for before, after in _columns(x, thin_x, edges):
        whole, thin = y[before], thin_y[after]
        finite = whole[np.isfinite(whole)]
        if finite.size and len(thin_x) < len(x):
            assert np.nanmin(thin) == finite.min()
            assert np.nanmax(thin) == finite.max()


def _columns(x, thin_x, edges):
    """Return masks of the points in each column, before and after thinning."""
    inner = edges[1:-1]
    before, after = np.searchsorted(inner, x, "right"), np.searchsorted(inner, thin_x, "right")
    return [(before == column, after == column) for column in range(len(edges) - 1)]


def test_a_rising_line_is_drawn_upwards() -> None:
    x = np.arange(1000.0)
    thin_x, thin_y = thin_curve(x, x, np.linspace(0, 1000, 11))
    assert np.array_equal(thin_x, thin_y)


def test_noise_alternates_between_minimum_and_maximum() -> None:
    y = np.tile([0.0, 1.0, 0.0], 400)
    _, thin_y = thin_curve(np.arange(1200.0), y, np.linspace(0, 1200, 5))
    assert thin_y.tolist() == [0, 1, 1, 0, 0, 1, 1, 0]
