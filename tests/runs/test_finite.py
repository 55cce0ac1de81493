"""Numbers that are not finite are found wherever they are."""

import math

import pytest
import torch

from studio.runs.finite import find_non_finite


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16])
def test_one_number_among_many_is_named(bad, dtype):
    values = {"a": torch.ones(3), "b": [{"c": torch.zeros(50, 7, dtype=dtype)}, 1.0, "text", None]}
    assert find_non_finite(values) is None
    values["b"][0]["c"][33, 5] = bad
    assert find_non_finite(values) == "b.0.c"


def test_plain_numbers_are_checked_and_others_are_not():
    assert find_non_finite({"x": (1, math.nan)}) == "x.1"
    assert find_non_finite({"x": torch.tensor([1, 2]), "y": torch.empty(0), "z": True}) is None


def test_large_numbers_are_finite_though_their_sum_is_not():
    largest = torch.finfo(torch.float32).max
    assert find_non_finite(torch.full((9,), largest)) is None
    assert find_non_finite(torch.full((9,), 65504.0, dtype=torch.float16)) is None
    assert find_non_finite([torch.tensor([largest, largest, -math.inf])]) == "0"
    opposite = torch.tensor([math.inf, -math.inf])
    assert find_non_finite({"w": opposite}) == "w"
