"""Words and bars of an answer."""

import numpy as np
import pytest

from studio.data.drawing import DrawingFlaw
from studio.ui.draw.prediction_text import bar_values, describe_prediction

DIGITS = tuple("0123456789")


def shares(**named):
    made = np.full(10, 0.001, np.float32)
    for name, share in named.items():
        made[int(name.removeprefix("_"))] = share
    return made


def test_few_classes_keep_their_order():
    values = bar_values(DIGITS, shares(_7=0.9))
    assert [name for name, _ in values] == list(DIGITS)
    assert values[7][1] == pytest.approx(0.9)


def test_of_many_classes_the_likeliest_five_are_shown():
    names = [f"class {index}" for index in range(30)]
    values = bar_values(names, np.arange(30, dtype=np.float32))
    assert [name for name, _ in values] == [f"class {index}" for index in (29, 28, 27, 26, 25)]


@pytest.mark.parametrize(
    ("made", "headline", "detail"),
    [
        (shares(_7=0.974, _1=0.02), "7 · 97 % confident", "Next: 1 · 2 %"),
        (shares(_7=0.4, _1=0.35), "7 · 40 % confident", "Next: 1 · 35 %"),
        (shares(_7=0.9999), "7 · >99 % confident", "No other class reaches 1 %"),
    ],
)
def test_probabilities_are_said_and_no_adjectives(made, headline, detail):
    words = describe_prediction(DIGITS, made)
    assert (words.headline, words.detail, words.doubtful) == (headline, detail, False)
    assert words.bars == bar_values(DIGITS, made)


def test_of_what_is_hardly_a_drawing_only_the_nearest_class_is_named():
    words = describe_prediction(DIGITS, shares(_0=0.96), DrawingFlaw.DOT)
    assert words.headline == "Hardly a drawing: one dot"
    assert words.detail == "Nearest: 0 · 96 %"
    assert words.doubtful


def test_of_a_filled_area_the_remedy_is_named_too():
    words = describe_prediction(DIGITS, shares(_0=0.96), DrawingFlaw.AREA)
    assert words.headline == "Hardly a drawing: a filled area"
    assert words.detail == "Nearest: 0 · 96 %. A thinner pen may help."


def test_a_model_that_guesses_states_nothing():
    warning = "This model guesses: 16.7 % validation accuracy"
    words = describe_prediction(DIGITS, shares(_0=0.96), None, warning)
    assert (words.headline, words.detail) == (warning, "Nearest: 0 · 96 %")
    assert describe_prediction(
        DIGITS, shares(_0=0.96), DrawingFlaw.AREA, warning
    ).headline.startswith("Hardly a drawing")


def test_a_network_of_one_class_has_no_other():
    words = describe_prediction(["only"], np.array([1.0], np.float32))
    assert (words.headline, words.detail) == ("only · 100 % confident", "")


@pytest.mark.parametrize(
    ("names", "headline"),
    [(DIGITS, "Unlike any digit I know"), (["cat", "dog"], "Unlike anything it was trained on")],
)
def test_of_what_is_unlike_the_training_data_only_the_nearest_class_is_named(names, headline):
    probabilities = np.zeros(len(names), np.float32)
    probabilities[:2] = 0.39, 0.61
    words = describe_prediction(names, probabilities, familiarity=0.049)
    assert (words.headline, words.detail) == (headline, f"Nearest: {names[1]} · 61 %")
    assert words.doubtful
    assert words.familiarity == 0.049
    assert not describe_prediction(names, probabilities, familiarity=0.05).doubtful
    assert describe_prediction(names, probabilities, None, "Untrained", 0.0).headline == "Untrained"
