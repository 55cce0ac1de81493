import numpy as np
import pytest

from studio.ui.mistakes.samples import filter_texts, sample_filter
from studio.ui.mistakes.samples.filter_texts import (
    clear_filters,
    empty_text,
    filter_chips,
    more_count,
    value_text,
    without,
)
from studio.ui.mistakes.samples.sample_columns import SampleColumns
from studio.ui.mistakes.samples.sample_filter import (
    FixState,
    Outcome,
    SampleFilter,
    SortKey,
    Subset,
)

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
        filter_texts.filter_text(SampleFilter(*cell), names)
        for cell in ((0, 1), (1, 1), (0, None), (None, 1), (None, None))
    ]
    assert said == ["4 predicted as 9", "9 predicted correctly", "True class 4", "Predicted 9", ""]


def test_count_text(evaluation):
    assert filter_texts.count_text(SampleFilter(), 1) == "1 mistake"
    assert filter_texts.count_text(SampleFilter(0, 1), 12) == "12 mistakes"
    assert filter_texts.count_text(SampleFilter(1, 1), 970) == "970 samples"
    assert filter_texts.count_text(SampleFilter(outcome=Outcome.ALL), 1797) == "1,797 samples"


def test_what_an_empty_grid_says(make_evaluation, evaluation):
    assert empty_text(evaluation, SampleFilter(1, 0))[0] == "No samples: b predicted as a"
    assert empty_text(make_evaluation([(0, 0, 0.9)]), SampleFilter())[0].startswith("No mis")
    assert empty_text(make_evaluation([]), SampleFilter())[2] == ""


def test_top_classes_are_the_most_probable_best_first():
    shares = np.array([0.1, 0.2, 0.05, 0.4, 0.05, 0.2], np.float32)
    top = sample_filter.top_classes(shares, list("abcdef"), 3)
    assert [name for name, _ in top] == ["d", "b", "f"]
    assert top[0][1] == pytest.approx(0.4)


def test_the_margin_is_first_minus_second():
    shares = np.array([[0.1, 0.3, 0.6], [0.5, 0.5, 0.0]], np.float32)
    assert sample_filter.margins(shares) == pytest.approx([0.3, 0.0], abs=1e-6)


CROWDED = SampleFilter(
    true=0,
    second=2,
    true_in_top2=False,
    min_confidence=0.5,
    fix=FixState.RELABELED,
    tag="blurry",
    differs_from="other",
    subset=Subset(np.arange(1_200), "Selected on the map"),
)


def test_every_filter_without_a_control_of_its_own_is_a_chip():
    chips = filter_chips(CROWDED, "abc", {"other": "My run"})
    assert [chip.text for chip in chips] == [
        "Selected on the map · 1,200",
        "True class a",
        "Second choice c",
        "True class not in top 2",
        "Confidence ≥ 50 %",
        "Relabeled",
        "Tag blurry",
        "Differs from My run",
    ]
    assert filter_chips(SampleFilter(text="x", outcome=Outcome.ALL), "abc", {}) == []


def test_removing_all_chips_leaves_the_default():
    wanted = CROWDED
    for chip in filter_chips(CROWDED, "abc", {}):
        wanted = without(wanted, chip.fields)
    assert wanted == SampleFilter()
    assert more_count(CROWDED) == 6
    assert more_count(SampleFilter(true=1, text="x")) == 0


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.2, 0.9, "Confidence 20–90 %"),
        (0.0, 0.9, "Confidence ≤ 90 %"),
        (0.5, 0.5, "Confidence 50–50 %"),
    ],
)
def test_the_range_of_confidences_as_text(low, high, text):
    wanted = SampleFilter(min_confidence=low, max_confidence=high)
    assert [chip.text for chip in filter_chips(wanted, "abc", {})] == [text]


def test_a_crowded_filter_that_matches_nothing_lists_its_parts(evaluation):
    said = empty_text(evaluation, SampleFilter(text="zebra", tag="blurry"))
    assert said.title == "Mistakes: no match"
    assert said.text == "Filters: Tag blurry · “zebra”. Only mistakes are searched."
    assert said.suggested == SampleFilter()


def test_a_run_without_correct_predictions_says_so(make_evaluation):
    wanted = SampleFilter(outcome=Outcome.CORRECT, sort=SortKey.INDEX)
    said = empty_text(make_evaluation([(0, 1, 0.9)]), wanted)
    assert said.title == "No correct predictions"
    assert said.suggested == SampleFilter(outcome=Outcome.ALL, sort=SortKey.INDEX)


def test_clearing_filters_keeps_outcome_and_order():
    wanted = SampleFilter(1, 2, Outcome.CORRECT, SortKey.MARGIN, reverse=True, text="x")
    assert clear_filters(wanted) == SampleFilter(
        outcome=Outcome.CORRECT, sort=SortKey.MARGIN, reverse=True
    )


def test_tiles_show_the_value_that_orders_them(evaluation):
    columns = SampleColumns(evaluation)
    columns.set_values(SortKey.FORGETTING, np.array([0, 1, 3, np.inf, np.nan, 0, 0], np.float32))
    columns.set_values(SortKey.ISSUE, np.array([0.25, np.nan] + [0] * 5, np.float32))
    said = {key: value_text(columns, key, 0) for key in SortKey}
    assert said == {
        SortKey.LOSS: "loss 0.11",
        SortKey.CONFIDENCE: "90.0 % confident",
        SortKey.MARGIN: "margin 85.0 %",
        SortKey.ENTROPY: "entropy 0.39",
        SortKey.FORGETTING: "never forgotten",
        SortKey.ISSUE: "label issue 0.25",
        SortKey.INDEX: "loss 0.11",
    }
    forgotten = [value_text(columns, SortKey.FORGETTING, position) for position in range(1, 5)]
    assert forgotten == ["forgotten 1 time", "forgotten 3 times", "never learned", "no history"]
    assert value_text(columns, SortKey.ISSUE, 1) == "no issue"
