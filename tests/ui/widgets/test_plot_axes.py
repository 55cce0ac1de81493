"""Axes end at round numbers and contain every value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.widgets.plot_axes import round_range, round_step

numbers = st.floats(-1e6, 1e6, width=32)


@pytest.mark.parametrize(("span", "step"), [(1, 0.2), (4, 1), (2.3, 0.5), (0.06, 0.02), (900, 200)])
def test_steps_are_round(span: float, step: float) -> None:
    assert round_step(span) == pytest.approx(step)


def test_no_finite_value_gives_a_unit_range() -> None:
    assert round_range([float("nan")]) == (0.0, 1.0)


def test_a_single_value_is_padded_on_both_sides() -> None:
    low, high = round_range([0.5])
    assert low < 0.5 < high


@given(st.lists(numbers, min_size=1))
def test_the_range_contains_all_values(values: list[float]) -> None:
    low, high = round_range(values)
    slack = 1e-6 * max(1.0, *(abs(v) for v in values))
    assert low - slack <= min(values)
    assert high + slack >= max(values)
    assert low < high
