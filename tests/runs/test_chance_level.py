import pytest

from studio.runs.chance_level import is_near_chance


@pytest.mark.parametrize(
    ("accuracy", "classes", "samples", "near"),
    [
        (0.10, 10, 10_000, True),
        (0.167, 10, 10_000, True),  # significant, but of no use
        (0.25, 10, 10_000, False),
        (0.50, 2, 10_000, True),
        (0.70, 2, 10_000, False),
        (0.70, 2, 10, True),  # 7 of 10 by a coin
        (0.70, 2, None, False),
        (0.98, 10, 359, False),
        (0.0, 10, 100, True),
        (1.0, 1, 100, False),
    ],
)
def test_says_whether_a_model_guesses(accuracy, classes, samples, near):
    assert is_near_chance(accuracy, classes, samples) is near
