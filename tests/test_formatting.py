import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.formatting import byte_size, count, duration, listed, number, percent, rate, short_count


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


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (-3, "0 s"),
        (0.0084, "8.4 ms"),
        (0.25, "250 ms"),
        (0.9996, "1.0 s"),
        (3.21, "3.2 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (204, "3 min 24 s"),
        (600, "10 min"),
        (3599, "1 h 0 min"),
        (7530, "2 h 6 min"),
        (90_000, "25 h 0 min"),
        (None, "–"),
        (math.inf, "–"),
    ],
)
def test_duration(seconds, text):
    assert duration(seconds) == text


UNIT_S = {"ms": 1e-3, "s": 1, "min": 60, "h": 3600}


def seconds_of(text: str) -> float:
    words = text.replace(",", "").split()
    return sum(
        float(figure) * UNIT_S[unit] for figure, unit in zip(words[::2], words[1::2], strict=True)
    )


@given(st.floats(1e-3, 1e7))
def test_a_duration_is_rounded_by_less_than_six_percent(seconds):
    assert seconds_of(duration(seconds)) == pytest.approx(seconds, rel=0.06)


@given(st.floats(1e-3, 1e7), st.floats(1e-3, 1e7))
def test_a_longer_duration_never_reads_shorter(first, second):
    shorter, longer = sorted((first, second))
    assert seconds_of(duration(shorter)) <= seconds_of(duration(longer))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((1_151,), "1,151"),
        ((0, "mistake"), "0 mistakes"),
        ((1, "mistake"), "1 mistake"),
        ((1_234, "mistake"), "1,234 mistakes"),
        ((2, "class", "classes"), "2 classes"),
        ((None, "mistake"), "–"),
    ],
)
def test_count(arguments, text):
    assert count(*arguments) == text


@given(st.integers())
def test_a_count_is_exact(value):
    assert int(count(value).replace(",", "")) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (812, "812"), (999.7, "1k"), (1797, "1.8k"), (390_410, "390k"), (4.12e6, "4.12M")],
)
def test_short_count(value, text):
    assert short_count(value) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (812, "812 B"), (36_100, "36.1 kB"), (58_200_000, "58.2 MB"), (8e15, "8000 TB")],
)
def test_byte_size(size, text):
    assert byte_size(size) == text


PREFIX = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


@given(st.integers(0, 10**15))
def test_three_figures_are_kept_of_counts_and_sizes(value):
    figures, unit = byte_size(value).split()
    assert float(figures) * PREFIX[unit.removesuffix("B")] == pytest.approx(value, rel=0.0051)
    assert short_count(value) == figures + unit.removesuffix("B")


@pytest.mark.parametrize(
    ("per_second", "text"),
    [(0, "0 images/s"), (3.254, "3.25 images/s"), (12_340.4, "12,340 images/s"), (None, "–")],
)
def test_rate(per_second, text):
    assert rate(per_second) == text


@given(st.floats(1e-3, 1e9))
def test_a_rate_keeps_three_figures_and_names_its_unit(per_second):
    figures, unit = rate(per_second, "tiles").split()
    assert unit == "tiles/s"
    assert float(figures.replace(",", "")) == pytest.approx(per_second, rel=0.0051)


@pytest.mark.parametrize(
    ("value", "text"), [(0.031234, "0.03123"), (1240.4, "1,240"), (math.nan, "–"), (None, "–")]
)
def test_number(value, text):
    assert number(value) == text


@pytest.mark.parametrize("format_number", [percent, duration, short_count, byte_size, rate, number])
@pytest.mark.parametrize("unknown", [None, math.nan, math.inf, -math.inf])
def test_what_is_unknown_is_a_dash(format_number, unknown):
    assert format_number(unknown) == "–"


@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listed(names, text) -> None:
    assert listed(names) == text
