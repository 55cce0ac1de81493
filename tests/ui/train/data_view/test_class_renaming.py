"""Renaming, merging and excluding classes."""

from hypothesis import given
from hypothesis import strategies as st

from studio.ui.train.data_view.class_renaming import (
    exclude_classes,
    excluded_text,
    include_all,
    origin_text,
    originals_by_name,
    rename_classes,
    rename_text,
)

OWN = ("cat", "dog", "ship")


def test_a_name_is_changed_and_changed_again():
    hound = rename_classes("hound", ["dog"], OWN, ())
    assert hound == (("dog", "hound"),)
    assert rename_classes("wolf", ["dog"], OWN, hound) == (("dog", "wolf"),)


def test_two_classes_become_one_and_are_renamed_together():
    merged = rename_classes("cat", ["dog"], OWN, ())
    assert originals_by_name(OWN, merged) == {"cat": ["cat", "dog"], "ship": ["ship"]}
    assert rename_classes("pet", ["cat", "dog"], OWN, merged) == (("cat", "pet"), ("dog", "pet"))


def test_an_empty_name_restores_the_original_names():
    assert rename_classes("", ["cat", "dog"], OWN, (("cat", "pet"), ("dog", "pet"))) == ()


def test_a_class_is_excluded_until_all_are_included():
    excluded = exclude_classes(["dog"], OWN, (("cat", "tom"),))
    assert excluded == (("cat", "tom"), ("dog", ""))
    assert rename_classes("kit", ["cat"], OWN, excluded) == (("cat", "kit"), ("dog", ""))
    assert excluded_text(OWN, excluded) == "Excluded: “dog”"
    assert include_all(excluded) == (("cat", "tom"),)
    assert excluded_text(OWN, include_all(excluded)) == ""


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", "cat", "dog", ""]))))
def test_pairs_are_about_own_names_and_change_something(steps):
    rename = ()
    for place, typed in steps:
        named = list(originals_by_name(OWN, rename).values())
        rename = rename_classes(typed, named[place % len(named)], OWN, rename)
        assert all(old in OWN and old != new for old, new in rename)
        assert len({old for old, _ in rename}) == len(rename)


def test_where_a_class_comes_from():
    assert origin_text("cat", ["cat"]) == ""
    assert origin_text("tom", ["cat"]) == "was cat"
    assert origin_text("pet", ["cat", "dog"]) == "cat + dog"


def test_what_a_change_did():
    assert "is renamed to “tom”" in rename_text("cat", "tom", ["cat"], ["dog"])
    assert "are merged into one class" in rename_text("cat", "dog", ["cat"], ["dog"])
    assert "again" in rename_text("pet", "", ["cat", "dog"], [])
