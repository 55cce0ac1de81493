"""Colors of the samples on a map."""

import numpy as np
import pytest

from studio.ui.mistakes.embedding.map_colors import (
    ColorBy,
    Groups,
    Scale,
    class_colors,
    color_samples,
)

SAMPLES = np.arange(4)


@pytest.fixture
def evaluation(make_evaluation):
    return make_evaluation([(0, 0, 0.9), (0, 1, 0.6), (2, 2, 0.99), (1, 0, 0.8)])


def test_classes_have_their_colors(evaluation):
    for by, group in ((ColorBy.TRUE, evaluation.labels), (ColorBy.PREDICTED, evaluation.predicted)):
        colors = color_samples(evaluation, SAMPLES, by, dark=False)
        assert isinstance(colors.legend, Groups)
        assert colors.legend.names == ("a", "b", "c")
        assert np.array_equal(colors.legend.of_samples, group)
        assert np.array_equal(colors.colors, class_colors(3, False)[group])
        assert sorted(colors.order) == [0, 1, 2, 3]


def test_mistakes_are_in_front(evaluation):
    colors = color_samples(evaluation, SAMPLES, ColorBy.OUTCOME, dark=True)
    assert colors.order.tolist() == [0, 2, 1, 3]
    assert colors.legend.names == ("Correct", "Wrong")


def test_high_losses_and_low_confidences_are_in_front(evaluation):
    colors = color_samples(evaluation, SAMPLES, ColorBy.LOSS, dark=False)
    assert isinstance(colors.legend, Scale)
    assert colors.order.tolist() == np.argsort(evaluation.losses, kind="stable").tolist()
    colors = color_samples(evaluation, SAMPLES, ColorBy.CONFIDENCE, dark=False)
    assert colors.order[-1] == 1
    assert (colors.legend.lowest, colors.legend.highest) == ("60 %", "100 %")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("count", [1, 2, 10, 11, 100])
def test_each_class_has_a_color_of_its_own(count, dark):
    assert len(np.unique(class_colors(count, dark), axis=0)) == count


@pytest.mark.parametrize("by", ColorBy)
def test_no_samples_have_no_colors(evaluation, by):
    assert color_samples(evaluation, SAMPLES[:0], by, dark=False).colors.shape == (0, 3)
