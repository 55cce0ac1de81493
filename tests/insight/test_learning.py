"""When samples were learned and forgotten, against a plain loop over one sample at a time."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from studio.insight.learning import (
    AMBIGUOUS,
    EASY,
    HARD,
    NEVER,
    NEVER_LEARNED,
    REGIONS,
    UNKNOWN,
    LearningStatistics,
)
from studio.runs.history import NOT_SEEN, TrainingHistory


def history_of(probability, correct):
    """Return a history from [N, E] lists."""
    probability = np.array(probability, np.float16).T
    correct = np.array(correct, np.uint8).T
    return TrainingHistory(np.arange(probability.shape[1]), probability, correct)


def reference(probability, correct):
    """Return learned epoch, forgotten count, mean and standard deviation of one sample."""
    seen = [epoch for epoch, value in enumerate(correct) if value != NOT_SEEN]
    if not seen:
        return UNKNOWN, -1, np.nan, np.nan
    outcomes = [bool(correct[epoch]) for epoch in seen]
    first = next((epoch + 1 for epoch in seen if correct[epoch]), NEVER_LEARNED)
    forgotten = sum(a and not b for a, b in pairwise(outcomes))
    values = probability[seen].astype(np.float64)
    return first, forgotten, values.mean(), values.std()


@st.composite
def histories(draw):
    epochs, count = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    correct = draw(hnp.arrays(np.uint8, (epochs, count), elements=st.sampled_from([0, 1, 255])))
    probability = draw(hnp.arrays(np.float16, (epochs, count), elements=st.floats(0, 1, width=16)))
    probability[correct == NOT_SEEN] = np.nan
    return TrainingHistory(np.arange(count), probability, correct)


@given(histories())
def test_statistics_are_those_of_each_sample_alone(history):
    statistics = LearningStatistics.from_history(history)
    for sample in range(len(history.indices)):
        learned, forgotten, mean, std = reference(
            history.probability[:, sample], history.correct[:, sample]
        )
        assert statistics.learned_epoch[sample] == learned
        assert statistics.forgotten[sample] == forgotten
        np.testing.assert_allclose(statistics.confidence[sample], mean, atol=1e-6)
        np.testing.assert_allclose(statistics.variability[sample], std, atol=1e-5)
        assert (statistics.region[sample] >= 0) == (learned != UNKNOWN)


def test_regions_follow_their_rules():
    # The values are exact in float16.
    history = history_of(
        [[0.75] * 4, [0.125, 0.875, 0.125, 0.875], [0.25, 0.25, 0.5, 0.25], [0.5, 0.5, 0.25, 0.5]],
        [[1, 1, 1, 1], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]],
    )
    statistics = LearningStatistics.from_history(history)
    assert statistics.region.tolist() == [EASY, AMBIGUOUS, HARD, NEVER]
    assert statistics.learned_epoch.tolist() == [1, 2, 3, NEVER_LEARNED]
    assert statistics.forgotten.tolist() == [0, 1, 1, 0]
    assert statistics.counts() == [1, 1, 1, 1]
    assert statistics.variable_from == 0.25
    assert [region.key for region in REGIONS] == ["easy", "ambiguous", "hard", "never_learned"]


def test_at_most_a_third_is_ambiguous():
    rng = np.random.default_rng(0)
    correct = np.ones((90, 6), np.uint8)
    statistics = LearningStatistics.from_history(history_of(rng.random((90, 6)) ** 0.2, correct))
    assert statistics.counts()[AMBIGUOUS] == 0
    alternating = rng.choice([0.0, 1.0], (90, 40)) * rng.uniform(0.8, 1, (90, 1))
    statistics = LearningStatistics.from_history(history_of(alternating, np.ones((90, 40))))
    limit = np.quantile(statistics.variability, 2 / 3)
    np.testing.assert_allclose(statistics.variable_from, limit, rtol=1e-6)
    assert statistics.counts()[AMBIGUOUS] == 30


def test_samples_without_history_are_unknown():
    history = history_of([[0.9, 0.9], [0.1, 0.2]], [[1, 1], [0, 0]]).take(np.array([1, -1, 0]))
    statistics = LearningStatistics.from_history(history)
    assert history.indices.tolist() == [1, -1, 0]
    assert statistics.learned_epoch.tolist() == [NEVER_LEARNED, UNKNOWN, 1]
    assert statistics.forgotten.tolist() == [0, -1, 0]
    assert np.isnan(statistics.confidence).tolist() == [False, True, False]
    assert statistics.region.tolist() == [NEVER, -1, EASY]
    taken = statistics.take(np.array([2, -1]))
    assert (taken.region.tolist(), taken.forgotten.tolist()) == ([EASY, -1], [0, -1])
