"""Words and bars of an answer."""

import numpy as np
import pytest

from studio.ui.draw.answer_words import bar_values, confidence_words, headline

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
    ("made", "words"),
    [
        (shares(_7=0.99), "Sure"),
        (shares(_7=0.85, _1=0.1), "Fairly sure"),
        (shares(_7=0.6, _1=0.3), "Unsure, perhaps 1"),
        (shares(_7=0.4, _1=0.35), "Guessing, nearly as much 1"),
    ],
)
def test_confidence(made, words):
    assert confidence_words(DIGITS, made) == words


def test_signs_are_read_and_things_are_seen():
    assert headline(DIGITS, shares(_7=0.9)) == "It reads 7"
    assert headline(["Bag", "Coat"], np.array([0.2, 0.8], np.float32)) == "It sees Coat"


def test_a_network_of_one_class_has_no_other():
    assert confidence_words(["only"], np.array([0.4], np.float32)) == "Unsure"
