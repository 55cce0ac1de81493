"""Warnings about models that guess."""

import pytest

from studio.runs.chance_level import UNTRAINED, model_warning


@pytest.mark.parametrize(
    ("accuracy", "classes", "warning"),
    [
        (0.167, 10, "This model guesses: 16.7 % validation accuracy"),
        (0.5, 2, "This model guesses: 50.0 % validation accuracy"),
        (0.6, 10, ""),
        (0.9, 2, ""),
        (1.0, 1, ""),
    ],
)
def test_a_model_near_chance_level_guesses(accuracy, classes, warning):
    assert model_warning(accuracy, classes, 3) == warning


def test_a_model_without_an_epoch_is_untrained():
    assert model_warning(None, 10, 0) == UNTRAINED


def test_a_model_without_validation_has_no_warning():
    assert model_warning(None, 10, 5) == ""
