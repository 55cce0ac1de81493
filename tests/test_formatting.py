import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.formatting import percent


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.978, "97.8 %"),
        (5 / 1009, "0.5 %"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (1e-9, "<0.1 %"),
        (0.0004, "<0.1 %"),
        (0.0006, "0.1 %"),
        (0.9994, "99.9 %"),
        (0.99951, ">99.9 %"),
        (1 - 1e-12, ">99.9 %"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_percent(fraction, text):
    assert percent(fraction) == text


@pytest.mark.parametrize(
    ("fraction", "digits", "text"),
    [
        (0.004, 0, "<1 %"),
        (0.996, 0, ">99 %"),
        (0.5, 0, "50 %"),
        (0.99999, 2, ">99.99 %"),
        (0.00001, 2, "<0.01 %"),
        (0.96944, 2, "96.94 %"),
    ],
)
def test_percent_with_other_decimals(fraction, digits, text):
    assert percent(fraction, digits) == text


@given(st.floats(0, 1), st.integers(0, 3))
def test_only_exact_values_are_written_as_nothing_or_all(fraction, digits):
    text = percent(fraction, digits)
    assert (text == "0 %") == (fraction == 0)
    assert (text == "100 %") == (fraction == 1)
    assert text.endswith(" %")
    assert "0.0 %" not in (text, text[-5:]) or fraction >= 0.01
