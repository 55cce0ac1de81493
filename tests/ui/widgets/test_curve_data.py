"""Point arrays that grow."""

import numpy as np
import pytest

from studio.ui.widgets.curve_data import CurveData


def test_appended_points_stay_in_order_as_the_arrays_grow() -> None:
    data = CurveData()
    for i in range(1000):
        data.append(i, 2 * i)
    assert len(data) == 1000
    assert np.array_equal(data.x, np.arange(1000))
    assert np.array_equal(data.y, 2 * np.arange(1000))


def test_append_after_replace() -> None:
    data = CurveData()
    data.replace([1, 2], [5, 6])
    data.append(3, 7)
    assert data.x.tolist() == [1, 2, 3]
    assert data.y.tolist() == [5, 6, 7]


def test_extending_grows_the_arrays() -> None:
    data = CurveData()
    for start in (0, 200, 900):
        x = np.arange(start, start + 400.0)
        data.extend(x, 2 * x)
    assert len(data) == 1200
    assert data.x[[0, 400, 800, 1199]].tolist() == [0, 200, 900, 1299]
    assert np.array_equal(data.y, 2 * data.x)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="x has 2 values, y has 1"):
        CurveData().replace([1, 2], [1])


@pytest.mark.parametrize(("x", "expected"), [(-9, 10), (0.4, 10), (0.6, 11), (99, 12)])
def test_value_at_returns_the_nearest_point(x: float, expected: float) -> None:
    data = CurveData()
    data.replace([0, 1, 2], [10, 11, 12])
    assert data.value_at(x) == expected


def test_an_empty_curve_has_no_value() -> None:
    assert np.isnan(CurveData().value_at(1))


def test_every_change_changes_the_version() -> None:
    data = CurveData()
    seen = [data.version]
    data.append(1, 1)
    seen.append(data.version)
    data.replace([1], [1])
    seen.append(data.version)
    assert len(set(seen)) == 3


def test_between_includes_one_neighbor_on_either_side() -> None:
    data = CurveData()
    data.replace([0, 1, 2, 3, 4], [0, 0, 0, 0, 0])
    assert data.x[data.between(1.5, 2.5)].tolist() == [1, 2, 3]
    assert data.x[data.between(-5, 9)].tolist() == [0, 1, 2, 3, 4]
