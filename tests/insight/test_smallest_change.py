"""The search for the smallest change that changes a prediction, with predictors made by hand."""

import numpy as np
import pytest

from studio.errors import Stopped
from studio.insight.sample_transforms import TRANSFORMS, find_transform
from studio.insight.smallest_change import find_flips


@pytest.fixture
def image():
    pixels = np.zeros((1, 20, 20), np.uint8)
    pixels[0, 8:12, 8:12] = 200
    return pixels


def certain(is_one):
    """Probabilities of two classes for a bool array."""
    return np.where(np.asarray(is_one)[:, None], [0.1, 0.9], [0.8, 0.2]).astype(np.float32)


def test_the_smallest_brightening_is_found_to_a_fraction_of_a_step(image):
    """A classifier of the corner flips where the brightness exceeds 0.1 of 255."""

    def predict(images):
        return certain(images[:, 0, 0, 0] > 25.5)

    (flip,) = find_flips(predict, image, transforms=[find_transform("brightness")])
    assert flip.class_index == 1
    assert flip.probability == pytest.approx(0.9)
    assert 0.1 < flip.value <= 0.1 + 0.5 / 24 / 8 + 1e-9
    assert flip.strength == pytest.approx(flip.value / 0.5)
    assert flip.image[0, 0, 0] > 25.5
    assert flip.describe(["dark", "bright"]) == (
        f"Brighter by {100 * flip.value:.3g} %, it is predicted as bright."
    )


def test_the_nearer_direction_wins_and_the_smallest_comes_first(image):
    """Class 1 is a mean column left of the middle by 1 px, or right of it by 3 px."""
    columns = np.arange(20)

    def predict(images):
        mass = images[:, 0].sum(1).astype(float)
        center = mass @ columns / np.maximum(mass.sum(1), 1)
        return certain((center < 8.5) | (center > 12.5))

    shift, rotation = find_transform("shift_x"), find_transform("rotation")
    flips = find_flips(predict, image, transforms=[rotation, shift])
    assert [flip.transform.key for flip in flips] == ["shift_x"]
    assert flips[0].value == pytest.approx(-1 / 20, abs=0.005)


def test_without_a_flip_there_is_nothing(image):
    assert find_flips(lambda images: certain(np.zeros(len(images), bool)), image) == []


def test_it_reports_progress_and_stops(image):
    fractions = []

    def predict(images):
        return certain(images[:, 0, 0, 0] > 25.5)

    find_flips(predict, image, on_progress=lambda fraction, _: fractions.append(fraction))
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    with pytest.raises(Stopped):
        find_flips(predict, image, should_stop=lambda: True)


def test_every_flip_is_what_its_value_gives(image):
    def predict(images):
        return certain(images.std((1, 2, 3)) < 30)

    background = np.zeros(1, np.uint8)
    flips = find_flips(predict, image, background)
    assert flips
    assert [flip.strength for flip in flips] == sorted(flip.strength for flip in flips)
    for flip in flips:
        again = flip.transform.apply(image[None], flip.value, background, 0)
        assert np.array_equal(again[0], flip.image)
        assert predict(again)[0].argmax() == 1
    assert len({flip.transform.key for flip in flips}) == len(flips) <= len(TRANSFORMS)
