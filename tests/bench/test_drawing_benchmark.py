"""Rows of the benchmark of drawings, from readings of a window."""

import pytest

from studio.bench.drawing_benchmark import drawing_results

CONDITIONS = {"platform": "offscreen", "pens": [[0.8, 0.06], [0.2, 0.03]]}


def rows(measurement, repetitions=2):
    conditions = CONDITIONS | {"kinds": list(measurement)}
    return {row.label: row for row in drawing_results(conditions, [measurement] * repetitions)}


def test_readings_of_all_repetitions_are_pooled_by_pen():
    digits = [[[True, 0.5], [False, 0.02]], [[True, 0.9], [True, 0.8]]]
    found = rows(
        {
            "traced": digits,
            "formed": digits,
            "letter": [[[False, 0.6]], [[False, 0.01]]],
            "shape": [[[False, 0.0]], [[False, 0.0]]],
        }
    )
    large = found["MNIST validation digits, traced: accuracy at 80 % of the canvas, pen 6 %"]
    small = found["MNIST validation digits, traced: accuracy at 20 % of the canvas, pen 3 %"]
    assert (large.value, large.goal, small.value, small.goal) == (50, "≥ 98.5 %", 100, "≥ 97.5 %")
    # Wilson interval of 2 of 4, computed with scipy.stats.binomtest(2, 4).proportion_ci("wilson")
    assert (large.low, large.high) == pytest.approx((15.0036, 84.9964), abs=1e-3)
    assert found["Digits that are familiar"].value == 75
    assert found["Letters that are familiar"].value == 50
    assert found["Shapes and scribbles that are familiar"].value == 0
    assert found["Letters more familiar than 5 % of these digits"].value == 50


def test_without_mnist_the_row_says_so():
    found = rows(
        {"formed": [[[True, 0.5]]] * 2, "letter": [[[True, 0]]] * 2, "shape": [[[0, 0]]] * 2}
    )
    traced = found["MNIST validation digits, traced"]
    assert (traced.value, traced.conditions) == (None, "MNIST is not downloaded")
    assert found["Digits in invented forms: accuracy at 80 % of the canvas, pen 6 %"].value == 100
