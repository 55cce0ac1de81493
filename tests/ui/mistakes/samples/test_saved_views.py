import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.ui.mistakes.samples.sample_filter import FixState, Outcome, SampleFilter, SortKey
from studio.ui.mistakes.samples.saved_views import (
    BUILT_IN,
    MAX_NAME,
    MAX_VIEWS,
    SETTINGS_KEY,
    SavedViewList,
    create_view,
    name_problem,
    parse_views,
)
from studio.ui.settings import Settings

CLASSES = ["4", "9", "Straße"]
FRACTIONS = st.integers(0, 100).map(lambda percent: percent / 100)
RANGES = st.tuples(FRACTIONS, FRACTIONS).map(sorted)


@st.composite
def filters(draw):
    low, high = draw(RANGES)
    maybe_class = st.none() | st.integers(0, 2)
    return SampleFilter(
        true=draw(maybe_class),
        predicted=draw(maybe_class),
        outcome=draw(st.sampled_from(Outcome)),
        sort=draw(st.sampled_from(SortKey)),
        reverse=draw(st.booleans()),
        second=draw(maybe_class),
        true_in_top2=draw(st.sampled_from([None, True, False])),
        min_confidence=low,
        max_confidence=high,
        text=draw(st.text(max_size=5)),
        tag=draw(st.text(max_size=5)),
        fix=draw(st.none() | st.sampled_from(FixState)),
    )


@given(filters())
def test_a_stored_view_is_the_same_filter(wanted):
    view = create_view(" mine ", wanted, CLASSES)
    (read,) = parse_views(json.loads(json.dumps([view.to_json()])))
    assert read == view
    assert read.name == "mine"
    assert read.filter_for(CLASSES) == wanted


def test_classes_are_found_by_name_in_another_dataset():
    view = create_view("nines", SampleFilter(true=1, second=0), CLASSES)
    assert view.filter_for(["9", "4"]) == SampleFilter(true=0, second=1)
    assert view.missing_classes(["4", "shoe"]) == ["9"]


def test_subsets_and_other_runs_are_not_stored():
    view = create_view("x", SampleFilter(differs_from="run", tag="a"), CLASSES)
    assert view.wanted == SampleFilter(tag="a")


@pytest.mark.parametrize(
    "damaged",
    [
        None,
        "view",
        {},
        {"name": 3},
        {"name": " "},
        {"name": "x" * (MAX_NAME + 1)},
        {"name": BUILT_IN[0].name},
        {"name": "x", "sort": "beauty"},
        {"name": "x", "outcome": ["all"]},
        {"name": "x", "true": 4},
        {"name": "x", "reverse": 1},
        {"name": "x", "min_confidence": True},
        {"name": "x", "min_confidence": 0.9, "max_confidence": 0.1},
        {"name": "x", "max_confidence": float("nan")},
        {"name": "good", "tag": "twice"},
    ],
)
def test_damaged_views_are_left_out(damaged):
    good = create_view("good", SampleFilter(tag="a"), CLASSES)
    assert parse_views([good.to_json(), damaged]) == [good]


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_json_value_is_read_or_refused(value):
    if isinstance(value, list):
        assert parse_views(value) == []
    else:
        with pytest.raises(TypeError):
            parse_views(value)


def test_too_many_views_are_cut():
    assert len(parse_views([{"name": f"v{n}"} for n in range(MAX_VIEWS + 5)])) == MAX_VIEWS


def test_names_are_unique():
    views = [create_view("mine", SampleFilter(), CLASSES)]
    assert name_problem("", views)
    assert name_problem(BUILT_IN[0].name, views)
    assert name_problem(" mine ", views)
    assert not name_problem("mine", views, renamed="mine")
    assert not name_problem("other", views)


def test_views_are_kept_between_two_starts(qapp, tmp_path):
    file = tmp_path / "window.ini"
    saved = SavedViewList(Settings(file))
    saved.add(create_view("one", SampleFilter(1, None), CLASSES))
    saved.add(create_view("two", SampleFilter(tag="a"), CLASSES))
    saved.rename("one", "uno ")
    saved.delete("two")
    settings = Settings(file)
    assert [view.name for view in SavedViewList(settings).views] == ["uno"]
    settings.setValue(SETTINGS_KEY, "no json")
    assert SavedViewList(settings).views == []
