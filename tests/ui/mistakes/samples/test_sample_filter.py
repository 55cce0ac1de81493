import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.mistakes.samples import sample_filter
from studio.ui.mistakes.samples.sample_filter import SampleFilter, SortKey, select

# True class, predicted class and its probability for seven samples of three classes.
SAMPLES = [
    (0, 0, 0.9),
    (0, 1, 0.6),
    (0, 1, 0.8),
    (1, 1, 0.5),
    (1, 2, 0.7),
    (2, 2, 0.99),
    (2, 0, 0.4),
]


@pytest.fixture
def evaluation(make_evaluation):
    return make_evaluation(SAMPLES)


def shown(evaluation, **wanted):
    return select(evaluation, SampleFilter(**wanted)).tolist()


def test_mistakes_come_highest_loss_first(evaluation):
    positions = shown(evaluation)
    assert sorted(positions) == [1, 2, 4, 6]
    assert positions == evaluation.mistakes().tolist()


@pytest.mark.parametrize(
    ("sort", "positions"),
    [
        (SortKey.CONFIDENCE, [2, 4, 1, 6]),
        (SortKey.INDEX, [1, 2, 4, 6]),
        (SortKey.MARGIN, [6, 1, 4, 2]),
    ],
)
def test_every_order_and_its_reverse(evaluation, sort, positions):
    assert shown(evaluation, sort=sort) == positions
    assert shown(evaluation, sort=sort, reverse=True) == positions[::-1]


def test_equal_values_keep_the_order_of_the_data(make_evaluation):
    same = make_evaluation([(0, 1, 0.7)] * 4)
    assert shown(same) == shown(same, reverse=True) == [0, 1, 2, 3]


def test_classes_narrow_the_choice(evaluation):
    assert sorted(shown(evaluation, true=0)) == [1, 2]
    assert sorted(shown(evaluation, predicted=1)) == [1, 2]
    assert shown(evaluation, true=1, predicted=2) == [4]
    assert shown(evaluation, true=1, predicted=0) == []


def test_all_samples_bring_the_right_ones_too(evaluation):
    assert sorted(shown(evaluation, all_samples=True)) == list(range(7))
    assert sorted(shown(evaluation, all_samples=True, true=1)) == [3, 4]


def test_a_cell_of_the_diagonal_shows_its_right_samples(evaluation):
    assert shown(evaluation, true=1, predicted=1) == [3]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.floats(0.3, 0.99)), max_size=40),
    st.sampled_from(SortKey),
    st.booleans(),
)
def test_each_cell_shows_as_many_samples_as_the_matrix_counts(
    make_evaluation, samples, sort, reverse
):
    evaluation = make_evaluation(samples, "abcd")
    for true, predicted in np.ndindex(4, 4):
        wanted = SampleFilter(true, predicted, sort=sort, reverse=reverse)
        assert len(select(evaluation, wanted)) == evaluation.confusion[true, predicted]


def test_headlines(make_evaluation):
    assert (
        sample_filter.accuracy_text(make_evaluation(SAMPLES)) == "42.9 % accuracy · 4 mistakes of 7"
    )
    assert (
        sample_filter.accuracy_text(make_evaluation([(0, 0, 0.9)]))
        == "100 % accuracy · 0 mistakes of 1"
    )
    brief = sample_filter.accuracy_text(make_evaluation(SAMPLES), brief=True)
    assert brief == "42.9 % accuracy · 4 mistakes"
    assert sample_filter.accuracy_text(make_evaluation([])) == "No samples in this split"


def test_one_mistake_among_very_many_is_never_a_hundred_percent(make_evaluation):
    many = make_evaluation([(0, 0, 0.9)] * 9_999 + [(0, 1, 0.9)])
    assert sample_filter.accuracy_text(many) == ">99.9 % accuracy · 1 mistake of 10,000"


def test_filter_text():
    names = ["4", "9"]
    said = [
        sample_filter.filter_text(SampleFilter(*cell), names)
        for cell in ((0, 1), (1, 1), (0, None), (None, 1), (None, None))
    ]
    assert said == ["4 predicted as 9", "9 predicted correctly", "True class 4", "Predicted 9", ""]


def test_count_text(evaluation):
    assert sample_filter.count_text(SampleFilter(), 1) == "1 mistake"
    assert sample_filter.count_text(SampleFilter(0, 1), 12) == "12 mistakes"
    assert sample_filter.count_text(SampleFilter(1, 1), 970) == "970 samples"
    assert sample_filter.count_text(SampleFilter(all_samples=True), 1797) == "1,797 samples"


def test_what_an_empty_grid_says(make_evaluation, evaluation):
    assert (
        sample_filter.empty_text(evaluation, SampleFilter(1, 0))[0]
        == "No samples: b predicted as a"
    )
    assert sample_filter.empty_text(make_evaluation([(0, 0, 0.9)]), SampleFilter())[0].startswith(
        "No mis"
    )
    assert sample_filter.empty_text(make_evaluation([]), SampleFilter())[2] == ""


def test_top_classes_are_the_most_probable_best_first():
    shares = np.array([0.1, 0.2, 0.05, 0.4, 0.05, 0.2], np.float32)
    top = sample_filter.top_classes(shares, list("abcdef"), 3)
    assert [name for name, _ in top] == ["d", "b", "f"]
    assert top[0][1] == pytest.approx(0.4)


def test_the_margin_is_first_minus_second():
    shares = np.array([[0.1, 0.3, 0.6], [0.5, 0.5, 0.0]], np.float32)
    assert sample_filter.margins(shares) == pytest.approx([0.3, 0.0], abs=1e-6)
